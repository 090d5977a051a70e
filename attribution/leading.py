"""What led to conversions: a table of credits by send, scenario, step, campaign or route."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Count, F, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from attribution import credits as credited
from attribution import naming
from attribution.credits import NOTHING, Sums
from attribution.models import Credit, Point
from campaigns import services as campaigns
from shops.models import Order, ShopSettings

ELSE = ""  # the key of what belongs to no campaign


class By(models.TextChoices):
    SEND = "send", _("By send")
    SCENARIO = "scenario", _("By scenario")
    STEP = "step", _("By step")
    CAMPAIGN = "campaign", _("By campaign")
    ROUTE = "route", _("By route")


KIND_OF = {By.SEND: "broadcast", By.SCENARIO: "scenario", By.STEP: "scenario", By.ROUTE: "route"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which days and how. `point` None: of all; `model` empty: each point's own."""

    first: date
    last: date
    by: By = By.SEND
    model: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is as the ledger names it."""

    key: str
    name: str | Promise
    sums: Sums
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is of all that led to conversions; `alone` of orders that nothing is known to have led to.

    Revenue is in `currency`, the client's.
    """

    asked: Asked
    rows: list[Row]
    total: Sums
    alone: Sums | None
    currency: str


def table(asked: Asked) -> Table:
    """The rows with most revenue first. No conversion is in two of them."""
    found = credited.rows(asked.first, asked.last, model=asked.model or None)
    if asked.point:
        found = found.filter(point=asked.point)
    parts = credited.by_part(found)
    total = sum(parts.values(), Sums())
    rows = sorted(_rows(asked.by, parts), key=lambda row: (row.key == ELSE, -row.sums.revenue, row.key))
    return Table(asked, rows, total, _alone(asked, found), ShopSettings.present().currency)


def _rows(by: By, parts: dict[tuple[str, str], Sums]) -> list[Row]:
    if by == By.CAMPAIGN:
        return _campaigns(parts)
    owned = {key: sums for key, sums in parts.items() if key[0].startswith(f"{KIND_OF[by]}:")}
    names = naming.of(owner for owner, _part in owned)
    if by == By.STEP:
        return _steps(owned, names)
    return [
        Row(owner, names[owner].name, sums, names[owner].address) for owner, sums in _whole(owned).items()
    ]


def _steps(owned: dict[tuple[str, str], Sums], names: dict[str, naming.Name]) -> list[Row]:
    said = {owner: naming.steps_of(owner) for owner in names}
    return [
        Row(
            f"{owner}/{part}" if part else owner,
            f"{names[owner].name} – {said[owner].get(part, part.partition(':')[2])}"
            if part
            else names[owner].name,
            sums,
            names[owner].address,
        )
        for (owner, part), sums in owned.items()
    ]


def _campaigns(parts: dict[tuple[str, str], Sums]) -> list[Row]:
    whole = _whole(parts)
    belongs = campaigns.of_many(whole)
    found: dict[str, Row] = {}
    for owner, sums in whole.items():
        campaign = belongs.get(owner)
        key = f"campaign:{campaign.pk}" if campaign else ELSE
        before = found[key].sums if key in found else Sums()
        name = campaign.name if campaign else _("Of no campaign")
        found[key] = Row(key, name, before + sums, campaign.get_absolute_url() if campaign else "")
    return list(found.values())


def _whole(parts: dict[tuple[str, str], Sums]) -> dict[str, Sums]:
    """By owner, its parts together."""
    found: dict[str, Sums] = {}
    for (owner, _part), sums in parts.items():
        found[owner] = found.get(owner, Sums()) + sums
    return found


def _alone(asked: Asked, found: QuerySet[Credit]) -> Sums | None:
    """None where the table is not of orders."""
    if asked.point and asked.point.kind != Point.Kind.ORDER:
        return None
    start, end = credited.begins(asked.first), credited.begins(asked.last + timedelta(days=1))
    placed = Order.objects.counted().filter(placed_at__gte=start, placed_at__lt=end)
    summed = placed.aggregate(orders=Count("pk"), revenue=Sum(F("total") - F("refunded")))
    told = found.filter(point__kind=Point.Kind.ORDER, source__gt=0)  # by the shop, as these are
    led = told.aggregate(orders=Count("pk"), revenue=Sum("amount"))
    orders = summed["orders"] - led["orders"]
    return Sums(orders, orders, (summed["revenue"] or NOTHING) - (led["revenue"] or NOTHING))
