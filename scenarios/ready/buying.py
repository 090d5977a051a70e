"""Before the order: a cart left, a product looked at, cheaper than before, there again."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scenarios.ready.base import BUYING, Json, Ready, Wishes, register
from scenarios.ready.needs import COUPON, LINKED, PRODUCTS, Events
from scenarios.ready.pieces import (
    BLOCKED,
    DAY,
    EACH_BY_ITSELF,
    HOUR,
    UNLINKED,
    cart_cards,
    coupon,
    ended_by,
    gift,
    goal,
    manners,
    once_in,
    product_card,
    send,
    text,
    variable,
    wait,
)

CARTS = ("cart_updated", "checkout_started", "carted")
FAVOURITES = ("favourite_added", "viewed")


def _cart(wishes: Wishes) -> Json:
    event = wishes.event or CARTS[0]
    filled = [{"property": "items", "op": "at_least", "value": 1}] if event == CARTS[0] else None
    return {
        "trigger": {"type": "event", "event": event} | ({"where": filled} if filled else {}),
        # The cart as it is last: another change ends this time and begins anew, with what lies in it now.
        "exits": [ended_by(event), BLOCKED, UNLINKED],
        "reentry": {"mode": "always"},
        "goal": goal(7),
        "manners": manners("promotion", priority=3),
        "steps": [
            wait("wait_1h", minutes=HOUR),
            send("reminder", "abandoned_cart", *_cart_reminder(wishes)),
            wait("wait_24h", minutes=DAY - HOUR),
            send("last_pieces", "abandoned_cart", *_cart_again(wishes)),
            wait("wait_72h", minutes=2 * DAY),
            *gift("gift", wishes, send("with_coupon", "abandoned_cart", *_cart_coupon(wishes))),
        ],
    }


def _cart_reminder(wishes: Wishes) -> list[Json]:
    said = _("{{display_name|Dear customer}}, you left something in your cart. We have kept it for you.")
    return [text(said), _cart_card(wishes, _("Something is still in your cart"), badge=_("In your cart"))]


def _cart_again(wishes: Wishes) -> list[Json]:
    said = _(
        "The item in your cart is still there, but it is popular and may sell out soon.\n"
        "If anything is unclear, such as size or delivery, just write to us here."
    )
    return [text(said), _cart_card(wishes, _("Still thinking it over?"), badge=_("Popular"))]


def _cart_coupon(wishes: Wishes) -> list[Json]:
    said = _(
        "{{display_name|Dear customer}}, here is a small gift to make the decision easier: "
        "a coupon that you can use for your cart."
    )
    return [
        text(said),
        coupon(wishes),
        _cart_card(wishes, _("A coupon for your cart"), badge=_("With a coupon")),
    ]


def _cart_card(wishes: Wishes, notice: str, *, badge: str) -> Json:
    return cart_cards(notice, wishes, badge=badge, button=_("Open the cart"))


def _viewed(wishes: Wishes) -> Json:
    said = _("{{display_name|Dear customer}}, you had a look at this. Would you like to see it once more?")
    shown = product_card(
        _("The item you looked at"), wishes, badge=_("Recently viewed"), button=_("Look again")
    )
    return {
        "trigger": {"type": "event", "event": "viewed"},
        # Who goes on to the cart is reminded of that, not of the page before.
        "exits": [*(ended_by(event) for event in CARTS[:1] + CARTS[2:]), BLOCKED, UNLINKED],
        "reentry": once_in(7),
        "goal": goal(7),
        "manners": manners("promotion", priority=6),
        "steps": [
            wait("next_evening", days=1, at="20:00"),
            send("shown_again", "product_viewed", text(said), shown),
        ],
    }


def _price_drop(wishes: Wishes) -> Json:
    said = _("Good news, {{display_name|dear customer}}: the price of one of your favourites has come down.")
    shown = product_card(
        _("A favourite of yours is cheaper now"),
        wishes,
        badge=_("Price down"),
        old_price=variable("product.price_before", _("Price before")),
        button=_("See the new price"),
    )
    return {
        "trigger": {
            "type": "product",
            "change": "price_drop",
            "interest": ["favourite_added"],
            "percent_at_least": 5,
        },
        "exits": [ended_by("bought", same_subject=True), BLOCKED, UNLINKED],
        "reentry": {"mode": "after_days", "days": 7, "per_subject": True},
        "goal": goal(3),
        "manners": manners("promotion", priority=4),
        "steps": [send("cheaper", "price_drop", text(said), shown)],
    }


def _restocked(wishes: Wishes) -> Json:
    said = _(
        "Thank you for waiting, {{display_name|dear customer}}. What you were looking for is back in stock.\n"
        "There are only a few, so please be quick."
    )
    shown = product_card(
        _("Back in stock"), wishes, badge=_("Back in stock"), button=_("Order before it is gone")
    )
    return {
        "trigger": {
            "type": "product",
            "change": "restocked",
            "interest": list(FAVOURITES),
            "stock_factor": 3,
        },
        "exits": [ended_by("bought", same_subject=True), BLOCKED, UNLINKED],
        "reentry": EACH_BY_ITSELF,
        "goal": goal(3),
        "manners": manners("useful", priority=2),
        "steps": [send("back_again", "back_in_stock", text(said), shown)],
    }


register(
    Ready(
        "abandoned_cart",
        BUYING,
        "shop",
        gettext_lazy("Abandoned cart"),
        gettext_lazy(
            "Reminds whoever leaves a cart after 1 hour and after 24 hours, with a coupon after 72. "
            "An order stops it; a cart that changes starts the clock anew."
        ),
        _cart,
        needs=(Events(CARTS), LINKED, PRODUCTS, COUPON),
        asks=("event", "coupon"),
    ),
    Ready(
        "product_viewed",
        BUYING,
        "search",
        gettext_lazy("Product viewed"),
        gettext_lazy(
            "Shows a product once more, the evening after somebody looked at it and neither put it in the "
            "cart nor ordered. At most once a week per person."
        ),
        _viewed,
        needs=(Events(("viewed",)), LINKED, PRODUCTS),
    ),
    Ready(
        "price_drop",
        BUYING,
        "down",
        gettext_lazy("Favourite’s price drop"),
        gettext_lazy(
            "Tells those who have a product among their favourites as soon as it is 5 percent cheaper "
            "or more."
        ),
        _price_drop,
        needs=(Events(("favourite_added",)), LINKED, PRODUCTS),
        hint=gettext_lazy(
            "Prices come with your products; how much cheaper it must be stands in the trigger."
        ),
    ),
    Ready(
        "back_in_stock",
        BUYING,
        "data",
        gettext_lazy("Back in stock"),
        gettext_lazy(
            "Tells those who waited for a product, who asked first comes first: three people for each "
            "piece in "
            "stock. The others follow when more comes in."
        ),
        _restocked,
        needs=(Events(FAVOURITES), LINKED, PRODUCTS),
        hint=gettext_lazy(
            "Stock comes with your products; how many are told per piece stands in the trigger."
        ),
    ),
)
