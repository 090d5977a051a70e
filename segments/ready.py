"""Segments that every client finds ready-made. An app registers its own at start; using one saves a copy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from segments import leaves, tree
from segments.errors import InvalidTree
from segments.leaves import BEHAVIOUR, CUSTOMERS, FRIENDS, GROUPS, SHOP
from segments.rfm import CLASSES
from segments.tree import Json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Ready:
    """A tree with a name; `key` stands in addresses.

    A tree that depends on what the client has set, its thresholds for instance, is a function, asked anew
    each time. `why` says what it is good for; `group` is its section on the page, one of `leaves.GROUPS`.
    """

    key: str
    name: "StrOrPromise"
    tree: Json | Callable[[], Json]
    why: "StrOrPromise" = ""
    group: str = FRIENDS

    def conditions(self) -> Json:
        """The tree, for the present client."""
        return self.tree() if callable(self.tree) else self.tree

    def is_possible(self) -> bool:
        """False while no app has registered a type of leaf that it needs."""
        try:
            tree.parse(self.conditions())
        except InvalidTree:
            return False
        return True

    @property
    def words(self) -> str:
        """The conditions as a sentence, in the language that is active."""
        return tree.words(tree.parse(self.conditions()))

    @property
    def asks_all(self) -> bool:
        """Whether it finds people whom no message reaches: good for analysis, export and advertisements."""
        return any(leaf.asks_all for leaf in tree.leaves_of(tree.parse(self.conditions())))


# A coupon is told of by its use, or by the order in which it was used.
COUPON_USED: list[Json] = [
    {"event": "redeemed"},
    {"event": "order_placed", "where": [{"property": "coupon", "op": "exists"}]},
]
_known: dict[str, Ready] = {}


def register(*ready: Ready) -> None:
    _known.update((each.key, each) for each in ready)


def all_ready() -> list[Ready]:
    """In the order of their sections, and within one as they were registered."""
    order = list(leaves.GROUPS)
    possible = [each for each in _known.values() if each.is_possible()]
    return sorted(possible, key=lambda each: order.index(each.group))


def sections() -> "dict[StrOrPromise, list[Ready]]":
    """By the name of the section."""
    found: dict[StrOrPromise, list[Ready]] = {}
    for each in all_ready():
        found.setdefault(GROUPS[each.group], []).append(each)
    return found


def of(key: str) -> Ready | None:
    return _known.get(key)


def _then_blocked(step: Json) -> Json:
    return {"type": "sequence", "steps": [step, {"event": "blocked"}], "within": {"days": 30}}


register(
    Ready(
        "not-linked",
        _("Friends who are not linked"),
        {"all": [{"type": "linked", "is": False}]},
        _("Invite them to link: until then you do not know what they buy."),
        CUSTOMERS,
    ),
    Ready(
        "linked",
        _("Friends who are linked"),
        {"all": [{"type": "linked", "is": True}]},
        _("Everything you know of a customer can be used for them."),
        CUSTOMERS,
    ),
    Ready(
        "new-this-week",
        _("New this week"),
        {"all": [{"type": "friend_for", "days_less_than": 7}]},
        _("Welcome them and ask for the link while they still remember why they added you."),
        FRIENDS,
    ),
    Ready(
        "birthday-this-month",
        _("Birthday this month"),
        {"all": [{"type": "date", "field": "birthday", "when": "this_month"}]},
        _("Congratulate, with a coupon for instance. Of linked customers whose birthday is known."),
        CUSTOMERS,
    ),
    Ready(
        "first-time-buyers",
        _("First-time buyers"),
        {"all": [{"type": "orders", "orders_at_least": 1, "orders_at_most": 1}]},
        _("The second order decides whether somebody stays: help them to it."),
        SHOP,
    ),
    Ready(
        "repeat-buyers",
        _("Repeat buyers"),
        {"all": [{"type": "orders", "orders_at_least": 2}]},
        _("They know you already: tell them what is new before others hear of it."),
        SHOP,
    ),
    Ready(
        "lapsed-buyers",
        _("Last order 90 to 180 days ago"),
        {"all": [{"type": "orders", "last_days_at_least": 90, "last_days_at_most": 180}]},
        _("They are about to forget you, and can still be won back."),
        SHOP,
    ),
    Ready(
        "cart-left",
        _("Cart left"),
        {
            "all": [
                {
                    "type": "sequence",
                    "steps": [{"event": "carted"}, {"event": "bought"}],
                    "then_not": True,
                    "within": {"hours": 24},
                    "of": "last",
                    "began_within_days": 7,
                }
            ]
        },
        _("In the cart within 7 days, and nothing bought in the 24 hours after: remind them, or ask why."),
        BEHAVIOUR,
    ),
    Ready(
        "blocked-after-coupon",
        _("Blocked after a coupon"),
        {
            "all": [
                {"type": "friendship", "is": "blocked"},
                {"any": [_then_blocked(use) for use in COUPON_USED]},
            ]
        },
        _("Blocked within 30 days of using a coupon: did it bring customers, or bargain hunters?"),
        BEHAVIOUR,
    ),
)


def _buyers() -> list[Ready]:
    """One for each class of buyers, by the bounds that the client has set."""
    return [
        Ready(f"rfm-{name}", each.label, {"all": [{"type": "rfm", "class": name}]}, each.why, SHOP)
        for name, each in CLASSES.items()
    ]


register(*_buyers())
