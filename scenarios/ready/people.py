"""New friends, friends who are not linked, customers who fell silent, and those who look around just now."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from invitations import starts
from scenarios.ready.base import PEOPLE, Json, Ready, Wishes, register
from scenarios.ready.needs import COUPON, HISTORY, LINKED, Events
from scenarios.ready.pieces import (
    BLOCKED,
    UNLINKED,
    UNMET,
    card,
    coupon,
    gift,
    goal,
    manners,
    once_in,
    send,
    text,
    wait,
)

ACTIVE = ("viewed", "carted", "cart_updated", "checkout_started", "favourite_added", "order_placed")
ENTRY = "message"  # the entry point under which links from messages are counted


def _welcome(wishes: Wishes) -> Json:
    hello = _(
        "Thank you for adding us, {{display_name|dear friend}}!\n"
        "Here you hear first of new things, offers and stories from the shop. About once a week, promised."
    )
    present = _(
        "A few days ago you became our friend. As a thank-you, here is a coupon for your first order."
    )
    looks = card(
        _("Welcome! Here is where to begin"),
        badge=_("Welcome"),
        title=_("What others like most"),
        text=_("New here? Our most popular items are a good place to begin."),
        button=_("See what is popular"),
        address=wishes.shop,
    )
    return {
        "trigger": {"type": "friend_added"},
        "exits": [BLOCKED],
        "reentry": {"mode": "never"},
        "goal": goal(14),
        "manners": manners("promotion", priority=3),
        "steps": [
            wait("next_day", days=1, at="12:00"),
            send("hello", "welcome", text(hello), looks, nature="useful"),
            wait("three_days", days=3, at="19:00"),
            *gift("gift", wishes, send("first_order", "welcome", text(present), coupon(wishes))),
        ],
    }


def _link_invitation(wishes: Wishes) -> Json:
    said = _(
        "{{display_name|Dear friend}}, do you shop with us already?\n"
        "Link your LINE account with your customer account, and order and shipping notices and your points "
        "come right here. Two taps, once."
    )
    again = _(
        "Have you linked your account yet? Notices of your orders and what fits you are waiting here.\n"
        "You can undo it at any time."
    )
    return {
        "trigger": {
            "type": "segment",
            "tree": {"all": [{"type": "linked", "is": False}, {"type": "friend_for", "days_at_least": 3}]},
            "on": "enter",
            "includes_present": wishes.includes_present,
        },
        "condition": {"all": [{"type": "linked", "is": False}]},
        "exits": [UNMET, BLOCKED],
        "reentry": {"mode": "never"},
        "goal": goal(30, "linked"),
        "manners": manners("useful", priority=6),
        "steps": [
            wait("evening", at="19:00"),
            send("invitation", "link_invitation", text(said), _link_card(_("Link your account in two taps"))),
            wait("two_weeks", days=14, at="19:00"),
            send(
                "once_more",
                "link_invitation",
                text(again),
                _link_card(_("Have you linked your account yet?")),
            ),
        ],
    }


def _link_card(notice: str) -> Json:
    return card(
        notice,
        badge=_("ID link"),
        title=_("Your customer account in LINE"),
        text=_("Order and shipping notices · your points · offers that suit you"),
        button=_("Link now"),
        address=starts.address(ENTRY),
    )


def _win_back(wishes: Wishes) -> Json:
    miss = _(
        "{{customer.name|Dear customer}}, it has been a while since your last order, and we miss you.\n"
        "A lot has come in since. Have a look whether something is for you."
    )
    present = _(
        "We would be glad to see you again. This coupon is for you alone: it is good for your next order."
    )
    news = card(
        _("It has been a while"),
        badge=_("New since your last visit"),
        title=_("What is new in the shop"),
        button=_("See what is new"),
        address=wishes.shop,
    )
    return {
        "trigger": {
            "type": "segment",
            "tree": {"any": [{"type": "rfm", "class": "at_risk"}, {"type": "rfm", "class": "lost"}]},
            "on": "enter",
            "includes_present": wishes.includes_present,
        },
        "exits": [BLOCKED, UNLINKED],
        "reentry": once_in(180),
        "goal": goal(30),
        "manners": manners("promotion", priority=5),
        "steps": [
            wait("evening", at="19:00"),
            send("we_miss_you", "win_back", text(miss), news),
            wait("a_week", days=7, at="19:00"),
            *gift("gift", wishes, send("with_coupon", "win_back", text(present), coupon(wishes))),
        ],
    }


def _sale(wishes: Wishes) -> Json:
    said = _(
        "{{display_name|Dear customer}}, the sale has begun!\n"
        "You were in the shop these days, so you hear of it first. What is popular goes quickly."
    )
    shown = card(
        _("The sale has begun"),
        badge=_("Sale"),
        title=_("Now at sale prices"),
        text=_("Only while stocks last."),
        button=_("Go to the sale"),
        address=wishes.shop,
    )
    return {
        "trigger": {"type": "schedule", "every": "once", **_at(wishes)},
        "condition": {"any": [_did(event) for event in ACTIVE]},
        "exits": [BLOCKED],
        "reentry": {"mode": "always"},
        "goal": goal(3),
        "manners": manners("promotion", priority=6),
        "steps": [send("sale", "sale_notice", text(said), shown)],
    }


def _did(event: str) -> Json:
    return {"type": "events", "event": event, "count_at_least": 1, "within_days": 7}


def _at(wishes: Wishes) -> Json:
    """Day and hour by the client's clock; in a week if nothing was wished."""
    zone = ZoneInfo(current.tenant().time_zone)
    usual = (timezone.now().astimezone(zone) + timedelta(days=7)).replace(hour=12, minute=0)
    at = (wishes.at or usual).astimezone(zone)
    return {"date": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M}"}


register(
    Ready(
        "welcome",
        PEOPLE,
        "friends",
        gettext_lazy("Welcome after follow"),
        gettext_lazy(
            "Greets new friends the next noon, and sends a coupon for the first order three days later."
        ),
        _welcome,
        needs=(COUPON,),
        asks=("coupon",),
        hint=gettext_lazy("The greeting that LINE sends at once stays: this comes after it."),
    ),
    Ready(
        "link_invitation",
        PEOPLE,
        "link",
        gettext_lazy("Invitation to link"),
        gettext_lazy(
            "Invites friends who are not linked three days after they came, and once more two weeks "
            "later. Linking ends it."
        ),
        _link_invitation,
        asks=("includes_present",),
    ),
    Ready(
        "win_back",
        PEOPLE,
        "back",
        gettext_lazy("Win-back by RFM"),
        gettext_lazy(
            "Writes to good customers in the evening of the day on which they slip into “at risk” or "
            "“lost”, and a "
            "week later with a coupon. An order ends it."
        ),
        _win_back,
        needs=(Events(("order_placed",)), LINKED, HISTORY, COUPON),
        asks=("coupon", "includes_present"),
        hint=gettext_lazy("Who is at risk or lost follows from your classes of buyers (RFM)."),
    ),
    Ready(
        "sale_notice",
        PEOPLE,
        "broadcasts",
        gettext_lazy("Sale notice to active visitors"),
        gettext_lazy(
            "Tells of a sale those who looked, put in the cart or ordered in the last 7 days, at the "
            "hour you choose."
        ),
        _sale,
        needs=(Events(ACTIVE), LINKED),
        asks=("at",),
    ),
)
