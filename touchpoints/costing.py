"""What the messages of a plan are expected to cost, at today's price and on top of what is scheduled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts import current
from billing import quota
from billing.forecast import Forecast
from billing.pricing import Price, price_accepted
from broadcasts import forecasts
from touchpoints import starting
from touchpoints.judging import Judged
from touchpoints.models import TouchClass


@dataclass(frozen=True)
class Expected:
    """One class: `messages` at most, one to each friend. What a scenario will send is not in it: null."""

    of: TouchClass
    people: int
    messages: int | None
    at: datetime
    month: date
    price: Price | None
    currency: str


@dataclass(frozen=True)
class Month:
    """All classes of one month together."""

    month: date
    messages: int
    price: Price
    forecast: Forecast


@dataclass(frozen=True)
class Cost:
    """`months` add up what `classes` are; both only of those that can be started."""

    classes: list[Expected]
    months: list[Month]

    @property
    def messages(self) -> int:
        return sum(each.messages for each in self.months)

    def of(self, found: TouchClass) -> Expected | None:
        return next((each for each in self.classes if each.of.pk == found.pk), None)


def expected(judged: Judged) -> Cost:
    """Of all that is planned and not started, in the order of their times: each after those before it."""
    now = timezone.now()
    ready = [each for each in judged.classes if starting.is_ready(each) and judged.count(each)]
    by_month: dict[date, list[tuple[datetime, TouchClass]]] = defaultdict(list)
    for each in ready:
        at = max(each.moment or now, now)
        by_month[timezone.localtime(at).date().replace(day=1)].append((at, each))
    rows: list[Expected] = []
    months = []
    for month, planned in sorted(by_month.items()):
        found, total = _month(month, sorted(planned, key=lambda one: (one[0], one[1].pk)), judged)
        rows += found
        months.append(total)
    return Cost(rows, months)


def _month(
    month: date, planned: Sequence[tuple[datetime, TouchClass]], judged: Judged
) -> tuple[list[Expected], Month]:
    first = planned[0][0]
    before = forecasts.of_messages(0, first)
    tariff = quota.status(current.tenant().pk, first).terms.tariff
    has_price = before.plan_name is not None
    used, rows = before.month_end_messages, []
    for at, each in planned:
        people = judged.count(each)
        if each.action == TouchClass.Action.SCENARIO:
            rows.append(Expected(each, people, None, at, month, None, before.currency))
            continue
        price = price_accepted(tariff, used, people) if has_price else None
        rows.append(Expected(each, people, people, at, month, price, before.currency))
        used += people
    messages = used - before.month_end_messages
    whole = forecasts.of_messages(messages, first)
    return rows, Month(month, messages, whole.added, whole)
