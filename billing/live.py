"""The quota with all that is known to be coming, and where the month will end. Of the present tenant."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from billing import budgets, month_end, months, quota
from billing.models import LedgerEntry
from billing.month_end import MOST_MONTHS, MonthEnd
from billing.quota import Committed, QuotaStatus

A_DAY = timedelta(days=1)
LABELS: dict[str, Promise] = {
    "ours": _("Sent by Musubi"),
    "outside": _("Sent outside Musubi"),
    "reserved": _("Set aside by LINE for a narrowcast"),
    "scheduled": _("Scheduled"),
    "kept": _("Kept back for automatic messages"),
    "free": _("Still free"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the month's messages; where it begins in the bar and how long it is, in per cent."""

    code: str
    messages: int
    start: float
    length: float

    @property
    def label(self) -> Promise:
        return LABELS[self.code]


@dataclass(frozen=True, slots=True)
class LiveQuota:
    """The month's messages: used, coming, kept back and free."""

    status: QuotaStatus
    committed: Committed
    kept_back: int  # what is left of the reserve for scenarios, notices and replies

    @property
    def coming(self) -> int:
        return self.committed.reserved + self.committed.scheduled

    @property
    def remaining(self) -> int | None:
        """After what is used, set aside by LINE and scheduled; None: no limit."""
        return None if self.status.remaining is None else max(0, self.status.remaining - self.coming)

    @property
    def free(self) -> int | None:
        """What is left for further sends to many; scenarios and replies may use what is kept back too."""
        return None if self.remaining is None else max(0, self.remaining - self.kept_back)

    @property
    def missing(self) -> int:
        """By how many messages what is scheduled goes beyond the limit."""
        return 0 if self.status.remaining is None else max(0, self.coming - self.status.remaining)

    @property
    def whole(self) -> int:
        """What the bar shows as full: the limit, else the plan's free messages, else all that is known."""
        limit = self.status.limit or self.status.terms.tariff.free_messages
        return max(limit, self.status.used + self.coming, 1)

    @property
    def shares(self) -> list[Share]:
        """The parts of the bar, those without a message left out."""
        kept = min(self.kept_back, self.kept_back if self.remaining is None else self.remaining)
        counts = {
            "ours": self.status.sent_by_us,
            "outside": self.status.sent_outside,
            "reserved": self.committed.reserved,
            "scheduled": self.committed.scheduled,
            "kept": kept,
            "free": self.free or 0,
        }
        shares, start = [], 0.0
        for code, messages in counts.items():
            length = min(100.0 - start, 100 * max(0, messages) / self.whole)
            if messages > 0:
                shares.append(Share(code, messages, round(start, 2), round(length, 2)))
                start += length
        return shares


def now(tenant: Tenant, at: datetime) -> LiveQuota:
    """Where the client stands in the month of this moment, with what is still to leave in it."""
    status = quota.status(tenant.pk, at)
    return LiveQuota(status, quota.committed(at), budgets.kept_back(tenant.pk, status.month))


@dataclass(frozen=True, slots=True)
class Course:
    """How the month has gone by day, summed up, and where it will end. `elapsed` is the part of today that is
    over.
    """

    used: dict[date, int]
    end: MonthEnd
    elapsed: float


def course(tenant: Tenant, live: LiveQuota, at: datetime) -> Course:
    """The month so far, and the band to its end from how the rest of the months before went."""
    zone = months.zone_of(tenant.pk)
    month, today = live.status.month, at.astimezone(zone).date()
    by_day = _by_day(tenant.pk, _months_back(month, MOST_MONTHS), zone)
    days, elapsed = _days_of(month), _elapsed(at.astimezone(zone))
    end = month_end.expect(
        [day for day in days if day >= today],
        used=live.status.used,
        scheduled=_with_reserved(live.committed, today),
        before=_before(by_day, month),
        of_today=1 - elapsed,
    )
    used = _summed(by_day, [day for day in days if day < today], today, live.status.used)
    return Course(used, end, elapsed)


def _by_day(tenant_id: int, since: date, zone: ZoneInfo) -> dict[date, int]:
    """Messages of the ledger by the client's day, from the month that begins on `since`."""
    entries = LedgerEntry.objects.filter(tenant_id=tenant_id, month__gte=since).exclude(
        kind=LedgerEntry.Kind.NOTICE
    )
    days = entries.order_by().values_list(TruncDate("accepted_at", tzinfo=zone))
    return dict(days.annotate(sum=Sum("messages")))


def _before(by_day: dict[date, int], month: date) -> list[list[int]]:
    """The months before this one by day, from the first in which anything was sent."""
    first = min((day.replace(day=1) for day in by_day), default=month)
    found = []
    while first < month:
        found.append([max(0, by_day.get(day, 0)) for day in _days_of(first)])
        first = _next(first)
    return found


def _summed(by_day: dict[date, int], past: list[date], today: date, used: int) -> dict[date, int]:
    """What was used by the end of each past day, never more than by now, and what is used by now."""
    sums, sum_so_far = {}, 0
    for day in past:
        sum_so_far += by_day.get(day, 0)
        sums[day] = max(0, min(sum_so_far, used))
    return sums | {today: used}


def _with_reserved(committed: Committed, today: date) -> Counter:
    return Counter(committed.by_day) + Counter({today: committed.reserved})


def _elapsed(moment: datetime) -> float:
    """The part of its day that is over."""
    return (moment.hour * 60 + moment.minute) / (24 * 60)


def _days_of(month: date) -> list[date]:
    return [month + A_DAY * number for number in range((_next(month) - month).days)]


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _months_back(month: date, count: int) -> date:
    for _each in range(count):
        month = (month - A_DAY).replace(day=1)
    return month
