"""What a source tells of an order, and how it is joined with what is known.

Of each field the newest word counts; when it happened, the earliest. Both are the same in whatever order and
however often the news come, so the order ends as the shop has it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shops.models import Order, ShopSettings
from shops.reading import (
    MOST,
    Field,
    Unfit,
    amount,
    comparable,
    currency,
    moment,
    one_of,
    read_fields,
    text,
    whole,
    yes_no,
)

Status = Order.Status
NEVER = datetime.min.replace(tzinfo=UTC)
MOST_LINES = 500
MILESTONES = {
    "shipped_at": (Status.SHIPPED,),
    "delivered_at": (Status.DELIVERED,),
    "cancelled_at": (Status.CANCELLED, Status.RETURNED),
}
# Of two words of the same moment, the one further on is taken for the later.
RANKS = {status: rank for rank, status in enumerate(Status.values)}
LINE = {
    "id": Field(text(60), ""),  # the shop's own number of the line, where it has one
    "product": Field(text(100), ""),
    "name": Field(text(300), ""),
    "category": Field(text(300), ""),
    "quantity": Field(whole),
    "amount": Field(amount),
}


def _lines(value: object) -> list[dict]:
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise Unfit(_("must be a list of at most %(most)s lines") % {"most": MOST_LINES})
    return [_line(line, str(place)) for place, line in enumerate(value)]


def _line(line: object, place: str) -> dict:
    found = {"quantity": 1} | read_fields(line, LINE, place=place)
    if not found.get("product") and not found.get("name"):
        raise Unfit(_("%(place)s: needs a product or a name") % {"place": place})
    if found["quantity"] < 1:
        raise Unfit(_("%(place)s.quantity: must be 1 or more") % {"place": place})
    if "amount" not in found:
        raise Unfit(_("%(place)s.amount: is missing") % {"place": place})
    return found | {"amount": plain(found["amount"])}


def plain(value: Any) -> int | float:
    """An amount as JSON has it."""
    return int(value) if value == int(value) else float(value)


ZERO = amount(0)
TOLD = {
    "customer_number": Field(text(Order.NUMBER_LENGTH), ""),
    "status": Field(one_of(Status.values)),
    "placed_at": Field(moment),
    "currency": Field(currency),
    "total": Field(amount),
    "refunded": Field(amount, ZERO),
    "discount": Field(amount, ZERO),
    "shipping": Field(amount, ZERO),
    "tax": Field(amount, ZERO),
    "lines": Field(_lines, []),
    "coupon_code": Field(text(100), ""),
    "tracking_number": Field(text(100), ""),
    "is_test": Field(yes_no, False),
}
ROW = (
    {
        "number": Field(text(Order.NUMBER_LENGTH, at_least=1)),
        "source": Field(text(Order.SOURCE_LENGTH, at_least=1)),
        "updated_at": Field(moment, None),
        "customer": TOLD["customer_number"],
    }
    | {name: field for name, field in TOLD.items() if name != "customer_number"}
    | {name: Field(moment, None) for name in MILESTONES}
)


Key = tuple[str, str]  # source and number of an order


@dataclass(frozen=True)
class News:
    """One word on one order: the values it gives, and from when it is."""

    index: int  # its place among the rows
    source: str
    number: str
    at: datetime
    values: dict[str, Any]  # of TOLD
    happened: dict[str, datetime]  # of MILESTONES
    is_all: bool = False  # what it does not say has not happened

    @property
    def key(self) -> Key:
        return self.source, self.number

    @property
    def is_whole(self) -> bool:
        """Whether an order can begin with it."""
        return "placed_at" in self.values and "total" in self.values


def read(
    row: object, index: int, *, source: str, now: datetime, settings: ShopSettings, is_all: bool = False
) -> News:
    """Raises Unfit."""
    given = read_fields(row, ROW)
    if "number" not in given:
        raise Unfit(_("number: is missing"))
    if "customer" in given:
        given["customer_number"] = given.pop("customer")
    if given.get("currency", settings.currency) != settings.currency:
        said = {"currency": given["currency"], "ours": settings.currency}
        raise Unfit(_("currency: is %(currency)s, but this shop is counted in %(ours)s") % said)
    if given.get("refunded", 0) > given.get("total", MOST):
        raise Unfit(_("refunded: is more than the total"))
    news = News(
        index,
        given.get("source", source),
        given["number"],
        given.get("updated_at") or now,
        {name: given[name] for name in TOLD if name in given},
        {},
        is_all,
    )
    news.happened.update(_happened(given, news.at))
    return news


def _happened(given: dict, at: datetime) -> dict[str, datetime]:
    """When it was shipped, delivered, cancelled: as said, or else when it was first said that it had been."""
    said = {name: given[name] for name in MILESTONES if given.get(name)}
    implied = {name: at for name, statuses in MILESTONES.items() if given.get("status") in statuses}
    return implied | said


def begin(news: News, settings: ShopSettings) -> Order:
    """The order of which this is the first word. Raises Unfit if it says too little."""
    for name in ("placed_at", "total"):
        if name not in news.values:
            raise Unfit(
                _("%(name)s: is missing, and the order %(number)s is not known yet")
                % {"name": name, "number": news.number}
            )
    order = Order(
        source=news.source,
        number=news.number,
        currency=settings.currency,
        placed_at=news.values["placed_at"],
        total=news.values["total"],
        first_total=news.values["total"],
        first_told_at=news.at,
        shop_updated_at=news.at,
        stamps=dict.fromkeys(TOLD, ""),
    )
    join(order, news)
    return order


def join(order: Order, news: News) -> None:
    """Make of the order what it is by this word too."""
    stamps = {name: _stamp(order, name) for name in TOLD}
    for name, value in news.values.items():
        known = (stamps[name], _rank(name, getattr(order, name)))
        if (news.at, _rank(name, value)) > known:
            setattr(order, name, value)
            stamps[name] = news.at
    _join_first_total(order, news)
    if news.is_all and news.at >= order.shop_updated_at:
        for name in MILESTONES:
            setattr(order, name, None)
    for name, at in news.happened.items():
        setattr(order, name, min(at, getattr(order, name) or at))
    order.shop_updated_at = max(order.shop_updated_at, news.at)
    order.stamps = {
        name: "" if at == NEVER else at.isoformat()
        for name, at in stamps.items()
        if at != order.shop_updated_at
    }


def _join_first_total(order: Order, news: News) -> None:
    total = news.values.get("total")
    if total is not None and (news.at, total) < (order.first_told_at, order.first_total):
        order.first_total, order.first_told_at = total, news.at


def _stamp(order: Order, name: str) -> datetime:
    return NEVER if order.stamps.get(name) == "" else order.told_at(name)


def _rank(name: str, value: Any) -> Any:
    """Of two words of the same moment: the state further on, the larger amount, the list of more lines."""
    if name == "status":
        return RANKS[value]
    if isinstance(value, list):
        return len(value), comparable(value)
    return value if isinstance(value, Decimal) else comparable(value)
