"""Which of LINE's plans fits next month, by the months that were and by what is scheduled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.db.models.functions import TruncMonth

from billing import months, offers, plans
from billing.models import MonthUsage, QuotaReading
from billing.offers import Offer
from billing.plans import Terms
from billing.pricing import Part, price_accepted
from broadcasts import forecasts

MONTHS = 12
FEWEST = 3  # full months, below which nothing is said


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many messages a month will need. Low: three months in four had at least so many; expected: that in
    the middle; high: that with most, the present one so far included. None is less than what is scheduled."""

    low: int
    expected: int
    high: int

    @property
    def all(self) -> tuple[int, int, int]:
        return self.low, self.expected, self.high


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a month in a plan; `upgraded_to` is the plan it had to go on with where the first was too small."""

    amount: Decimal
    upgraded_to: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One plan: what a low, an expected and a high month cost in it, and all the months that were."""

    offer: Offer
    costs: tuple[Cost | None, ...]
    past: Decimal | None

    parts: tuple[Part, ...] = ()  # of the expected month, where the plan covers it

    @property
    def expected(self) -> Cost | None:
        return self.costs[1]


@dataclass(frozen=True, slots=True)
class Advice:
    """`best` costs least in the expected month and covers it; None where nothing can be said (`why_not`)."""

    month: date
    history: list[tuple[date, int]]
    scheduled: int
    present: Terms
    outlook: Outlook
    rows: list[Row]
    best: Row | None

    @property
    def row_of_present(self) -> Row | None:
        return next((row for row in self.rows if row.offer.is_present), None)

    @property
    def is_change(self) -> bool:
        return self.best is not None and self.present.plan is not None and not self.best.offer.is_present

    @property
    def saving(self) -> Decimal | None:
        """In the expected month."""
        now = self.row_of_present
        if self.best is None or now is None or now.expected is None or self.best.expected is None:
            return None
        return now.expected.amount - self.best.expected.amount

    @property
    def past_saving(self) -> Decimal | None:
        """Had it been the plan in all the months that were."""
        now = self.row_of_present
        if self.best is None or now is None or now.past is None or self.best.past is None:
            return None
        return now.past - self.best.past

    @property
    def most(self) -> int:
        """Messages of the full month that had most."""
        return max((count for _month, count in self.history), default=0)

    @property
    def high(self) -> Cost | None:
        """What a high month costs in the best plan."""
        return self.best.costs[2] if self.best else None

    @property
    def is_too_small(self) -> bool:
        """Whether the present plan does not cover the expected month."""
        now = self.row_of_present
        return now is not None and (now.expected is None or bool(now.expected.upgraded_to))

    @property
    def is_lower(self) -> bool:
        """Whether the best plan is below the present one, which LINE changes with the next month."""
        now = self.row_of_present
        return self.best is not None and now is not None and self.best.offer.rank < now.offer.rank

    @property
    def is_confirmed(self) -> bool:
        return all(row.offer.is_confirmed for row in self.rows)

    @property
    def missing_months(self) -> int:
        """How many full months there must still be before anything is said."""
        return max(0, FEWEST - len(self.history))


def of(tenant_id: int, now: datetime) -> Advice:
    """For the month after that of `now`."""
    zone = months.zone_of(tenant_id)
    present = months.month_of(now, zone)
    _start, next_start = months.span(present, zone)
    following = months.month_of(next_start, zone)
    past = history(tenant_id, present)
    scheduled = forecasts.of_messages(0, next_start).still_to_send
    terms = plans.terms(tenant_id, following)
    so_far = dict(history(tenant_id, following)).get(present, 0)
    outlook = outlook_of([count for _month, count in past], scheduled, so_far)
    rows = compare(offers.offers(tenant_id, following, terms), outlook, [count for _month, count in past])
    best = _best(rows, outlook) if len(past) >= FEWEST else None
    return Advice(following, past, scheduled, terms, outlook, rows, best)


def history(tenant_id: int, before: date) -> list[tuple[date, int]]:
    """Messages of the twelve full months before this one, from the first in which anything was sent."""
    first = _months_before(before, MONTHS)
    rows = MonthUsage.objects.filter(tenant_id=tenant_id, month__gte=first, month__lt=before)
    booked = dict(rows.values_list("month", "messages"))
    told = _told_by_line(tenant_id, first, before)
    counts = [
        (month, max(booked.get(month, 0), told.get(month, 0)))
        for month in (_months_before(before, number) for number in range(MONTHS, 0, -1))
    ]
    begun = next((place for place, (_month, count) in enumerate(counts) if count), len(counts))
    return counts[begun:]


def outlook_of(history: Sequence[int], scheduled: int, so_far: int = 0) -> Outlook:
    ranked = sorted(history) or [0]
    low, expected = (max(ranked[len(ranked) // part], scheduled) for part in (4, 2))
    return Outlook(low, expected, max(ranked[-1], scheduled, so_far))


def compare(among: list[Offer], outlook: Outlook, past: Sequence[int]) -> list[Row]:
    """Every plan, the lowest first. A month that is too much for it is one in which it is upgraded."""
    return [
        Row(
            offer,
            tuple(cost_of(offer, among, messages) for messages in outlook.all),
            _sum([cost_of(offer, among, messages) for messages in past]),
            _parts(offer, outlook.expected),
        )
        for offer in among
    ]


def cost_of(offer: Offer, among: list[Offer], messages: int) -> Cost | None:
    """What a month costs that begins with this plan. None if no higher plan covers it either.

    LINE upgrades at once, for the difference in fees: the month then costs what the higher plan does.
    """
    amount = offer.month_cost(messages)
    if amount is not None:
        return Cost(amount)
    higher = offers.cheapest([each for each in among if each.rank > offer.rank], messages)
    upgraded = higher.month_cost(messages) if higher else None
    return Cost(upgraded, higher.name) if higher and upgraded is not None else None


def _parts(offer: Offer, messages: int) -> tuple[Part, ...]:
    is_covered = offer.month_cost(messages) is not None
    return price_accepted(offer.tariff, 0, messages).parts if is_covered else ()


def _best(rows: list[Row], outlook: Outlook) -> Row | None:
    best = offers.cheapest([row.offer for row in rows], outlook.expected)
    return next((row for row in rows if row.offer is best), None)


def _sum(costs: list[Cost | None]) -> Decimal | None:
    known = [cost.amount for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _told_by_line(tenant_id: int, first: date, before: date) -> dict[date, int]:
    """LINE's own highest count of each month: it also knows what others sent."""
    zone = months.zone_of(tenant_id)
    start, end = months.span(first, zone)[0], months.span(before, zone)[0]
    rows = QuotaReading.objects.filter(tenant_id=tenant_id, read_at__gte=start, read_at__lt=end)
    by_month = rows.annotate(month=TruncMonth("read_at", tzinfo=zone)).order_by().values_list("month")
    return {month.date(): used for month, used in by_month.annotate(Max("used"))}


def _months_before(month: date, number: int) -> date:
    place = month.year * 12 + month.month - 1 - number
    return date(place // 12, place % 12 + 1, 1)
