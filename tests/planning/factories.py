"""Daily figures of a client as if they had been counted, and indicators."""

from datetime import date, timedelta
from decimal import Decimal

from accounts import current
from agency_library.models import KpiSet
from costs.spending import Eyes
from planning import sets, trees
from planning.models import Actual, Count, Kpi

NOVEMBER = date(2026, 11, 1)


def make_actual(metric: str, day: date, value: Decimal | int | str, owner: str = "") -> Actual:
    return Actual.objects.create(metric=metric, day=day, value=Decimal(value), owner=owner)


def make_days(
    metric: str, first: date, last: date, value: Decimal | int | str, owner: str = ""
) -> list[Actual]:
    """The same on each of these days."""
    count = (last - first).days + 1
    return [make_actual(metric, first + timedelta(days=number), value, owner) for number in range(count)]


def counted_until(day: date) -> Count:
    return Count.objects.update_or_create(pk=1, defaults={"counted_until": day})[0]


def make_kpi(metric: str = "revenue", campaign=None, **given) -> Kpi:
    """One that is counted; or, without a figure, one of the client's own."""
    return trees.add(campaign, metric=metric, by=None, **given)


def make_kpi_set(name: str = "Online shops") -> KpiSet:
    """One that the present client's agency offers, with an indicator of its own and one that is counted."""
    visitors = make_kpi("", name="Visitors at the shop")
    make_kpi("draws", parent=visitors)
    return sets.save(None, name=name, note="", eyes=Eyes(current.tenant()), with_goals=True, by=None)
