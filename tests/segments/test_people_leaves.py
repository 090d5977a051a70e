"""Conditions on what is known of friends and customers, on friendship and on routes."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django_tenants.utils import tenant_context

from customers import fields as customer_fields
from friends import fields, profiles, services, values
from friends.models import Friend
from routes import joining
from segments import services as segments
from segments.errors import InvalidTree
from tests.factories import (
    make_arrival,
    make_customer,
    make_customer_field,
    make_field,
    make_friend,
    make_link,
    make_route,
    make_segment,
)
from tests.segments.test_leaves import make_linked, names

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")


def friend(field: str, op: str, value: object = None) -> dict:
    given = {"type": "friend", "field": field, "op": op}
    return given if value is None else given | {"value": value}


def answer(name: str, **answers: object) -> Friend:
    made = make_friend(name)
    values.set_by_key(made, answers)
    return made


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("equals", "cream", {"aoi"}),
        ("in", ["cream", "ＬＯＴＩＯＮ"], {"aoi", "mio"}),
        ("contains", "lot", {"ren", "mio"}),
        ("exists", None, {"aoi", "ren", "mio"}),
    ],
)
def test_a_text_of_a_friend(tenant, op, value, expected):
    make_field("Likes", key="likes")
    answer("aoi", likes="cream")
    answer("ren", likes="lotion, mask")
    answer("mio", likes="ＬＯＴＩＯＮ")
    make_friend("yui")

    assert names(friend("fields.likes", op, value)) == expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("equals", 100, {"aoi"}),
        ("in", [100, 9.5], {"aoi", "ren"}),
        ("at_least", 9.5, {"aoi", "ren"}),
        ("at_most", 9.5, {"ren"}),
        ("exists", None, {"aoi", "ren"}),
    ],
)
def test_a_number_of_a_friend(tenant, op, value, expected):
    make_field("Points", "number", key="points")
    answer("aoi", points=100)
    answer("ren", points="9.5")
    make_friend("mio")

    assert names(friend("fields.points", op, value)) == expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("equals", "2026-06-14", {"aoi"}),
        ("in", ["2026-06-14", "2026-06-15"], {"aoi", "ren"}),
        ("at_least", "2026-06-15", {"ren"}),
        ("at_most", "2026-06-14", {"aoi"}),
    ],
)
@pytest.mark.parametrize(
    ("type_", "first", "second"),
    [("date", "2026-06-14", "2026-06-15"), ("datetime", "2026-06-14 23:59", "2026-06-15 00:00")],
)
def test_a_day_of_a_friend_ends_at_the_clients_midnight(tenant, type_, first, second, op, value, expected):
    make_field("Visit", type_, key="visit")
    answer("aoi", visit=first)
    answer("ren", visit=second)

    assert names(friend("fields.visit", op, value)) == expected


def test_a_moment_of_a_friend_compares_with_a_moment(tenant):
    make_field("Visit", "datetime", key="visit")
    answer("aoi", visit="2026-06-14 10:00")
    answer("ren", visit="2026-06-14 10:01")

    assert names(friend("fields.visit", "at_most", "2026-06-14T01:00:00+00:00")) == {"aoi"}
    assert names(friend("fields.visit", "at_least", "2026-06-14T10:01")) == {"ren"}


def test_one_of_several_choices_is_enough(tenant):
    make_field("Concerns", "choices", key="concerns", choices=["dry", "oily", "spots"])
    answer("aoi", concerns=["dry", "oily"])
    answer("ren", concerns=["spots"])

    assert names(friend("fields.concerns", "equals", "oily")) == {"aoi"}
    assert names(friend("fields.concerns", "in", ["dry", "spots"])) == {"aoi", "ren"}


def test_yes_or_no(tenant):
    make_field("Has a dog", "yes_no", key="dog")
    answer("aoi", dog=True)
    answer("ren", dog=False)
    make_friend("mio")

    assert names(friend("fields.dog", "equals", True)) == {"aoi"}
    assert names({"not": friend("fields.dog", "equals", True)}) == {"ren", "mio"}


def test_a_changed_answer_is_seen_at_once(tenant):
    make_field("Likes", key="likes")
    aoi = answer("aoi", likes="cream")
    before = names(friend("fields.likes", "equals", "lotion"))

    values.set_by_key(aoi, {"likes": "lotion"})

    assert (before, names(friend("fields.likes", "equals", "lotion"))) == (set(), {"aoi"})


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (friend("fields.gone", "exists"), "any[1]: there is no field “gone” of friends"),
        (friend("fields.old", "exists"), "any[1]: there is no field “old” of friends"),
        (friend("fields.size", "equals", "XL"), "any[1]: does not fit the field “Size” (Choice)"),
        (friend("fields.size", "at_least", 3), "any[1]: does not fit the field “Size” (Choice)"),
        (friend("fields.points", "equals", "many"), "does not fit the field “Points” (Numeric value)"),
        (friend("fields.points", "contains", "1"), "does not fit the field “Points” (Numeric value)"),
        (friend("fields.points", "at_most", "many"), "any[1].value: is no number and no date"),
        (friend("nothing", "exists"), "any[1].field: the field must be name, language or fields.…"),
        (friend("language", "contains", "j"), "any[1].op: this field is not compared so"),
        (friend("name", "equals", 1), "any[1].value: this field is compared with texts"),
        (friend("name", "contains", 1), "any[1]: only texts can be contained"),
        (friend("name", "contains"), "any[1]: a value is needed, except for exists"),
        ({"type": "friendship", "is": "unknown", "days_at_most": 3}, "since when somebody is not a friend"),
        ({"type": "friendship", "is": "gone"}, "any[1].is: must be one of"),
        ({"type": "route", "route": 12345}, "any[1]: there is no route 12345"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(tenant, raw, message):
    make_field("Size", "choice", key="size", choices=["S", "M"])
    make_field("Points", "number", key="points")
    fields.archive_field(make_field("Old", key="old"))

    with pytest.raises(InvalidTree) as refused:
        segments.create_segment("Test", {"any": [{"all": []}, raw]})

    assert message in refused.value.message


@pytest.mark.parametrize("text", ["'; DROP TABLE friends_friend; --", "%", "_", "\\", "%s", "{0}", "👩‍👩‍👧"])
def test_a_text_is_only_ever_a_text(tenant, text):
    make_field("Likes", key="likes")
    answer("aoi", likes="cream")
    answer("ren", likes=f"x{text}y")
    make_linked("mio", likes=f"x{text}y")

    assert names(friend("fields.likes", "contains", text)) == {"ren"}
    assert names({"type": "customer", "field": "attributes.likes", "op": "contains", "value": text}) == {
        "mio"
    }
    assert names(friend("name", "contains", text)) == set()
    assert names(friend("fields." + text, "exists")) == set()
    assert names({"type": "customer", "field": "attributes." + text, "op": "exists"}) == set()


def test_a_name_contains_whatever_its_width_and_kana(tenant):
    make_friend("ハナコ", own_name="")
    make_friend("ren", own_name="はなこさん")
    make_friend("mio")

    assert names(friend("name", "contains", "はなｺ")) == {"ハナコ", "ren"}
    assert names(friend("name", "equals", "mio")) == {"mio"}


def test_the_language_of_a_friend(tenant):
    make_friend("aoi", language="ja")
    make_friend("ren", language="zh-TW")
    make_friend("mio")

    assert names(friend("language", "in", ["zh-TW", "en"])) == {"ren"}
    assert names(friend("language", "exists")) == {"aoi", "ren"}


def test_a_name_that_comes_later_is_seen(tenant):
    aoi, ren = make_friend("aoi", language="", own_name=""), make_friend("ren")
    before = names(friend("language", "equals", "ja")), names(friend("name", "equals", "Ms. R"))

    profiles._store({aoi.pk: {"displayName": "aoi", "language": "ja"}}, NOON)
    services.name_friend(ren, "Ms. R")

    assert before == (set(), set())
    assert names(friend("language", "equals", "ja")) == {"aoi"}
    assert names(friend("name", "equals", "Ms. R")) == {"ren"}


@time_machine.travel(NOON, tick=False)
def test_blocked_so_many_days_ago(tenant):
    make_friend("29 days", status="blocked", blocked_at=NOON - timedelta(days=29))
    make_friend("30 days", status="blocked", blocked_at=NOON - timedelta(days=30))
    make_friend("60 days", status="blocked", blocked_at=NOON - timedelta(days=60))
    make_friend("61 days", status="blocked", blocked_at=NOON - timedelta(days=61))
    make_friend("returned", blocked_at=NOON - timedelta(days=40))
    raw = {"type": "friendship", "is": "blocked", "days_at_least": 30, "days_at_most": 60}

    counted = segments.count(raw)

    assert (counted.total, counted.reached) == (2, 0)
    assert segments.count({"type": "friendship", "is": "blocked"}).total == 4
    assert not segments.evaluate(raw)


@time_machine.travel(NOON, tick=False)
def test_the_friendship_of_those_whom_messages_reach(tenant):
    make_friend("new", followed_at=NOON)
    make_friend("old", followed_at=NOON - timedelta(days=9))
    make_friend("wrote", status="unknown", followed_at=None)

    assert names({"type": "friendship", "is": "friend"}) == {"new", "old"}
    assert names({"type": "friendship", "is": "friend", "days_at_least": 9}) == {"old"}
    assert segments.count({"type": "friendship", "is": "unknown"}).total == 1


def test_a_customers_text_contains_another(tenant):
    make_link(make_friend("aoi"), make_customer("aoi", name="山田 ハナコ", rank="Gold member"))
    make_link(make_friend("ren"), make_customer("ren", name="佐藤", rank=5))

    assert names({"type": "customer", "field": "name", "op": "contains", "value": "山田はなこ"}) == {"aoi"}
    assert names({"type": "customer", "field": "attributes.rank", "op": "contains", "value": "GOLD"}) == {
        "aoi"
    }
    assert names({"type": "customer", "field": "number", "op": "contains", "value": "re"}) == {"ren"}


def test_a_customer_field_deleted_since_is_refused_where_only_defined_ones_are_known(tenant):
    raw = {"any": [{"type": "customer", "field": "attributes.rank", "op": "exists"}]}
    rank = make_customer_field("Rank", key="rank")
    customer_fields.take_only_known(True)
    allowed = segments.create_segment("Ranked", raw)

    customer_fields.archive_field(rank)
    with pytest.raises(InvalidTree) as refused:
        segments.create_segment("Ranked", raw)
    with pytest.raises(InvalidTree):
        segments.freeze(allowed.tree)
    customer_fields.take_only_known(False)

    assert refused.value.message == "any[0]: there is no field “rank” of customers"
    assert segments.create_segment("Ranked", raw).pk


def test_routes(tenant):
    flyer, web = make_route("Flyer"), make_route("Web")
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    make_arrival(aoi, route=flyer, followed_at=NOON, at=NOON)
    make_arrival(aoi, route=web, kind="returned", at=NOON + timedelta(days=9), is_newest=True)
    make_arrival(ren, route=flyer, at=NOON, followed_at=NOON, is_newest=True)
    make_arrival(mio, route=flyer, kind="already")
    make_arrival(make_friend("yui"), route=flyer, kind="not_yet")

    assert names({"type": "route", "route": flyer.pk}) == {"ren"}
    assert names({"type": "route", "route": web.pk}) == {"aoi"}
    assert names({"type": "route", "route": flyer.pk, "which": "first"}) == {"aoi", "ren"}
    assert names({"type": "route", "route": web.pk, "which": "first"}) == set()
    assert names({"type": "route", "route": flyer.pk, "which": "any"}) == {"aoi", "ren", "mio"}
    assert names({"type": "route", "as": "returned"}) == {"aoi"}
    assert names({"type": "route", "which": "any", "as": "already"}) == {"mio"}
    assert names({"type": "route"}) == {"aoi", "ren"}


def test_routes_of_the_last_days(tenant):
    with time_machine.travel(NOON, tick=False):
        make_arrival(
            make_friend("aoi"), at=datetime.fromisoformat("2026-06-13T00:00:00+09:00"), is_newest=True
        )
        make_arrival(
            make_friend("ren"), at=datetime.fromisoformat("2026-06-12T23:59:59+09:00"), is_newest=True
        )

        assert names({"type": "route", "within_days": 2}) == {"aoi"}

    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert names({"type": "route", "within_days": 2}) == set()


def test_an_arrival_that_is_settled_later_is_seen(tenant):
    flyer, aoi = make_route("Flyer"), make_friend("aoi")
    before = names({"type": "route", "route": flyer.pk})
    arrival = make_arrival(aoi, route=flyer, kind="unknown", has_changed=True)

    joining.settle([arrival.friend_id])

    assert (before, names({"type": "route", "route": flyer.pk})) == (set(), {"aoi"})


def test_what_another_client_has_is_not_found(tenant, other_tenant):
    with tenant_context(other_tenant):
        route, segment = make_route("Theirs"), make_segment(name="Theirs")
        make_field("Theirs", key="theirs")

    for raw in (
        {"type": "route", "route": route.pk + 1_000_000},
        {"type": "segment", "segment": segment.pk + 1_000_000},
        friend("fields.theirs", "exists"),
    ):
        with pytest.raises(InvalidTree):
            segments.create_segment("Test", raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (friend("fields.likes", "contains", "mask"), "Likes contains “mask”"),
        (friend("fields.dog", "equals", True), "Dog is Yes"),
        (friend("language", "equals", "ja"), "Language in LINE is Japanese"),
        (friend("name", "exists"), "Name is known"),
        ({"type": "friendship", "is": "friend"}, "is a friend"),
        ({"type": "friendship", "is": "blocked"}, "has blocked the account (no message reaches them)"),
        (
            {"type": "friendship", "is": "blocked", "days_at_least": 30, "days_at_most": 60},
            "blocked the account 30 to 60 days ago (no message reaches them)",
        ),
        ({"type": "route", "which": "first"}, "came first by any route"),
        (
            {"type": "route", "as": "new", "within_days": 7},
            "came by any route in the last 7 days (New friend)",
        ),
        ({"type": "customer", "field": "attributes.rank", "op": "equals", "value": "gold"}, "Rank is gold"),
    ],
)
def test_the_words_of_a_condition(tenant, raw, words):
    make_field("Likes", key="likes")
    make_field("Dog", "yes_no", key="dog")
    make_customer_field("Rank", key="rank")

    assert segments.words(raw) == words
