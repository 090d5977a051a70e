"""What friends cost by route, and what they brought. What cannot be known is None, not 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from accounts import current
from routes import values
from routes.models import AdCost, Arrival, Route, Visit
from routes.values import Value

MOST_DAYS = 1_100  # of a period
Amount = TypeVar("Amount", int, Decimal)


@dataclass(frozen=True)
class Paid:
    """Cost and friends of routes of which both are known."""

    cost: Decimal = Decimal(0)
    new: int = 0
    linked: int = 0
    revenue: Decimal = Decimal(0)

    def __add__(self, other: "Paid") -> "Paid":
        return Paid(
            self.cost + other.cost,
            self.new + other.new,
            self.linked + other.linked,
            self.revenue + other.revenue,
        )


@dataclass(frozen=True)
class Return:
    """Of one route or several, in one period.

    `cost` is None where none was entered, the rest where nobody can say who came. Only of routes of which
    both are known one is divided by the other: `paid` has their sums.
    """

    cost: Decimal | None = None
    new: int | None = None
    linked: int | None = None
    buyers: int | None = None
    revenue: Decimal | None = None
    paid: Paid = Paid()

    def __add__(self, other: "Return") -> "Return":
        return Return(
            _sum(self.cost, other.cost),
            _sum(self.new, other.new),
            _sum(self.linked, other.linked),
            _sum(self.buyers, other.buyers),
            _sum(self.revenue, other.revenue),
            self.paid + other.paid,
        )

    @property
    def cost_per_friend(self) -> Decimal | None:
        return _divided(self.paid.cost, self.paid.new)

    @property
    def cost_per_linked(self) -> Decimal | None:
        return _divided(self.paid.cost, self.paid.linked)

    @property
    def per_cost(self) -> Decimal | None:
        """Revenue for each yen of cost (ROAS); None where revenue is not known."""
        return None if self.revenue is None else _divided(self.paid.revenue, self.paid.cost)


def this_month() -> tuple[date, date]:
    """From its first day until today, in the client's time zone."""
    today = timezone.now().astimezone(_zone()).date()
    return today.replace(day=1), today


def of_period(first: date, last: date) -> list[tuple[Route, Return]]:
    """Each route with a cost or new friends on these days of the client's calendar, the dearest first.

    Revenue is of orders that those friends have placed since they came, until now.
    """
    start, end = _moments(first, last)
    costs = _costs(first, last)
    new = dict(_new(start, end))
    told = values.of_routes(start, end)
    routes = Route.objects.in_bulk(costs.keys() | new.keys())
    unknown = silent((route for pk, route in routes.items() if pk not in new), start, end)
    found = [
        (route, _return(costs.get(pk), None if pk in unknown else new.get(pk, 0), told, pk))
        for pk, route in routes.items()
    ]
    return sorted(found, key=lambda row: (-(row[1].cost or 0), -(row[1].new or 0), row[0].name))


def total(returns: Iterable[Return]) -> Return:
    """All together, also of none."""
    return sum(returns, start=Return())


def silent(routes: Iterable[Route], start: datetime, end: datetime) -> set[int]:
    """Which of these routes, by which nobody came, cannot tell who came; of the others nobody did.

    Those are routes opened only by plain links, and ads of LINE's without a link.
    """
    asked = {route.pk: route for route in routes}
    opened = Visit.objects.filter(route__in=asked, parent=None, at__gte=start, at__lt=end)
    known = Count("pk", filter=~Q(way=Visit.Way.PLAIN))
    visits = dict(opened.order_by().values_list("route").annotate(known=known))
    return {
        pk
        for pk, route in asked.items()
        if visits.get(pk) == 0 or (pk not in visits and route.media == Route.Media.LINE_ADS)
    }


def _return(cost: Decimal | None, new: int | None, told: dict[int, Value] | None, route_id: int) -> Return:
    if new is None:
        return Return(cost=cost)
    value = (told or {}).get(route_id, Value())
    paid = Paid() if cost is None else Paid(cost, new, value.linked, value.revenue)
    if told is None:
        return Return(cost, new, paid=paid)
    return Return(cost, new, value.linked, value.buyers, value.revenue, paid)


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(day, time.min, _zone()) for day in (first, last + timedelta(days=1)))
    return start, end


def _zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def _costs(first: date, last: date) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for cost in AdCost.objects.touching(first, last).order_by():
        found[cost.route_id] = found.get(cost.route_id, Decimal(0)) + cost.within(first, last)
    return found


def _new(start: datetime, end: datetime) -> Iterable[tuple[int, int]]:
    came = Arrival.objects.filter(kind=Arrival.Kind.NEW, at__gte=start, at__lt=end)
    return came.order_by().values_list("route").annotate(Count("pk"))


def _sum(mine: Amount | None, other: Amount | None) -> Amount | None:
    if mine is None or other is None:
        return other if mine is None else mine
    return mine + other


def _divided(amount: Decimal, by: Decimal | int) -> Decimal | None:
    return amount / by if by else None
