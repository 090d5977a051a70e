"""The leaves of friends, customers and events: their naive SQL, how they are drawn, what changes them."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from hypothesis import strategies as st

from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend, FriendTag
from linking.models import Link
from tests.segments.worlds import TAGS, World

ZONE = "Asia/Tokyo"
DAYS_SINCE = "((%s::timestamptz AT TIME ZONE '{zone}')::date - ({time} AT TIME ZONE '{zone}')::date)"
CUSTOMER = """EXISTS (SELECT FROM linking_link l JOIN customers_customer c ON c.id = l.customer_id
  WHERE l.friend_id = f.id AND l.unlinked_at IS NULL AND {})"""
EVENTS = """(SELECT count(*) FROM events_event e
  LEFT JOIN linking_link l ON l.customer_id = e.customer_id AND l.unlinked_at IS NULL
  WHERE coalesce(e.friend_id, l.friend_id) = f.id AND e.type = %s {}) BETWEEN %s AND %s"""


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


SQL = {
    "tag": tag_sql,
    "linked": linked_sql,
    "friend_for": friend_for_sql,
    "customer": customer_sql,
    "events": events_sql,
}

days = st.none() | st.integers(0, 4)


def given_only(**values: object) -> dict:
    return {name: value for name, value in values.items() if value is not None}


def customer(field: str, op: str, value: object = None) -> dict:
    return {"type": "customer", "field": field, "op": op} | given_only(value=value)


@st.composite
def event_conditions(draw) -> dict:
    least, most = draw(
        st.sampled_from([(1, None), (2, None), (None, 0), (None, 1), (1, 1), (1, 2), (2, 3), (None, 2)])
    )
    product = draw(st.none() | st.sampled_from(["lotion", "cream"]))
    return given_only(
        type="events",
        event=draw(st.sampled_from(["bought", "viewed"])),
        count_at_least=least,
        count_at_most=most,
        within_days=draw(days),
        where=product and {"product": product},
    )


@st.composite
def customer_conditions(draw) -> dict:
    kinds = {
        "rank": customer("attributes.rank", "equals", draw(st.sampled_from(["gold", "silver"]))),
        "more": customer("attributes.points", "at_least", draw(st.integers(0, 3))),
        "less": customer("attributes.points", "at_most", draw(st.integers(0, 3))),
        "known": customer("attributes.points", "exists"),
        "birthday": customer("birthday", "at_least", "1990-01-01"),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]


@st.composite
def friend_conditions(draw) -> dict:
    kinds = [
        {"type": "tag", "tag": draw(st.integers(0, TAGS - 1))},
        {"type": "linked", "is": draw(st.booleans())},
        {"type": "friend_for", "days_at_least": draw(st.integers(0, 4))},
        {"type": "friend_for", "days_less_than": draw(st.integers(1, 4))},
    ]
    return draw(st.sampled_from(kinds))


CONDITIONS = st.one_of(friend_conditions(), customer_conditions(), event_conditions())


def with_real_rows(leaf: dict, world: World) -> dict:
    """Conditions are drawn with places of tags, before there are tags."""
    return leaf | {"tag": world.tags[leaf["tag"]].pk} if "tag" in leaf else leaf


def follow(world: World, who: int, days_ago: int) -> None:
    at = world.now - timedelta(days=days_ago, hours=who)
    Friend.objects.filter(pk=world.friend(who).pk).update(status="friend", followed_at=at)
    versions.touch("friends", friends=[world.friend(who).pk])


def block(world: World, who: int, _what: int) -> None:
    Friend.objects.filter(pk=world.friend(who).pk).update(status="blocked")
    versions.touch("friends", friends=[world.friend(who).pk])


def tag(world: World, who: int, what: int) -> None:
    tag = world.tags[what % TAGS]
    FriendTag.objects.get_or_create(friend=world.friend(who), tag=tag)
    versions.touch(f"tag:{tag.pk}", friends=[world.friend(who).pk])


def untag(world: World, who: int, what: int) -> None:
    tag = world.tags[what % TAGS]
    FriendTag.objects.filter(friend=world.friend(who), tag=tag).delete()
    versions.touch(f"tag:{tag.pk}", friends=[world.friend(who).pk])


def link(world: World, who: int, what: int) -> None:
    unlink(world, who, what)
    Link.objects.create(
        friend=world.friend(who), customer=world.customer(what), method="api", linked_at=world.now
    )
    versions.touch("links", friends=[world.friend(who).pk])


def unlink(world: World, who: int, what: int) -> None:
    ended = Link.objects.active().filter(Q(friend=world.friend(who)) | Q(customer=world.customer(what)))
    friends = list(ended.values_list("friend_id", flat=True))
    ended.update(unlinked_at=world.now)
    versions.touch("links", friends=friends)


def know_rank(world: World, who: int, what: int) -> None:
    attributes = {"rank": ["gold", "silver", 1][what % 3], "points": what % 4}
    Customer.objects.filter(pk=world.customer(who).pk).update(attributes=attributes)
    versions.touch("customers", customers=[world.customer(who).pk])


def know_birthday(world: World, who: int, what: int) -> None:
    birthday = date(1988 + what, 1, 1)
    Customer.objects.filter(pk=world.customer(who).pk).update(birthday=birthday, attributes={})
    versions.touch("customers", customers=[world.customer(who).pk])


def do(world: World, who: int, what: int) -> None:
    """A friend, a customer, or both known to be the same at that time, did something, some days ago."""
    friend = world.friend(who).pk if what % 3 != 1 else None
    customer = world.customer(what).pk if what % 3 != 0 else None
    at = world.now - timedelta(days=(who + what) % 5, hours=who)
    kind, product = ("bought", "viewed")[what % 2], ("lotion", "cream")[who % 2]
    timeline.record(
        [NewEvent(kind, at=at, friend_id=friend, customer_id=customer, properties={"product": product})]
    )


STEPS = [follow, block, tag, untag, link, link, unlink, know_rank, know_rank, know_birthday, do, do, do]
