"""What an invited friend has to do to count, and when they did.

{"kind": "followed"}                          added the account
{"kind": "linked"}                            is linked to a customer
{"kind": "bought", "amount": 3000}            an order of so many yen or more, after discounts and refunds
{"kind": "survey", "survey": 4}               answered a survey to the end; without `survey`, any
{"kind": "coupon", "coupon": 3}               used a coupon; without `coupon`, any
{"kind": "event", "event": "viewed", "where": [{"property": "product", "op": "equals", "value": "tea"}]}
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons.models import Coupon, Redemption
from events import registry, types
from linking.models import Link
from referrals.errors import InvalidRules
from segments.kinds import HIGHEST_ROW, Unfit
from segments.leaves import Query
from segments.types import occurrences
from shops.models import Order
from surveys.models import Response, Survey

FOLLOWED, LINKED, BOUGHT = "followed", "linked", "bought"
SURVEY, COUPON, EVENT = "survey", "coupon", "event"
KINDS = {
    FOLLOWED: gettext_lazy("Adds the account and stays"),
    LINKED: gettext_lazy("Links their customer account"),
    BOUGHT: gettext_lazy("Buys"),
    SURVEY: gettext_lazy("Answers a survey"),
    COUPON: gettext_lazy("Uses a coupon"),
    EVENT: gettext_lazy("Does something else"),
}
VALUES = {
    FOLLOWED: set(),
    LINKED: set(),
    BOUGHT: {"amount"},
    SURVEY: {"survey"},
    COUPON: {"coupon"},
    EVENT: {"event", "where"},
}
MOST_YEN = 100_000_000
CURRENCY = "JPY"  # of amounts that rules name
# What has to be heard of: by kind, types of events after which somebody may have done it, or undone it.
HEARD = {
    FOLLOWED: set(),
    LINKED: {"linked", "unlinked"},
    BOUGHT: {"linked", "order_placed", "order_cancelled", "order_corrected"},
    SURVEY: {"answered"},
    COUPON: {"redeemed"},
}
EVENTS_OF = """
SELECT found.friend_id, found.at FROM ({}) AS found (friend_id, at) WHERE found.friend_id = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class Done:
    """That somebody did it, and since when that is not true any more."""

    at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Action:
    kind: str
    amount: int = 0
    survey: int | None = None
    coupon: int | None = None
    event: str = ""
    where: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"kind": self.kind}
        for name in sorted(VALUES[self.kind]):
            value = getattr(self, name)
            if value or name == "amount":
                said[name] = [dict(each) for each in value] if name == "where" else value
        return said

    @property
    def heard(self) -> set[str]:
        """Types of events after which it may have been done or undone."""
        return {registry.canonical(self.event)} if self.kind == EVENT else HEARD[self.kind]


def read(raw: object) -> Action:
    """Raises InvalidRules."""
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(kind, str) or kind not in KINDS:
        raise InvalidRules(
            problem=_("action.kind must be one of: %(options)s") % {"options": ", ".join(KINDS)}
        )
    if unknown := set(raw) - {"kind"} - VALUES[kind]:
        said = {"name": sorted(map(str, unknown))[0], "kind": kind}
        raise InvalidRules(problem=_("“%(name)s” does not go with the action “%(kind)s”.") % said)
    amount, event = raw.get("amount", 0), raw.get("event", "")
    if not _is_whole(amount, MOST_YEN):
        raise InvalidRules(problem=_("amount must be whole yen."))
    for name in (SURVEY, COUPON):
        if raw.get(name) is not None and not _is_whole(raw[name], HIGHEST_ROW):
            raise InvalidRules(problem=_("%(name)s must be the number of one.") % {"name": name})
    if kind == EVENT and not (isinstance(event, str) and types.is_name(event)):
        raise InvalidRules(problem=_("event must be the name of a type of event."))
    return Action(
        kind, int(amount), raw.get(SURVEY), raw.get(COUPON), str(event or ""), _where(raw.get("where"))
    )


def missing(action: Action) -> str:
    """What it names and is not there (any more); "" if nothing is amiss."""
    if action.survey is not None and not Survey.objects.running().filter(pk=action.survey).exists():
        return _("The survey that counts is not running.")
    if action.coupon is not None and not Coupon.objects.running().filter(pk=action.coupon).exists():
        return _("The coupon that counts is not running.")
    return ""


def words(action: Action, within_days: int, *, is_you: bool = False) -> str:
    """What has to be done, to go on a sentence: “A friend counts who …”, or, `is_you`, “if you …”."""
    said = {"days": within_days, "amount": f"¥{action.amount:,}", "name": _called(action)}
    kind = action.kind if action.kind != BOUGHT or action.amount else "bought any"
    return (_TO_YOU if is_you else _OF_FRIEND)[kind] % said


