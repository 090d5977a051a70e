"""What a ready-made scenario sends, as one person would get it."""

from dataclasses import dataclass

import orjson
from django.utils import translation
from django.utils.translation import gettext as _

from composing import phone, variables
from composing.content import Template, named_variables
from composing.phone import Shown
from scenarios.flow import words
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Send, Wait
from scenarios.ready.base import Wishes
from scenarios.ready.pieces import blank_picture
from scenarios.texts import repeating
from shops.models import Product
from shops.words import money


@dataclass(frozen=True)
class Shot:
    """What a step sends, and in words when: after how much waiting; "" is at once."""

    when: str
    shown: Shown


def shots(flow: Flow, wishes: Wishes, said: dict[str, str]) -> list[Shot]:
    """In the order in which they are sent; `said` has the words of the steps."""
    with translation.override(wishes.language):
        known = _values(wishes)
    found: list[Shot] = []
    waits: list[str] = []
    for _path, step in flow.walk():
        if isinstance(step, Send):
            found.append(Shot(", ".join(waits), phone.shown(_filled(step.messages or [], known))))
            waits = []
        elif isinstance(step, Wait):
            waits.append(_later(step) or said[step.id])
    return found


def _later(wait: Wait) -> str:
    """When it is after this wait; "" where the wait is for a date."""
    if wait.minutes:
        return _("%(time)s later") % {"time": words.duration(wait.minutes)}
    if wait.days:
        said = {"time": words.duration(wait.days * words.MINUTES_OF_A_DAY), "at": wait.at}
        return (_("%(time)s later, at %(at)s") if wait.at else _("%(time)s later")) % said
    return _("At %(at)s") % {"at": wait.at} if wait.at else ""


def _filled(messages: list[dict], known: dict[str, str]) -> list[dict]:
    """With one product where there is a card for each."""
    laid_out = repeating.laid_out(messages)
    packed = variables.pack(named_variables(laid_out), known)
    return orjson.loads(repeating.cut(Template(repeating.frozen(laid_out)).fill(packed), 1))


def _values(wishes: Wishes) -> dict[str, str]:
    """Of a person who exists nowhere, and of the client's own newest product if it has a picture."""
    return {
        "display_name": _("Hanako"),
        "customer.name": _("Hanako Yamada"),
        "event.url": wishes.shop,
        "event.order": "10482",
        "event.total": "¥8,640",
        "event.tracking_number": "4001-2345-6789",
        "event.points": "120",
        "event.balance": "1,840",
        "event.expires_at": _("31 December"),
        **_product(wishes),
    }


def _product(wishes: Wishes) -> dict[str, str]:
    """A real picture says more than a drawing; one query."""
    found = Product.objects.whole().exclude(picture_url="").exclude(price=None).order_by("-pk").first()
    if found is None:
        yen = {"price": "¥4,800", "price_before": "¥6,000"}
        told = {"name": _("Linen shirt"), "picture": blank_picture(), "url": wishes.shop} | yen
    else:
        assert found.price is not None  # noqa: S101  (asked for)
        before = found.compare_at_price or found.price * 5 / 4
        told = {"name": str(found), "picture": found.picture_url, "url": found.page_url or wishes.shop}
        told["price"] = money(found.price, found.currency)
        told["price_before"] = money(before, found.currency)
    return {f"product.{name}": value for name, value in told.items()}
