"""The oracle: a whole tree as one naive SQL statement, written apart from the product's.

One SELECT with a subquery per condition; days are counted by the database's own calendar.
"""

from datetime import datetime

from django.db import connection

ZONE = "Asia/Tokyo"
DAYS_SINCE = "((%s::timestamptz AT TIME ZONE '{zone}')::date - ({time} AT TIME ZONE '{zone}')::date)"
CUSTOMER = """EXISTS (SELECT FROM linking_link l JOIN customers_customer c ON c.id = l.customer_id
  WHERE l.friend_id = f.id AND l.unlinked_at IS NULL AND {})"""
EVENTS = """(SELECT count(*) FROM events_event e
  LEFT JOIN linking_link l ON l.customer_id = e.customer_id AND l.unlinked_at IS NULL
  WHERE coalesce(e.friend_id, l.friend_id) = f.id AND e.type = %s {}) BETWEEN %s AND %s"""


def members(raw: dict, now: datetime) -> set[int]:
    condition, params = sql(raw, now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM friends_friend f WHERE status = 'friend' AND {condition}", params)
        return {number for (number,) in cursor.fetchall()}


def sql(raw: dict, now: datetime) -> tuple[str, list]:
    [(kind, below), *_rest] = raw.items()
    return {"all": all_of, "any": any_of, "not": none_of, "type": leaf}[kind](raw, below, now)


def all_of(_raw: dict, parts: list[dict], now: datetime) -> tuple[str, list]:
    return joined(" AND ", "true", parts, now)


def any_of(_raw: dict, parts: list[dict], now: datetime) -> tuple[str, list]:
    return joined(" OR ", "false", parts, now)


def joined(word: str, neutral: str, parts: list[dict], now: datetime) -> tuple[str, list]:
    made = [sql(part, now) for part in parts]
    return f"({word.join([neutral, *(text for text, _ in made)])})", [p for _, ps in made for p in ps]


def none_of(_raw: dict, part: dict, now: datetime) -> tuple[str, list]:
    text, params = sql(part, now)
    return f"({text}) IS NOT TRUE", params


def leaf(raw: dict, kind: str, now: datetime) -> tuple[str, list]:
    return {
        "tag": tag_sql,
        "linked": linked_sql,
        "friend_for": friend_for_sql,
        "customer": customer_sql,
        "events": events_sql,
    }[kind](raw, now)


def tag_sql(raw: dict, _now: datetime) -> tuple[str, list]:
    return "EXISTS (SELECT FROM friends_friendtag t WHERE t.friend_id = f.id AND t.tag_id = %s)", [raw["tag"]]


def linked_sql(raw: dict, _now: datetime) -> tuple[str, list]:
    return "EXISTS (SELECT FROM linking_link l WHERE l.friend_id = f.id AND unlinked_at IS NULL) = %s", [
        raw["is"]
    ]


def friend_for_sql(raw: dict, now: datetime) -> tuple[str, list]:
    since = DAYS_SINCE.format(zone=ZONE, time="f.followed_at")
    return f"coalesce({since} >= %s AND {since} < %s, false)", [
        *(now, raw.get("days_at_least", -1)),
        *(now, raw.get("days_less_than", 99999)),
    ]


def customer_sql(raw: dict, _now: datetime) -> tuple[str, list]:
    return {
        ("attributes.rank", "equals"): (CUSTOMER.format("c.attributes->>'rank' = %s"), [raw.get("value")]),
        ("attributes.points", "at_least"): (
            CUSTOMER.format("(c.attributes->>'points')::int >= %s"),
            [raw.get("value")],
        ),
        ("attributes.points", "at_most"): (
            CUSTOMER.format("(c.attributes->>'points')::int <= %s"),
            [raw.get("value")],
        ),
        ("attributes.points", "exists"): (CUSTOMER.format("c.attributes->>'points' IS NOT NULL"), []),
        ("birthday", "at_least"): (CUSTOMER.format("c.birthday >= %s"), [raw.get("value")]),
    }[raw["field"], raw["op"]]


def events_sql(raw: dict, now: datetime) -> tuple[str, list]:
    """Days and product are always compared, with bounds that hold for all if they are not asked for."""
    since = DAYS_SINCE.format(zone=ZONE, time="e.at")
    product = (raw.get("where") or {}).get("product")
    return EVENTS.format(f"AND {since} <= %s AND coalesce(e.properties->>'product' = %s, true)"), [
        raw["event"],
        *(now, raw.get("within_days", 99999)),
        product,
        raw.get("count_at_least", 0),
        raw.get("count_at_most", 99999),
    ]
