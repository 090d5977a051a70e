"""The products that an entry is about: the one that it names, else those of the event that let in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from shops.models import Product, ShopSettings
from shops.words import money

if TYPE_CHECKING:
    from scenarios.engine.people import Person

MOST = 10  # products of one entry


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as texts say it; "" where that is not known."""

    code: str
    name: str = ""
    price: str = ""
    price_before: str = ""
    category: str = ""
    picture: str = ""
    url: str = ""

    def said(self, name: str) -> str:
        return getattr(self, name, "")


def of(people: "Sequence[Person]") -> dict[int, list[Goods]]:
    """By entry, in the order of the cart. One query, however many; what the shop did not tell of a product,
    the event may.
    """
    codes = {person.entry_id: _codes(person) for person in people}
    known = _known({code for each in codes.values() for code in each})
    currency = ShopSettings.present().currency
    return {
        person.entry_id: [
            _told(code, known.get(code, Goods(code)), person, currency) for code in codes[person.entry_id]
        ]
        for person in people
    }


def _codes(person: "Person") -> list[str]:
    context = person.context
    several = context.get("products")
    given = [person.subject or context.get("product"), *(several if isinstance(several, list) else [])]
    return list(dict.fromkeys(code for code in given if isinstance(code, str) and code))[:MOST]


def _known(codes: set[str]) -> dict[str, Goods]:
    rows = Product.objects.filter(code__in=codes).select_related("parent") if codes else []
    return {row.code: _goods(row) for row in rows}


def _goods(row: Product) -> Goods:
    """A variant has from its product what it has not itself."""
    above = row.parent or row
    return Goods(
        code=row.code,
        name=str(row) if row.name or row.parent_id else "",
        price=money(row.price if row.price is not None else above.price, row.currency),
        price_before=money(row.compare_at_price or above.compare_at_price, row.currency),
        category=row.category or above.category,
        picture=_https(row.picture_url or above.picture_url),
        url=row.page_url or above.page_url,
    )


def _told(code: str, found: Goods, person: "Person", currency: str) -> Goods:
    """With what the event says, if it is about this product; what that cost before, the event knows best."""
    context = person.context
    if context.get("product", person.subject) != code:
        return found
    before = _amount(context.get("price_before"), currency)
    return replace(
        found,
        name=found.name or _text(context.get("name")),
        category=found.category or _text(context.get("category")),
        price=found.price or _amount(context.get("price"), currency),
        price_before=before or found.price_before,
        url=found.url or _text(context.get("url")),
        picture=found.picture or _https(_text(context.get("picture"))),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _https(address: str) -> str:
    """LINE shows no others."""
    return address if address.startswith("https://") else ""


def _amount(value: object, currency: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return ""
    return money(amount, currency) if amount.is_finite() else ""
