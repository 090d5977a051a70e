"""How much of what is sent is promotion, and how much is of use to those who get it, month by month."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts import current
from broadcasts.leaves.naming import sent
from broadcasts.models import Broadcast, Outcome

MONTHS = 12
Nature = Broadcast.Nature


@dataclass(frozen=True)
class Sent:
    """What something other than broadcasts sent in a month: messages to one person each."""

    month: date
    nature: str
    people: int


Source = Callable[[datetime, ZoneInfo], Iterable[Sent]]
_sources: list[Source] = []


@dataclass(frozen=True)
class Month:
    """Broadcasts, and messages to one person each of these and of what else is sent, by nature
    (`Broadcast.Nature`). `others` are of `people` those that no broadcast sent.
    """

    month: date
    sends: dict[str, int]
    people: dict[str, int]
    others: dict[str, int]

    @property
    def all_others(self) -> int:
        return sum(self.others.values())

    @property
    def all_people(self) -> int:
        return sum(self.people.values())

    @property
    def promotion_percent(self) -> int:
        return round(100 * self.people[Nature.PROMOTION] / self.all_people) if self.all_people else 0


@dataclass(frozen=True)
class Reaction:
    """Of all sends of a kind in these months: how many of the people blocked or stopped within a week."""

    nature: str
    label: str
    people: int
    blocked: int
    stopped: int


def register(source: Source) -> None:
    """Have `source(since, zone)` counted too: what it sent since a moment, month by month."""
    _sources.append(source)


def months() -> list[Month]:
    """The last twelve with this one, oldest first."""
    zone = ZoneInfo(current.tenant().time_zone)
    first = _first(zone)
    rows = _sends(first, zone).annotate(month=TruncMonth("started_at", tzinfo=zone))
    counted = rows.order_by().values_list("month", "nature").annotate(Count("pk"), Sum("audience_count"))
    found = {(month.date(), nature): (sends, people or 0) for month, nature, sends, people in counted}
    begin = datetime(first.year, first.month, 1, tzinfo=zone)
    others: Counter[tuple[date, str]] = Counter()
    for each in chain.from_iterable(source(begin, zone) for source in _sources):
        others[each.month, each.nature] += each.people
    return [_month(each, found, others) for each in _all_months(first)]


def reactions() -> list[Reaction]:
    zone = ZoneInfo(current.tenant().time_zone)
    rows = Outcome.objects.filter(broadcast__in=_sends(_first(zone), zone).values("pk")).order_by()
    sums = rows.values_list("broadcast__nature").annotate(Sum("receivers"), Sum("blocked"), Sum("stopped"))
    found = {nature: counts for nature, *counts in sums}
    return [Reaction(each, str(each.label), *found.get(each, (0, 0, 0))) for each in Nature]


def _sends(first: date, zone: ZoneInfo) -> QuerySet[Broadcast]:
    begin = datetime(first.year, first.month, 1, tzinfo=zone)
    return sent().filter(started_at__gte=begin)


def _first(zone: ZoneInfo) -> date:
    today = timezone.now().astimezone(zone).date()
    number = today.year * 12 + today.month - MONTHS
    return date(number // 12, number % 12 + 1, 1)


def _all_months(first: date) -> list[date]:
    numbers = range(first.year * 12 + first.month - 1, first.year * 12 + first.month - 1 + MONTHS)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _month(
    month: date, found: dict[tuple[date, str], tuple[int, int]], others: Counter[tuple[date, str]]
) -> Month:
    return Month(
        month,
        {nature: found.get((month, nature), (0, 0))[0] for nature in Nature},
        {nature: found.get((month, nature), (0, 0))[1] + others[month, nature] for nature in Nature},
        {nature: others[month, nature] for nature in Nature},
    )
