"""What the tag tells in one report: read, checked, and cut down to what is kept.

A report is JSON in a body of text, since browsers send that without asking first:
`{"id": "…", "kind": "convert", "url": "https://…", "mclid": "…", "customer": "…", "data": {…}}`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import orjson

from attribution.models import Point, TagDay
from broadcasts.tracking.journal import Notes
from events.timeline import NewEvent
from shops.models import Order
from shops.reading import CURRENCIES

MOST_BYTES = 8_000
LONGEST_URL, LONGEST_TEXT = 500, 200
MOST_AMOUNT = 10**11
ID = re.compile(r"[A-Za-z0-9-]{16,40}")
What = TagDay.What
TYPES = {
    What.PAGE: "page_viewed",
    What.PRODUCT: "viewed",
    What.CATEGORY: "category_viewed",
    What.CONVERT: "converted",
}
ORDER_KEY = "tag:order:"  # with the number behind it: an order is told of once, however often its page loads


@dataclass(frozen=True, slots=True)
class Told:
    """One report of a browser. `friend` is known by a click id, `customer` by the shop's signature."""

    id: str
    what: str
    properties: dict[str, Any]
    at: datetime
    friend: int | None = None
    customer: str = ""

    @property
    def name(self) -> str:
        """Of a conversion."""
        return self.properties.get("name", "") if self.what == What.CONVERT else ""

    def event(self, friend_id: int | None, customer_id: int | None) -> NewEvent:
        """As it stands on the timeline of whom it is about."""
        order = self.properties.get("order") if self.what == What.CONVERT else None
        key = f"{ORDER_KEY}{order}" if order else f"tag:{self.id}"
        return NewEvent(TYPES[What(self.what)], self.at, friend_id, customer_id, self.properties, key)


class Unfit(ValueError):
    """No report of the tag."""


def read(body: bytes) -> dict[str, Any]:
    """The report as it was sent. Raises Unfit."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unfit from None
    if not isinstance(said, dict) or not isinstance(said.get("data", {}), dict):
        raise Unfit
    return said


def told(said: dict[str, Any], *, friend: int | None, customer: str, at: datetime | None = None) -> Told:
    """What a report says. What does not fit is left out; raises Unfit where it means nothing without."""
    id_, what = said.get("id"), said.get("kind")
    if not isinstance(id_, str) or not ID.fullmatch(id_) or not isinstance(what, str) or what not in TYPES:
        raise Unfit
    given = said.get("data", {})
    found = {name: value for name, reads in READERS[What(what)].items() if (value := reads(given.get(name)))}
    if what == What.PRODUCT and "product" not in found or what == What.CATEGORY and "category" not in found:
        raise Unfit
    if what == What.CONVERT:
        found = {"name": "conversion"} | found
    if page := _url(said.get("url")):
        found["url"] = page
    return Told(id_, what, found, at or datetime.now(UTC), friend, customer)


def _text(longest: int) -> Callable[[object], str | None]:
    def reads(value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return None
        return "".join(sign for sign in value if sign.isprintable()).strip()[:longest] or None

    return reads


def _amount(value: object) -> int | float | None:
    """Also as shops write it into their pages: `"1980"`."""
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | str) else Decimal("NaN")
    except ArithmeticError:
        return None
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number < MOST_AMOUNT:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _currency(value: object) -> str | None:
    return value if isinstance(value, str) and value in CURRENCIES else None


def _order(value: object) -> str | None:
    """Whole, or not at all: half a number is another order."""
    number = _text(Order.NUMBER_LENGTH + 1)(value)
    return number if number and len(number) <= Order.NUMBER_LENGTH else None


def _url(value: object) -> str | None:
    """Without query and fragment: they may say who somebody is."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return _text(LONGEST_URL)(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
    except ValueError:
        return None


_short = _text(LONGEST_TEXT)
READERS: dict[What, dict[str, Callable[[object], Any]]] = {
    What.PAGE: {},
    What.PRODUCT: {"product": _short, "name": _short, "category": _short, "price": _amount},
    What.CATEGORY: {"category": _short, "name": _short},
    What.CONVERT: {
        "name": _text(Point.TOLD_LENGTH),
        "order": _order,
        "amount": _amount,
        "currency": _currency,
    },
}


def _line(schema: str, told: Told) -> bytes:
    row = [schema, told.id, told.what, told.properties, told.at, told.friend, told.customer]
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _read_line(line: bytes) -> tuple[str, Told]:
    schema, id_, what, properties, at, friend, customer = orjson.loads(line)
    return schema, Told(id_, what, properties, datetime.fromisoformat(at), friend, customer)


NOTES = Notes(".reports", _line, _read_line)