_OF_FRIEND = {
    FOLLOWED: gettext_lazy("adds the account and stays"),
    LINKED: gettext_lazy("links their customer account within %(days)s days"),
    BOUGHT: gettext_lazy("makes an order of %(amount)s or more within %(days)s days"),
    "bought any": gettext_lazy("makes an order within %(days)s days"),
    SURVEY: gettext_lazy("answers “%(name)s” within %(days)s days"),
    COUPON: gettext_lazy("uses “%(name)s” within %(days)s days"),
    EVENT: gettext_lazy("does “%(name)s” within %(days)s days"),
}
_TO_YOU = {
    FOLLOWED: gettext_lazy("add the account and stay"),
    LINKED: gettext_lazy("link your customer account within %(days)s days"),
    BOUGHT: gettext_lazy("make an order of %(amount)s or more within %(days)s days"),
    "bought any": gettext_lazy("make an order within %(days)s days"),
    SURVEY: gettext_lazy("answer “%(name)s” within %(days)s days"),
    COUPON: gettext_lazy("use “%(name)s” within %(days)s days"),
    EVENT: gettext_lazy("do “%(name)s” within %(days)s days"),
}


def _called(action: Action) -> str:
    """What the action names, as people call it."""
    if action.kind == SURVEY:
        return _name(Survey, action.survey) or _("any survey")
    if action.kind == COUPON:
        return _name(Coupon, action.coupon) or _("any coupon")
    if action.kind != EVENT:
        return ""
    filters = [dict(each) for each in action.where] or None
    known = {
        "labels": occurrences.labels_of([action.event]),
        "names": occurrences.names_in([filters]),
    }
    return occurrences.event_words(action.event, filters, known)


def done_by(action: Action, friends: Iterable[int]) -> dict[int, list[Done]]:
    """When each of these friends did it, also before they were friends; of `followed` nothing is told."""
    ids = sorted(set(friends))
    found: dict[int, list[Done]] = defaultdict(list)
    if ids and action.kind in _ASKED:
        for friend, done in _ASKED[action.kind](action, ids):
            found[friend].append(done)
    return found


Found = Iterable[tuple[int, Done]]


def _linked(action: Action, ids: list[int]) -> Found:
    for friend, at, until in Link.objects.filter(friend__in=ids).values_list(
        "friend_id", "linked_at", "unlinked_at"
    ):
        yield friend, Done(at, until)


def _bought(action: Action, ids: list[int]) -> Found:
    """Of whoever is their customer now. One that is given back or cancelled is undone: from the first, where
    the shop names no time for it, since the time of its last word on an order grows with each.
    """
    links = dict(Link.objects.active().filter(friend__in=ids).values_list("customer_id", "friend_id"))
    rows = Order.objects.filter(customer__in=links, is_test=False, currency=CURRENCY)
    for order in rows.only(
        *("customer_id", "placed_at", "status", "total", "refunded", "cancelled_at", "is_test")
    ):
        is_counted = order.is_counted and order.counted_amount >= action.amount
        if is_counted:
            yield links[order.customer_id or 0], Done(order.placed_at)
        elif order.total >= action.amount:
            yield links[order.customer_id or 0], Done(order.placed_at, order.cancelled_at or order.placed_at)


def _answered(action: Action, ids: list[int]) -> Found:
    rows = Response.objects.filter(friend__in=ids, state=Response.State.FINISHED)
    if action.survey is not None:
        rows = rows.filter(survey=action.survey)
    for friend, at in rows.values_list("friend_id", "finished_at"):
        if friend and at:
            yield friend, Done(at)


def _redeemed(action: Action, ids: list[int]) -> Found:
    rows = Redemption.objects.filter(ticket__friend__in=ids)
    if action.coupon is not None:
        rows = rows.filter(coupon=action.coupon)
    for friend, at, undone in rows.values_list("ticket__friend_id", "at", "cancelled_at"):
        yield friend, Done(at, undone)


def _did(action: Action, ids: list[int]) -> Found:
    condition = occurrences.which(action.event, [dict(each) for each in action.where] or None)
    asked = occurrences.rows(condition, Query(", event.at", []))
    with connection.cursor() as cursor:
        cursor.execute(EVENTS_OF.format(asked.sql), [*asked.params, ids])
        for friend, at in cursor.fetchall():
            yield friend, Done(at)


_ASKED: dict[str, Callable[[Action, list[int]], Found]] = {
    LINKED: _linked,
    BOUGHT: _bought,
    SURVEY: _answered,
    COUPON: _redeemed,
    EVENT: _did,
}


def _where(raw: object) -> tuple[Mapping[str, Any], ...]:
    if raw is None:
        return ()
    try:
        return tuple(occurrences.Filters().read(raw))
    except Unfit as problem:
        raise InvalidRules(problem=f"where: {problem}") from problem


def _name(model: type[Survey] | type[Coupon], number: int | None) -> str:
    return model._default_manager.filter(pk=number or 0).values_list("name", flat=True).first() or ""


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
