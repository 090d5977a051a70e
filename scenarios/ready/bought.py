"""After the order: that it has come in, that it is on its way, how it was, when it will be used up."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scenarios.ready.base import BOUGHT, Json, Ready, Wishes, register
from scenarios.ready.needs import HISTORY, LINKED, PRODUCTS, Events
from scenarios.ready.pieces import (
    BLOCKED,
    EACH_BY_ITSELF,
    NOTICE,
    UNLINKED,
    card,
    ended_by,
    goal,
    manners,
    product_card,
    send,
    text,
    wait,
)


def _order(wishes: Wishes) -> Json:
    said = _(
        "Thank you for your order, {{customer.name|dear customer}}.\n\n"
        "Order number: {{event.order|see your mail}}\n"
        "Total: {{event.total|see your mail}}\n\n"
        "We will write to you here as soon as it is on its way."
    )
    return _notice("order_placed", [send("order_notice", "order_notice", text(said), nature="notice")])


def _shipped(wishes: Wishes) -> Json:
    said = _(
        "{{customer.name|Dear customer}}, your order has left our warehouse.\n\n"
        "Order number: {{event.order|see your mail}}\n"
        "Tracking number: {{event.tracking_number|see your mail}}\n\n"
        "If you have any questions about it, please write to us here."
    )
    return _notice("order_shipped", [send("shipping_notice", "shipping_notice", text(said), nature="notice")])


def _notice(event: str, steps: list[Json]) -> Json:
    """Said of each order, at once and at any hour."""
    return {
        "trigger": {"type": "event", "event": event},
        "exits": [BLOCKED, UNLINKED],
        "reentry": EACH_BY_ITSELF,
        "manners": NOTICE,
        "steps": steps,
    }


def _review(wishes: Wishes) -> Json:
    said = _(
        "{{customer.name|Dear customer}}, how do you like what you ordered?\n"
        "A few words of yours help others to choose, and help us to do better. It takes a minute."
    )
    shown = card(
        _("How do you like it?"),
        badge=_("Your opinion"),
        title=_("How do you like your order?"),
        text=_("Order number: {{event.order|see your mail}}"),
        button=_("Write a review"),
        address=wishes.shop,
    )
    return {
        "trigger": {"type": "event", "event": "order_delivered"},
        "exits": [ended_by("order_cancelled"), BLOCKED, UNLINKED],
        "reentry": {"mode": "after_days", "days": 30},
        "manners": manners("useful", priority=7),
        "steps": [
            wait("tried_for_a_week", days=7, at="19:00"),
            send("review_request", "review_request", text(said), shown),
        ],
    }


def _replenishment(wishes: Wishes) -> Json:
    soon = _(
        "{{display_name|Dear customer}}, is it about time for a new one? It should last only a few days more."
    )
    late = _(
        "Just a reminder: what you usually buy may have run out by now. "
        "Ordered today, it is with you in a few days."
    )
    first = product_card(_("Running low?"), wishes, badge=_("For you again"), button=_("Order again"))
    second = product_card(_("Has it run out?"), wishes, badge=_("Your usual"), button=_("Order again"))
    return {
        "trigger": {"type": "run_out", "days_before": 3, "at": "19:00"},
        "exits": [ended_by("bought", same_subject=True), BLOCKED, UNLINKED],
        "reentry": EACH_BY_ITSELF,
        "goal": goal(14, ends=False),
        "manners": manners("useful", priority=5),
        "steps": [
            send("running_low", "replenishment", text(soon), first),
            wait("a_week", days=7, at="19:00"),
            send("run_out", "replenishment", text(late), second),
        ],
    }


register(
    Ready(
        "order_notice",
        BOUGHT,
        "check",
        gettext_lazy("Order notice"),
        gettext_lazy(
            "Thanks for each order at once, with its number and total. A notice: at any hour, whatever "
            "else was sent."
        ),
        _order,
        needs=(Events(("order_placed",)), LINKED),
    ),
    Ready(
        "shipping_notice",
        BOUGHT,
        "next",
        gettext_lazy("Shipping notice"),
        gettext_lazy(
            "Tells at once that an order is on its way, with the tracking number. A notice, like that "
            "of the order."
        ),
        _shipped,
        needs=(Events(("order_shipped",)), LINKED),
    ),
    Ready(
        "review_request",
        BOUGHT,
        "smile",
        gettext_lazy("Review request after delivery"),
        gettext_lazy(
            "Asks for a review a week after delivery, in the evening. Not after a cancellation; at "
            "most once in 30 days."
        ),
        _review,
        needs=(Events(("order_delivered",)), LINKED),
        hint=gettext_lazy(
            "The button opens your shop: let it lead to the page on which reviews are written."
        ),
    ),
    Ready(
        "replenishment",
        BOUGHT,
        "clock",
        gettext_lazy("Replenishment"),
        gettext_lazy(
            "Writes 3 days before a product runs out, and once more a week later. When it runs out "
            "follows from "
            "how often each person buys it; of who bought once, from how often all others do. Buying "
            "it ends it."
        ),
        _replenishment,
        needs=(Events(("bought",)), LINKED, PRODUCTS, HISTORY),
    ),
)
