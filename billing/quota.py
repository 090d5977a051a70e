"""How much of a month's messages is used and left, by our ledger and by LINE's own answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Tenant
from billing import months, plans
from billing.models import LedgerEntry, MonthUsage, QuotaReading, Reserve
from billing.plans import Terms

READING = "quota"  # the kind of work on the board that asks LINE
# What the ledger holds beside sends begins so: by LINE's counts of days, and by hand.
APART = ("outside:", "reconcile:", "adjust:")


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How much of a month's messages is used and left.

    `limit` is LINE's own where it was read this month, else the plan's; None: none, or not known.
    `used_by_line` and `read_at` are None before the first reading of the month. `booked_apart` is the part of
    `used_by_us` that the ledger holds beside sends: what others sent by LINE's daily counts, and corrections.
    """

    month: date
    terms: Terms
    limit: int | None
    used_by_us: int
    used_outside: int
    used_by_line: int | None
    read_at: datetime | None
    remaining: int | None
    booked_apart: int = 0
    is_lines_limit: bool = False

    @property
    def used(self) -> int:
        """Our ledger and what others sent from the same account; LINE's count alone lags behind ours."""
        return self.used_by_us + self.used_outside


@dataclass(frozen=True, slots=True)
class Committed:
    """What sends that are scheduled or under way still need in a month.

    `by_day`: messages by the day, in the client's time zone, on which they will leave, for what is under way
    today. `reserved`: what LINE has set aside for narrowcasts that it is sending now.
    """

    by_day: Mapping[date, int]
    reserved: int = 0

    @property
    def scheduled(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class LiveQuota:
    """The quota with all that is known to be coming."""

    status: QuotaStatus
    committed: Committed
    kept_back: int  # of the reserve for scenarios, notices and replies

    @property
    def remaining(self) -> int | None:
        """After what is used, set aside by LINE and scheduled; None: no limit. Triggers may use all of it."""
        return _less(self.status.remaining, self.committed.reserved + self.committed.scheduled)

    @property
    def free(self) -> int | None:
        """What is left for further bulk sends."""
        return _less(self.remaining, self.kept_back)

    @property
    def missing(self) -> int:
        """By how many messages what is scheduled goes beyond the limit."""
        coming = self.committed.reserved + self.committed.scheduled
        return 0 if self.status.remaining is None else max(0, coming - self.status.remaining)


_committed: list[Callable[[datetime], Committed]] = []


def register_committed(ask: Callable[[datetime], Committed]) -> None:
    """Have what the present tenant's sends still need in the month of a moment counted in."""
    _committed.append(ask)


def record_reading(tenant_id: int, limit: int | None, used: int, at: datetime) -> QuotaReading:
    """Keep what LINE answered about its limit (None: no limit) and its count of the month."""
    month = months.month_of(at, months.zone_of(tenant_id))
    used_by_us, booked_apart = _booked(tenant_id, month)
    return QuotaReading.objects.create(
        tenant_id=tenant_id,
        read_at=at,
        limit=limit,
        used=used,
        used_by_us=used_by_us,
        booked_apart=booked_apart,
    )


def status(tenant_id: int, at: datetime) -> QuotaStatus:
    """Where the client stands in the month of this moment."""
    zone = months.zone_of(tenant_id)
    month = months.month_of(at, zone)
    terms = plans.terms(tenant_id, month)
    reading = QuotaReading.objects.newest(tenant_id, *months.span(month, zone))
    used_by_us, booked_apart = _booked(tenant_id, month)
    outside = reading.used_outside(booked_apart) if reading else 0
    used = used_by_us + outside
    line_limit = reading.limit if reading else None
    rooms = [terms.room(used), None if line_limit is None else max(0, line_limit - used)]
    return QuotaStatus(
        month=month,
        terms=terms,
        limit=_plan_limit(terms) if line_limit is None else line_limit,
        used_by_us=used_by_us,
        used_outside=outside,
        used_by_line=reading.used if reading else None,
        read_at=reading.read_at if reading else None,
        remaining=min((room for room in rooms if room is not None), default=None),
        booked_apart=booked_apart,
        is_lines_limit=line_limit is not None,
    )


def live(tenant: Tenant, at: datetime) -> LiveQuota:
    """The same with what is scheduled, set aside by LINE and kept back. Of the present tenant."""
    found = status(tenant.pk, at)
    return LiveQuota(found, committed(at), _kept_back(tenant.pk, found.month))


def committed(at: datetime) -> Committed:
    """What all that sends in the present tenant still needs in the month of this moment."""
    told = [ask(at) for ask in _committed]
    days = {day for each in told for day in each.by_day}
    by_day = {day: sum(each.by_day.get(day, 0) for each in told) for day in sorted(days)}
    return Committed(by_day, sum(each.reserved for each in told))


def _booked(tenant_id: int, month: date) -> tuple[int, int]:
    """The month's messages in the ledger, and those of them beside sends, at one moment."""
    begins = Q(*(("reference__startswith", prefix) for prefix in APART), _connector=Q.OR)
    apart = LedgerEntry.objects.filter(begins, tenant_id=tenant_id, month=OuterRef("month")).order_by()
    summed = apart.values("month").annotate(sum=Sum("messages")).values("sum")
    usage = MonthUsage.objects.filter(tenant_id=tenant_id, month=month).annotate(
        apart=Coalesce(Subquery(summed, output_field=models.IntegerField()), Value(0))
    )
    return usage.values_list("messages", "apart").first() or (0, 0)


def _plan_limit(terms: Terms) -> int | None:
    return terms.tariff.covered_messages if terms.plan else None


def _kept_back(tenant_id: int, month: date) -> int:
    begun = Reserve.objects.filter(tenant_id=tenant_id, valid_from__lte=month)
    return begun.order_by("-valid_from", "-pk").values_list("messages", flat=True).first() or 0


def _less(count: int | None, taken: int) -> int | None:
    return None if count is None else max(0, count - taken)
