"""Who joined in a period, and what they did since, by any side: one statement over all of them.

Somebody joins once: by their first follow, or, where only the sign-in has told of it, by the first arrival
as a new friend. The arrival that explains it says route, campaign and ad.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current
from acquisition.figures import MONTHS, NOTHING, Counted
from routes.models import AdCost, Arrival
from shops.models import Order

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
HORIZON = 12  # months after joining for which it is told who is still a friend
Key = str | None


class Revenue(models.TextChoices):
    """Which orders of friends count."""

    JOINED = "joined", _("All orders since they joined")
    CREDITED = "credited", _("Orders credited to LINE")


@dataclass(frozen=True)
class Asked:
    """Who joined on these days of the client's calendar, by which orders they are judged."""

    first: date
    last: date
    revenue: Revenue = Revenue.JOINED
    route: int | None = None
    media: str = ""

    def moments(self) -> tuple[datetime, datetime]:
        start, end = (
            datetime.combine(day, time.min, zone()) for day in (self.first, self.last + timedelta(days=1))
        )
        return start, end


# Orders of the customer to whom a friend is linked now, or those that attribution credits to what they did.
ORDERS = {
    Revenue.JOINED: """
SELECT grouped.friend_id, grouped.key, grouped.at, grouped.whole, bought.placed_at,
       bought.total - bought.refunded AS amount
FROM grouped
JOIN linking_link link ON link.friend_id = grouped.friend_id AND link.unlinked_at IS NULL
JOIN shops_order bought ON bought.customer_id = link.customer_id AND bought.placed_at >= grouped.at
    AND bought.placed_at <= %(now)s AND NOT bought.is_test AND bought.status <> ALL(%(uncounted)s)
    AND bought.currency = %(currency)s""",
    Revenue.CREDITED: """
SELECT grouped.friend_id, grouped.key, grouped.at, grouped.whole, credit.at AS placed_at, credit.amount
FROM grouped
JOIN attribution_credit credit ON credit.friend_id = grouped.friend_id AND credit.at >= grouped.at
    AND credit.at <= %(now)s AND credit.currency = %(currency)s
JOIN attribution_point point ON point.id = credit.point_id AND point.kind = 'order'
    AND point.archived_at IS NULL AND credit.model = point.model""",
}
COUNTED = """
WITH told AS (
    SELECT friend_id, at FROM events_event WHERE type = 'followed' AND friend_id IS NOT NULL
    UNION ALL
    SELECT friend_id, coalesce(followed_at, at) FROM routes_arrival WHERE kind = %(new)s),
first AS (
    SELECT friend_id, min(at) AS at FROM told GROUP BY friend_id
    HAVING min(at) >= %(start)s AND min(at) < %(end)s AND min(at) <= %(now)s),
came AS (
    SELECT DISTINCT ON (arrival.friend_id) arrival.friend_id, arrival.route_id, arrival.visit_id
    FROM routes_arrival arrival JOIN first ON first.friend_id = arrival.friend_id
    WHERE arrival.kind = %(new)s
    ORDER BY arrival.friend_id, coalesce(arrival.followed_at, arrival.at), arrival.id),
grouped AS MATERIALIZED (
    SELECT first.friend_id, first.at, {key} AS key,
           least(floor(extract(epoch FROM %(now)s - first.at) / 2592000), %(most)s)::int AS whole
    FROM first
    LEFT JOIN came ON came.friend_id = first.friend_id
    LEFT JOIN routes_route route ON route.id = came.route_id
    LEFT JOIN routes_visit visit ON visit.id = came.visit_id
    WHERE {only}),
turned AS (
    SELECT grouped.friend_id, grouped.key, grouped.at AS joined_at, grouped.whole, turn.type, turn.at,
           lead(turn.at) OVER (PARTITION BY turn.friend_id ORDER BY turn.at, turn.type = 'blocked') AS until
    FROM grouped JOIN events_event turn ON turn.friend_id = grouped.friend_id
        AND turn.type IN ('blocked', 'unblocked', 'followed') AND turn.at > grouped.at
        AND turn.at <= %(now)s),
blocked AS (
    SELECT friend_id, key, joined_at, whole, min(at) - joined_at AS after
    FROM turned WHERE type = 'blocked' GROUP BY 1, 2, 3, 4),
sold AS MATERIALIZED ({orders})
SELECT 'people' AS what, key, whole AS one, 0 AS other, count(*) AS number,
       count(*) FILTER (WHERE at <= %(now)s - %(week)s) AS second, 0 AS amount, 0::float AS squares
FROM grouped GROUP BY key, whole
UNION ALL
SELECT 'linked', grouped.key,
       greatest(floor(extract(epoch FROM link.linked_at - grouped.at) / 2592000), 0)::int, grouped.whole,
       count(*), 0, 0, 0
FROM grouped JOIN linking_link link ON link.friend_id = grouped.friend_id AND link.unlinked_at IS NULL
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT 'blocked', key, 0, 0, count(*) FILTER (WHERE after <= %(week)s AND joined_at <= %(now)s - %(week)s),
       count(*) FILTER (WHERE after <= %(month)s AND whole >= 1), 0, 0
FROM blocked GROUP BY key
UNION ALL
SELECT 'gone', key, horizon, 0, count(*), 0, 0, 0
FROM turned CROSS JOIN generate_series(1, %(horizon)s) horizon
WHERE type = 'blocked' AND whole >= horizon AND at <= joined_at + horizon * %(month)s
  AND (until IS NULL OR until > joined_at + horizon * %(month)s)
GROUP BY key, horizon
UNION ALL
SELECT 'buyers', key, 0, 0, count(*), 0, sum(amount), sum((amount * amount)::float)
FROM (SELECT friend_id, key, sum(amount) AS amount FROM sold GROUP BY 1, 2) AS buyer GROUP BY key
UNION ALL
SELECT 'sold', key, least(floor(extract(epoch FROM placed_at - at) / 2592000), %(most)s)::int, whole, 0, 0,
       sum(amount), 0
FROM sold GROUP BY 1, 2, 3, 4
UNION ALL
SELECT 'month', key, extract(year FROM placed_at AT TIME ZONE %(zone)s)::int,
       extract(month FROM placed_at AT TIME ZONE %(zone)s)::int, 0, 0, sum(amount), 0
FROM sold GROUP BY 1, 2, 3, 4"""
VISITS = """
SELECT {key}, count(*) FROM routes_visit visit JOIN routes_route route ON route.id = visit.route_id
WHERE visit.parent_id IS NULL AND visit.at >= %(start)s AND visit.at < %(end)s AND {only} GROUP BY 1"""
OF_MONTH = "to_char(first.at AT TIME ZONE %(zone)s, 'YYYY-MM')"


