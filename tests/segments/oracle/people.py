"""The leaves of people: their naive SQL, how they are drawn, what changes them.

The rows that conditions name are made when the first step needs them: fields by key, lists by name.
"""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from customers.models import Customer
from events import versions
from friends import fields, values
from friends.models import Friend, FriendField
from linking.models import Link
from segments.lists import commands as lists
from segments.models import FriendList
from tests.segments.oracle.basics import CUSTOMER, unlink
from tests.segments.worlds import World

TODAY = "(%s::timestamptz AT TIME ZONE 'Asia/Tokyo')::date"
ANSWER = """EXISTS (SELECT FROM friends_fieldvalue v JOIN friends_friendfield d ON d.id = v.field_id
  WHERE v.friend_id = f.id AND d.key = %s AND {})"""
LINKED_AT = "(SELECT max(linked_at) FROM linking_link l WHERE l.friend_id = f.id AND l.unlinked_at IS NULL)"
BIRTHDAYS = ["1992-02-29", "1990-06-14", "1990-06-15", "1990-06-16", "1990-06-20", "1990-12-31", "1990-07-01"]
WORDS = ["cream", "Ｃｒｅａｍ", "lotion"]


def friend_sql(raw: dict, _now: datetime) -> tuple[str, list]:
    key = raw["field"].removeprefix("fields.")
    said = {
        ("likes", "equals"): ("v.text = %s", [raw["value"]]),
        ("likes", "contains"): ("lower(normalize(v.text, NFKC)) LIKE '%%' || %s || '%%'", [raw["value"]]),
        ("score", "at_least"): ("v.number >= %s", [raw["value"]]),
        ("score", "at_most"): ("v.number <= %s", [raw["value"]]),
    }
    if key == "language":
        return "f.language = %s", [raw["value"]]
    text, params = said[key, raw["op"]]
    return ANSWER.format(text), [key, *params]


def list_sql(raw: dict, _now: datetime) -> tuple[str, list]:
    return "EXISTS (SELECT FROM segments_listmember m WHERE m.friend_id = f.id AND m.list_id = %s)", [
        raw["list"]
    ]


def date_sql(raw: dict, now: datetime) -> tuple[str, list]:
    """Every day of the stretch by itself, and, for birthdays, the same day of the person's year."""
    first, last = raw["from"], raw["to"]
    if raw["field"] == "linked_at":
        day = f"({LINKED_AT} AT TIME ZONE 'Asia/Tokyo')::date"
        return f"coalesce({day} BETWEEN {TODAY} + %s AND {TODAY} + %s, false)", [now, first, now, last]
    returns = "to_char(c.birthday, 'MMDD') = to_char(day, 'MMDD')"
    leap = "to_char(c.birthday, 'MMDD') = '0229' AND to_char(day, 'MMDD') = '0228'"
    common = "extract(day FROM day + interval '1 day') = 1"
    days = f"generate_series({TODAY} + %s, {TODAY} + %s, interval '1 day') AS day"
    found = CUSTOMER.format(f"EXISTS (SELECT FROM {days} WHERE {returns} OR ({leap} AND {common}))")
    return found, [now, first, now, last]


SQL = {"friend": friend_sql, "list": list_sql, "date": date_sql}


@st.composite
def friend_data(draw) -> dict:
    field, op, value = draw(
        st.one_of(
            st.tuples(st.just("fields.likes"), st.just("equals"), st.sampled_from(WORDS)),
            st.tuples(st.just("fields.likes"), st.just("contains"), st.sampled_from(["crea", "otio"])),
            st.tuples(st.just("fields.score"), st.sampled_from(["at_least", "at_most"]), st.integers(0, 4)),
            st.tuples(st.just("language"), st.just("equals"), st.sampled_from(["ja", "en"])),
        )
    )
    return {"type": "friend", "field": field, "op": op, "value": value}


@st.composite
def dates(draw) -> dict:
    first = draw(st.integers(-3, 3))
    field = draw(st.sampled_from(["birthday", "linked_at"]))
    last = first + draw(st.integers(0, 20))
    return {"type": "date", "field": field, "when": "days", "from": first, "to": last}


CONDITIONS = st.one_of(
    friend_data(), dates(), st.integers(0, 1).map(lambda place: {"type": "list", "list": place})
)


def with_real_rows(leaf: dict, world: World) -> dict:
    """Conditions are drawn with places of lists, before there are lists."""
    return leaf | {"list": the_list(leaf["list"]).pk} if leaf["type"] == "list" else leaf


def the_list(place: int) -> FriendList:
    name = f"List {place % 2}"
    return FriendList.objects.filter(name=name).first() or lists.create_list(name)


def the_field(key: str, type_: str) -> FriendField:
    return FriendField.objects.filter(key=key).first() or fields.create_field(key, type_, key=key)


def put_on_list(world: World, who: int, what: int) -> None:
    lists.add(the_list(what), [world.friend(who).pk, world.friend(who + what).pk])


def take_off_list(world: World, who: int, what: int) -> None:
    lists.remove(the_list(what), [world.friend(who).pk])


def answer(world: World, who: int, what: int) -> None:
    the_field("likes", "text")
    the_field("score", "number")
    likes = [*WORDS, None][what % 4]
    values.set_by_key(world.friend(who), {"likes": likes, "score": what})


def speak(world: World, who: int, what: int) -> None:
    friend = world.friend(who)
    Friend.objects.filter(pk=friend.pk).update(language=["ja", "en", ""][what % 3])
    versions.touch("profiles", friends=[friend.pk])


def be_born(world: World, who: int, what: int) -> None:
    customer = world.customer(who)
    birthday = date.fromisoformat(BIRTHDAYS[what % len(BIRTHDAYS)])
    Customer.objects.filter(pk=customer.pk).update(birthday=birthday)
    versions.touch("customers", customers=[customer.pk])


def link_long_ago(world: World, who: int, what: int) -> None:
    """A link that was made some days ago, in the place of those that there were."""
    unlink(world, who, what)
    friend, linked_at = world.friend(who), world.now - timedelta(days=what, hours=who)
    Link.objects.create(friend=friend, customer=world.customer(what), method="api", linked_at=linked_at)
    versions.touch("links", friends=[friend.pk])


STEPS = [put_on_list, put_on_list, take_off_list, answer, answer, speak, be_born, be_born, link_long_ago]
