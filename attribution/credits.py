"""What sends, scenarios, steps and routes are credited with: each conversion once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from attribution.models import Credit, Point
from shops.models import ShopSettings

NOTHING = Decimal(0)
OF_ORDERS = Q(point__kind=Point.Kind.ORDER)


@dataclass(frozen=True, slots=True)
class Sums:
    """`conversions` are of all points; orders and their revenue, of the orders' point alone.

    `revenue` is in the client's currency; what was paid in another is in `others`, by currency.
    """

    conversions: int = 0
    orders: int = 0
    revenue: Decimal = NOTHING
    others: tuple[tuple[str, Decimal], ...] = ()

    def __add__(self, other: "Sums") -> "Sums":
        others = dict(self.others)
        for currency, amount in other.others:
            others[currency] = others.get(currency, NOTHING) + amount
        return Sums(
            self.conversions + other.conversions,
            self.orders + other.orders,
            self.revenue + other.revenue,
            tuple(sorted(others.items())),
        )


def of(
    owners: Collection[str],
    first: date | None = None,
    last: date | None = None,
    *,
    model: str | None = None,
) -> dict[str, Sums]:
    """By owner as the ledger names it, or one of its parts (`scenario:3/step:x`); who has none is left out.

    Counted are conversions from the first day to the last, in the client's time zone; None: without end.
    `model` None: by the one that each point has. No two owners have the same conversion, but a scenario has
    those of its steps.
    """
    whole = {owner.partition("/")[0] for owner in owners}
    found = by_part(rows(first, last, model=model).filter(owner__in=whole))
    sums: dict[str, Sums] = {}
    for (owner, part), credit in found.items():
        for name in {owner, f"{owner}/{part}" if part else owner} & set(owners):
            sums[name] = sums.get(name, Sums()) + credit
    return sums


def rows(first: date | None, last: date | None, *, model: str | None = None) -> QuerySet[Credit]:
    """The credits of conversions of these days."""
    found = Credit.objects.chosen(model)
    if first:
        found = found.filter(at__gte=begins(first))
    if last:
        found = found.filter(at__lt=begins(last + timedelta(days=1)))
    return found


def by_part(found: QuerySet[Credit]) -> dict[tuple[str, str], Sums]:
    """Sums by owner and part."""
    ours = ShopSettings.present().currency
    counted = found.order_by().values_list("owner", "part", "currency")
    summed = counted.annotate(
        conversions=Count("pk"),
        orders=Count("pk", filter=OF_ORDERS),
        revenue=Sum("amount", filter=OF_ORDERS),
    )
    sums: dict[tuple[str, str], Sums] = {}
    for owner, part, currency, conversions, orders, revenue in summed:
        is_ours = currency == ours
        others = ((currency, revenue),) if revenue is not None and not is_ours else ()
        each = Sums(conversions, orders, revenue or NOTHING if is_ours else NOTHING, others)
        sums[owner, part] = sums.get((owner, part), Sums()) + each
    return sums


def is_counting() -> bool:
    """Whether figures are still being brought up to changed settings."""
    return Point.objects.behind().exists()


def begins(day: date) -> datetime:
    """Its first moment in the client's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