def of(asked: Asked, key: str) -> dict[Key, Counted]:
    """By what the SQL expression `key` says of `route`, `visit` and `first`; nobody is in two of them."""
    query = COUNTED.format(key=key, only=_only(asked), orders=ORDERS[asked.revenue])
    told: dict[Key, dict[str, Any]] = {}
    for what, group, one, other, number, second, amount, squares in _ask(query, asked):
        facts = told.setdefault(group, {})
        _READ[what](facts, one, other, number, second, amount, squares)
    return {group: Counted(**facts) for group, facts in told.items()}


def visits(asked: Asked, key: str) -> dict[Key, int]:
    """Openings of links by the same expression: one for each coming, whatever devices it went over."""
    return dict(_ask(VISITS.format(key=key, only=_only(asked)), asked))


def zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def _only(asked: Asked) -> str:
    parts = ["route.id = %(route)s"] if asked.route is not None else []
    parts += ["route.media = %(media)s"] if asked.media else []
    return " AND ".join(parts) or "TRUE"


def _ask(query: str, asked: Asked) -> list[tuple]:
    start, end = asked.moments()
    given: dict[str, Any] = {"start": start, "end": end, "now": timezone.now(), "zone": str(zone())}
    given |= {"new": Arrival.Kind.NEW.value, "week": WEEK, "month": MONTH, "most": MONTHS, "horizon": HORIZON}
    given |= {"uncounted": list(Order.UNCOUNTED), "currency": AdCost.CURRENCY}
    given |= {"route": asked.route, "media": asked.media}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def _people(facts: dict, whole: int, _other: int, number: int, second: int, *_rest: object) -> None:
    facts["new"] = facts.get("new", 0) + number
    facts["over_week"] = facts.get("over_week", 0) + second
    facts.setdefault("full", {})[whole] = number


def _linked(facts: dict, at: int, whole: int, number: int, *_rest: object) -> None:
    facts["linked"] = facts.get("linked", 0) + number
    facts.setdefault("linked_in", {})[at, whole] = number


def _blocked(facts: dict, _one: int, _other: int, number: int, second: int, *_rest: object) -> None:
    facts |= {"blocked_week": number, "blocked_month": second}


def _gone(facts: dict, horizon: int, _other: int, number: int, *_rest: object) -> None:
    facts.setdefault("gone", {})[horizon] = number


def _buyers(facts: dict, *told: Any) -> None:
    _one, _other, number, _second, amount, squares = told
    facts |= {"buyers": number, "revenue": NOTHING + amount, "squares": squares}


def _sold(facts: dict, at: int, whole: int, _number: int, _second: int, amount: Any, *_rest: object) -> None:
    facts.setdefault("sold", {})[at, whole] = amount


def _month(facts: dict, *told: Any) -> None:
    year, month, _number, _second, amount, _squares = told
    facts.setdefault("by_month", {})[f"{year:04}-{month:02}"] = amount


_READ: dict[str, Callable[..., None]] = {
    "people": _people,
    "linked": _linked,
    "blocked": _blocked,
    "gone": _gone,
    "buyers": _buyers,
    "sold": _sold,
    "month": _month,
}
