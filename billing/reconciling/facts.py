"""What is known of days: our ledger, LINE's counts, what was booked for the difference."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import ExtractHour, TruncDate

from billing.models import DayCount, LedgerEntry
from billing.reconciling.comparing import LINE_NAMES, NAMES, Day, Gap, Ours, compare

JAPAN = ZoneInfo("Asia/Tokyo")
LAST_HOUR = 23
OUTSIDE, CORRECTION = "outside", "reconcile"
A_DAY = timedelta(days=1)

_unsettled: list[Callable[[datetime, datetime], Mapping[str, int]]] = []


def register_unsettled(ask: Callable[[datetime, datetime], Mapping[str, int]]) -> None:
    """Have messages of the present tenant counted, by kind of ledger entry, that were tried between two
    moments and may or may not have been accepted: what LINE counts beyond ours may be they.
    """
    _unsettled.append(ask)


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger holds of one kind and day beside our sends, in how many entries of each sort."""

    outside: int = 0
    correction: int = 0
    outside_entries: int = 0
    correction_entries: int = 0

    def settles(self, gap: Gap) -> bool:
        """Whether nothing is left to book. What LINE does not tell stays as it was booked."""
        return not gap.is_bookable or (self.outside, self.correction) == (gap.outside, gap.correction)


Bookings = Mapping[tuple[date, str], Booked]
NOTHING = Booked()


def compared(tenant_id: int, first: date, last: date) -> dict[date, list[Gap]]:
    """The gaps of each day from first to last. Of the present tenant."""
    found = compare(known(tenant_id, first - A_DAY, last))
    return {day: gaps for day, gaps in found.items() if day >= first}


def known(tenant_id: int, first: date, last: date) -> list[Day]:
    """Both counts of each day from first to last. Of the present tenant."""
    counted = DayCount.objects.between(tenant_id, first, last).filter(is_ready=True)
    lines = dict(counted.values_list("day", "counts"))
    ours = _our_sends(tenant_id, first, last)
    days = [first + A_DAY * number for number in range((last - first).days + 1)]
    return [_day(day, ours.get(day, {}), lines.get(day)) for day in days]


def booked(tenant_id: int, first: date, last: date) -> dict[tuple[date, str], Booked]:
    """By day and LINE's name of the kind, what was booked for the days from first to last."""
    sums: dict[tuple[date, str], Counter] = {}
    for reference, messages in _entries_apart(tenant_id, first, last):
        owner, name = reference.split("/")[:2]
        if name not in NAMES:
            continue  # a person's adjustment of it stands beside what LINE's count needs
        sort, _colon, day = owner.partition(":")
        counter = sums.setdefault((date.fromisoformat(day), name), Counter())
        counter[sort] += messages
        counter[f"{sort}_entries"] += 1
    return {
        place: Booked(
            counter[OUTSIDE],
            counter[CORRECTION],
            counter[f"{OUTSIDE}_entries"],
            counter[f"{CORRECTION}_entries"],
        )
        for place, counter in sums.items()
        if first <= place[0] <= last
    }


def midnight(day: date) -> datetime:
    """The first moment of the day in Japan."""
    return datetime.combine(day, time(), JAPAN)


def _day(day: date, ours: Mapping[str, Ours], lines: Mapping[str, int] | None) -> Day:
    has_more = lines is not None and any(
        count > ours.get(name, Ours()).messages for name, count in lines.items() if name in NAMES
    )
    return Day(day, ours, lines, _not_settled(day) if has_more else {})


def _not_settled(day: date) -> Mapping[str, int]:
    told: Counter = Counter()
    for ask in _unsettled:
        for kind, messages in ask(midnight(day), midnight(day + A_DAY)).items():
            told[LINE_NAMES[kind]] += messages
    return told


def _our_sends(tenant_id: int, first: date, last: date) -> dict[date, dict[str, Ours]]:
    """By day in Japan and LINE's name of the kind."""
    sends = LedgerEntry.objects.filter(
        tenant_id=tenant_id,
        kind__in=LINE_NAMES,
        month__range=_months(first, last),
        accepted_at__gte=midnight(first),
        accepted_at__lt=midnight(last + A_DAY),
    ).order_by()
    rows = (
        sends.annotate(
            day=TruncDate("accepted_at", tzinfo=JAPAN), hour=ExtractHour("accepted_at", tzinfo=JAPAN)
        )
        .values_list("day", "kind")
        .annotate(sum=Sum("messages"), late=Sum("messages", filter=Q(hour=LAST_HOUR), default=0))
    )
    found: dict[date, dict[str, Ours]] = {}
    for day, kind, messages, late in rows:
        of_day, name = found.setdefault(day, {}), LINE_NAMES[kind]
        before = of_day.get(name, Ours())
        of_day[name] = Ours(before.messages + messages, before.late + late)
    return found


def _entries_apart(tenant_id: int, first: date, last: date) -> Iterable[tuple[str, int]]:
    """Without those that only change a price: they have no messages."""
    entries = LedgerEntry.objects.referring_to(tenant_id, f"{OUTSIDE}:", f"{CORRECTION}:")
    entries = entries.filter(month__range=_months(first, last)).exclude(messages=0)
    return entries.order_by().values_list("reference", "messages")


def _months(first: date, last: date) -> tuple[date, date]:
    """The months in which these days lie, in whatever time zone a client's months begin."""
    return (first - A_DAY).replace(day=1), last + A_DAY
