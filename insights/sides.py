"""What friends are told apart by: at the sides of cross tables, and in funnels.

What surveys have of friends already (tags, fields, segments, linked, classes of buyers), and what else is
known: the route, the month they joined, fields of the customer, how they respond. Each group of a side can
be said as a condition of a segment, so that whoever stands in it can be written to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import current
from customers.models import CustomerField
from friends.models import FriendField
from routes.models import Route
from segments import services as segments
from segments.leaves import Query
from segments.models import Segment
from segments.tree import Json
from surveys.results import sides as known
from surveys.results.narrowing import rows
from surveys.results.sides import NO, NONE, YES, Side
from touchpoints.models import Period

MOST = 20  # groups of a side that are told apart; the rest are others
OTHERS = "others"
UNKNOWN = "unknown"
RESPONSE_DAYS = 30
OF_ROUTE = """SELECT base.id, coalesce(arrival.route_id::text, 'unknown') AS key FROM base
LEFT JOIN routes_arrival arrival ON arrival.friend_id = base.friend_id AND arrival.is_newest
WHERE base.friend_id IS NOT NULL"""
OF_MONTH = """SELECT base.id, to_char(min(follow.at) AT TIME ZONE %s, 'YYYY-MM') AS key FROM base
JOIN events_event follow ON follow.friend_id = base.friend_id AND follow.type = 'followed' GROUP BY base.id"""
OF_PLAN = """SELECT each.id, each.key
FROM (SELECT base.id, {} AS key FROM base WHERE base.friend_id IS NOT NULL) each WHERE each.key IS NOT NULL"""
OF_RESPONSE = """SELECT base.id, CASE WHEN base.friend_id = ANY(%s) THEN 'clicked'
WHEN base.friend_id = ANY(%s) THEN 'received' ELSE 'none' END AS key FROM base
WHERE base.friend_id IS NOT NULL"""
EVERYBODY = (
    "SELECT friend.id, friend.id AS friend_id FROM friends_friend friend WHERE friend.status = 'friend'"
)
SOME = "SELECT friend.id, friend.id AS friend_id FROM friends_friend friend WHERE friend.id = ANY(%s)"
LARGEST = (
    """WITH base AS ({base}) SELECT side.key, count(*) FROM ({side}) side GROUP BY 1 ORDER BY 2 DESC, 1"""
)
LIMITED = """SELECT DISTINCT each.id,
CASE WHEN each.key = ANY(%s::text[]) THEN each.key ELSE 'others' END AS key FROM ({}) each"""
Offered = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class FriendSide:
    """A side, and how each of its groups is said in a segment; None where it cannot be."""

    side: Side
    condition: Callable[[str], Json | None]

    def tree(self, key: str) -> Json | None:
        return None if key == OTHERS else self.condition(key)


def base(segment: Segment | None = None) -> Query:
    """Friends whom messages reach, or those of a segment. Raises InvalidTree if it cannot be asked."""
    if segment is None:
        return Query(EVERYBODY, [])
    return Query(SOME, [list(segments.members(segment.tree))])


def offered() -> Offered:
    """Codes and words of all sides, in groups."""
    more = [("route", _("Acquisition route")), ("month", _("Month they joined"))]
    more.append(("response", _("Response to broadcasts of the last 30 days")))
    more += [
        (f"plan:{each.plan_id}", _("Class in “%(plan)s”") % {"plan": each.plan.name}) for each in _periods()
    ]
    fields: list[tuple[str, str]] = [(f"customer:{field.pk}", field.label) for field in _customer_fields()]
    customers: Offered = [(_("Known of the customer"), fields)] if fields else []
    found = known.offered_of_friends()
    label, own = found[0]
    others = [(words, codes) for words, codes in found[1:] if not codes[0][0].startswith("customer:")]
    return [(label, [*own, *more]), *customers, *others]


def of(code: str) -> FriendSide | None:
    """The side of this code; None if there is none. Raises InvalidTree for a segment that cannot be asked."""
    kind, _colon, name = code.partition(":")
    if kind in _OWN:
        return _OWN[kind](code, name)
    side = known.of_friends(code)
    return FriendSide(side, _condition_of(kind, name)) if side else None


def limited(side: FriendSide, among: Query) -> FriendSide:
    """With the MOST largest groups of these friends; who is in none of them is with the others."""
    query = side.side.query
    counted = rows(LARGEST.format(base=among.sql, side=query.sql), [*among.params, *query.params])
    if len(counted) <= MOST:
        return side
    largest = [key for key, _count in counted[:MOST]]
    words = dict(side.side.choices)
    choices = [(key, words.get(key, key)) for key in largest]
    choices.append((OTHERS, _("Others (%(count)s)") % {"count": len(counted) - MOST}))
    few = Query(LIMITED.format(query.sql), [largest, *query.params])
    return replace(side, side=replace(side.side, choices=choices, query=few))


def zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def _route(code: str, _name: str) -> FriendSide:
    routes = Route.objects.order_by("name").values_list("pk", "name")
    choices = [(str(pk), name) for pk, name in routes] + [(UNKNOWN, _("Route not known"))]

    def condition(key: str) -> Json:
        if key == UNKNOWN:
            return {"not": {"type": "route", "which": "newest"}}
        return {"type": "route", "route": int(key), "which": "newest"}

    return FriendSide(Side(code, _("Acquisition route"), choices, Query(OF_ROUTE, [])), condition)


def _month(code: str, _name: str) -> FriendSide:
    query = Query(OF_MONTH, [str(zone())])

    def condition(key: str) -> Json:
        first = date.fromisoformat(f"{key}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        stretch = {"since": first.isoformat(), "until": last.isoformat()}
        return {"type": "event_time", "event": "followed", "which": "first", **stretch}

    return FriendSide(Side(code, _("Month they joined"), [], query), condition)


def _response(code: str, _name: str) -> FriendSide:
    trees = {
        "clicked": {"type": "clicked", "within_days": RESPONSE_DAYS},
        "received": {"type": "received", "within_days": RESPONSE_DAYS},
    }
    clicked, received = (list(segments.members({"all": [trees[kind]]})) for kind in ("clicked", "received"))
    choices = [
        ("clicked", _("Clicked")),
        ("received", _("Received, and clicked nothing that is known")),
        ("none", _("Received nothing")),
    ]
    said: Mapping[str, Json] = {
        "clicked": trees["clicked"],
        "received": {"all": [trees["received"], {"not": trees["clicked"]}]},
        "none": {"all": [{"not": trees["received"]}, {"not": trees["clicked"]}]},
    }
    label = _("Response to broadcasts of the last 30 days")
    return FriendSide(Side(code, label, choices, Query(OF_RESPONSE, [clicked, received])), said.get)


def _plan(code: str, name: str) -> FriendSide | None:
    """The classes of a touchpoint plan's present period; nobody is in two of them."""
    period = _periods().filter(plan=_number(name)).first()
    if period is None:
        return None
    choices, cases, params = [], [], []
    for each in period.ordered():
        cases.append("WHEN base.friend_id = ANY(%s) THEN %s")
        params += [list(segments.members(_in_class(each.pk))), str(each.pk)]
        choices.append((str(each.pk), each.label))
    said = f"CASE {' '.join(cases)} END"
    query = Query(OF_PLAN.format(said), params)
    return FriendSide(Side(code, period.plan.name, choices, query), lambda key: _in_class(int(key)))


