"""What is kept of figures by day, as one reader sees it: of the client, of campaigns, of single things."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from django.db import connection
from django.db.models import Sum

from contracts import sight as sights
from costs import spending
from costs.periods import Period
from costs.spending import Eyes
from planning.metrics import registry
from planning.metrics.registry import COST, NET
from planning.models import Actual
from routes.models import AdCost

Series = dict[date, Decimal]
Days = dict[str, Series]  # by code
NONE = Decimal(0)
OF_CAMPAIGNS = """
SELECT belongs.campaign_id, actual.metric, actual.day, sum(actual.value)
FROM planning_actual actual
JOIN campaigns_assignment belongs ON belongs.owner = actual.owner AND belongs.ended_at IS NULL
WHERE belongs.campaign_id = ANY(%(campaigns)s) AND actual.metric = ANY(%(metrics)s)
  AND actual.day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3"""
OF_OWNERS = """
SELECT actual.owner, actual.metric, actual.day, sum(actual.value)
FROM planning_actual actual
WHERE actual.metric = ANY(%(metrics)s) AND actual.day BETWEEN %(first)s AND %(last)s
  AND (%(campaign)s::bigint IS NULL OR actual.owner IN (
    SELECT owner FROM campaigns_assignment WHERE campaign_id = %(campaign)s AND ended_at IS NULL))
GROUP BY 1, 2, 3"""


def of_client(eyes: Eyes, codes: Iterable[str], period: Period) -> Days:
    """Of all that happened, by code and day."""
    return seen(eyes, kept_of_client(codes, period))


def kept_of_client(codes: Iterable[str], period: Period) -> Days:
    """Likewise with cost in the parts that it is kept in, which no reader sees: hand it to `seen`."""
    rows = Actual.objects.within(period.first, period.last).filter(metric__in=registry.parts(codes))
    return _by_code(rows.order_by().values_list("metric", "day").annotate(Sum("value")))


def of_campaigns(
    eyes: Eyes, campaigns: Collection[int], codes: Iterable[str], period: Period
) -> dict[int, Days]:
    """Of what belongs to each of these campaigns now, in one query."""
    asked = {"campaigns": list(campaigns), "metrics": list(registry.parts(codes))}
    return _grouped(eyes, OF_CAMPAIGNS, asked, period)


def of_owners(eyes: Eyes, codes: Iterable[str], period: Period, campaign_id: int | None) -> dict[str, Days]:
    """Thing by thing, of a campaign or (None) of all; "" is what is of no thing."""
    asked = {"campaign": campaign_id, "metrics": list(registry.parts(codes))}
    return _grouped(eyes, OF_OWNERS, asked, period)


def seen(eyes: Eyes, days: Days, counted: Callable[[date], bool] | None = None) -> Days:
    """With the cost that this reader sees in place of what it is made of.

    Linear, so that days and things add up to the month. What ads cost is in it only where LINE's messages
    are paid in the same money (`counted`, of a month, for whoever reads many things of it).
    """
    parts = {code: days.pop(code, {}) for code in NET}
    messages = days.get("messages", {})
    cost: Series = {}
    is_counted = counted or counting_ads(eyes)
    for day in {day for series in parts.values() for day in series}:
        month = day.replace(day=1)
        sight = eyes.sight(month)
        net, paid, notices, notice_net, ads = (
            parts[code].get(day, NONE) for code in ("net", "paid", "notices", "notice_net", "ads")
        )
        counts = {"messages": int(messages.get(day, NONE) - notices), "paid": int(paid)}
        cost[day] = sight.amount(net, **counts) + sight.cost(notice_net)
        if ads and is_counted(month):
            cost[day] += ads
    return days | {COST: cost} if cost else days


def factor(eyes: Eyes, month: date) -> Decimal | None:
    """By what LINE's cost of a month is multiplied for this reader; None with a price per message."""
    return eyes.sight(month).limit(Decimal(1))


def sees_cost(eyes: Eyes) -> bool:
    return eyes.user is None or eyes.user.has_perm(sights.VIEW_COST)


def counting_ads(eyes: Eyes) -> Callable[[date], bool]:
    """Whether what ads cost is in the cost of a month: asked once of each."""
    return cache(lambda month: spending.currency(eyes.tenant.pk, month) == AdCost.CURRENCY)


def _grouped(eyes: Eyes, query: str, asked: dict, period: Period) -> dict:
    found: dict = {}
    with connection.cursor() as cursor:
        cursor.execute(query, asked | {"first": period.first, "last": period.last})
        for key, metric, day, value in cursor:
            found.setdefault(key, {}).setdefault(metric, {})[day] = value
    counted = counting_ads(eyes)
    return {key: seen(eyes, days, counted) for key, days in found.items()}


def _by_code(rows: Iterable[tuple[str, date, Decimal]]) -> Days:
    found: Days = {}
    for metric, day, value in rows:
        found.setdefault(metric, {})[day] = value
    return found


def within(series: Mapping[date, Decimal], period: Period) -> Series:
    """Its days of a period."""
    return {day: value for day, value in series.items() if period.first <= day <= period.last}
