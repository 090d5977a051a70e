"""What ready-made scenarios are made of: messages, cards, steps, and what is the same in many."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _

from broadcasts.tracking import links
from composing.cards import patterns
from composing.cards.parts import own_color
from composing.cards.reading import contents_of
from composing.cards.shapes import SHAPES
from coupons.models import Coupon
from coupons.reward import PAGE
from scenarios.ready.base import Json, Wishes
from scenarios.texts import repeating

HOUR, DAY = 60, 24 * 60  # minutes
MOST_CARDS = 5
BLOCKED: Json = {"type": "blocked"}
UNLINKED: Json = {"type": "unlinked"}
UNMET: Json = {"type": "condition"}
NOTICE: Json = {"nature": "notice", "priority": 1, "ignores_quiet_hours": True, "ignores_cap": True}


def text(said: str) -> Json:
    return {"type": "text", "text": said}


def coupon(wishes: Wishes) -> Json:
    """LINE's coupon, or a card that leads to one of the client's own; without a wish LINE's is to choose."""
    if wishes.own_coupon is None:
        return {"type": "coupon", "couponId": wishes.coupon}
    return own_coupon(wishes.own_coupon, _("A coupon for you"), badge=_("Coupon"))


def own_coupon(number: int, notice: str, *, badge: str) -> Json:
    """A card that leads to each friend's own page of it."""
    name = Coupon.objects.filter(pk=number).values_list("name", flat=True).first() or _("Coupon")
    address = f"{{{{{PAGE}.{number}}}}}"
    return card(notice, badge=badge, title=name, button=_("Open the coupon"), address=address)


def gift(id_: str, wishes: Wishes, *steps: Json) -> list[Json]:
    """These steps; where they tell of a coupon of the client's own, it is given first, and who cannot get it
    is not told of it.
    """
    if wishes.own_coupon is None:
        return list(steps)
    given = {"type": "reward", "kind": PAGE, PAGE: wishes.own_coupon, "ways": {"given": list(steps)}}
    return [{"id": id_} | given]


def product_card(notice: str, wishes: Wishes, *, button: str, address: str = "", **values: str) -> Json:
    """A card with picture, name and price of the product that it is about; a tap opens its page.

    `notice` is what the notification says. `values` are those of the card's shape.
    """
    told = {"title": variable("product.name", _("Your item")), "picture": picture()}
    told["price"] = variable("product.price", _("See the price in the shop"))
    leads_to = address or variable("product.url", wishes.shop)
    return card(notice, button=button, address=leads_to, **told | values)


def card(notice: str, *, button: str, address: str, **values: str) -> Json:
    """A card with a button, and with a tap on its picture that leads to the same place."""
    action = {"type": "uri", "label": button, "uri": address}
    shape = SHAPES["product"]
    told: dict[str, Any] = {"shape": shape.name, "size": "mega", "ratio": "1:1", "color": own_color()}
    told["buttons"] = [{"style": "primary", "action": action}]
    if values.get("picture"):
        told["picture_action"] = action
    return {
        "type": "flex",
        "altText": notice,
        "contents": contents_of([patterns.blank(shape.pattern) | told | values]),
    }


def cart_cards(notice: str, wishes: Wishes, *, badge: str, button: str) -> Json:
    """A card for each product of the cart, beside each other; all lead to the cart."""
    card_ = product_card(
        notice, wishes, badge=badge, button=button, address=variable("event.url", wishes.shop)
    )
    repeated = card_["contents"] | {repeating.EACH: repeating.PRODUCTS, repeating.LIMIT: MOST_CARDS}
    return card_ | {"contents": {"type": "carousel", "contents": [repeated]}}


def variable(name: str, otherwise: str) -> str:
    """A hole that each person's own value fills; `otherwise` stands where there is none."""
    return f"{{{{{name}|{otherwise}}}}}"


def picture() -> str:
    """That of the product; a drawing of ours for one without."""
    return variable("product.picture", blank_picture())


def blank_picture() -> str:
    return f"{settings.MEDIA_BASE_URL}{static('scenarios/ready/product.png')}"


def wait(id_: str, **how: Any) -> Json:
    return {"id": id_, "type": "wait"} | how


def send(id_: str, ready: str, *messages: Json, **how: Any) -> Json:
    """A step that sends by LINE. Its links are counted under the name of the ready-made scenario."""
    kept = links.default_utm()
    utm = {"utm": kept | {"campaign": ready.replace("_", "-")}} if kept is not None else {}
    return {"id": id_, "type": "send", "messages": list(messages)} | utm | how


def ended_by(event: str, **how: Any) -> Json:
    return {"type": "event", "event": event} | how


def goal(days: int, event: str = "order_placed", *, ends: bool = True) -> Json:
    return {"event": event, "within_days": days, "ends": ends}


def once_in(days: int) -> Json:
    """Who was in enters again after so many days at the earliest."""
    return {"mode": "after_days", "days": days}


EACH_BY_ITSELF: Json = {"mode": "always", "per_subject": True}  # once for each product, or each order


def manners(nature: str, *, priority: int = 5) -> Json:
    return {"nature": nature, "priority": priority}