def _in_class(number: int) -> Json:
    return {"all": [{"type": "touchpoint", "class": number}]}


def _periods():
    return Period.objects.filter(closed_at=None, plan__removed_at=None).select_related("plan")


def _number(name: str) -> int:
    return int(name) if name.isascii() and name.isdecimal() and int(name[:12]) < known.HIGHEST else 0


def _customer(code: str, name: str) -> FriendSide | None:
    """Surveys know those with choices; of text the largest groups are told apart."""
    field = _customer_fields().filter(pk=_number(name)).first()
    if field is None:
        return None
    side = known.of_friends(code) or Side(code, field.label, [], Query(known.OF_CUSTOMER, [field.key] * 3))

    def condition(key: str) -> Json:
        value = key == YES if field.type == CustomerField.Type.YES_NO else key
        return {"type": "customer", "field": f"attributes.{field.key}", "op": "equals", "value": value}

    return FriendSide(side, condition)


_OWN: Mapping[str, Callable[[str, str], FriendSide | None]] = {
    "route": _route,
    "month": _month,
    "response": _response,
    "plan": _plan,
    "customer": _customer,
}


def _condition_of(kind: str, name: str) -> Callable[[str], Json | None]:
    if kind == "tag":
        return lambda key: _yes({"type": "tag", "tag": int(name)}, key)
    if kind == "segment":
        return lambda key: _yes({"type": "segment", "segment": int(name)}, key)
    if kind == "linked":
        return lambda key: {"type": "linked", "is": key == YES}
    if kind == "rfm":
        return lambda key: _buyers(key)
    return _field_condition(int(name))


def _yes(leaf: Json, key: str) -> Json:
    return leaf if key == YES else {"not": leaf}


def _buyers(key: str) -> Json:
    if key == NONE:
        return {"not": {"type": "rfm", "recency": [1, 2, 3, 4, 5]}}
    return {"type": "rfm", "class": key}


def _field_condition(number: int) -> Callable[[str], Json | None]:
    field = FriendField.objects.get(pk=number)

    def condition(key: str) -> Json:
        value = key == YES if field.type == FriendField.Type.YES_NO and key in (YES, NO) else key
        return {"type": "friend", "field": f"fields.{field.key}", "op": "equals", "value": value}

    return condition


def _customer_fields():
    types = [CustomerField.Type.CHOICE, CustomerField.Type.YES_NO, CustomerField.Type.TEXT]
    return CustomerField.objects.in_use().filter(type__in=types)
