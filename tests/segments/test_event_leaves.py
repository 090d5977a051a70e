"""How often, how much, when first and last: conditions on events."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import translation
from django_tenants.utils import tenant_context

from segments import services
from segments.errors import InvalidTree
from tests.factories import make_event_type, make_friend, make_product
from tests.segments.doing import NOON, days, did, found, hours

BOUGHT = {"event": "bought", "count_at_least": 1}


@pytest.fixture(autouse=True)
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def of(property_: str, op: str, value: object = None) -> list[dict]:
    asked = {"property": property_, "op": op}
    return [asked if value is None else asked | {"value": value}]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"product": "tea"}, {"aoi"}),
        (of("product", "equals", "tea"), {"aoi"}),
        (of("product", "is_not", "tea"), {"ren", "mio"}),
        (of("product", "in", ["tea", "茶"]), {"aoi", "ren"}),
        (of("product", "not_in", ["tea", "茶"]), {"mio"}),
        (of("product", "contains", "EA"), {"aoi"}),
        (of("product", "not_contains", "EA"), {"ren", "mio"}),
        (of("product", "exists"), {"aoi", "ren"}),
        (of("product", "not_exists"), {"mio"}),
        (of("price", "at_least", 100.5), {"ren"}),
        (of("price", "at_most", 100), {"aoi"}),
        (of("price", "equals", 100.0), {"aoi"}),
        (of("colours", "contains", "red"), {"mio"}),
        (of("product", "exists") + of("price", "at_least", 1), {"aoi", "ren"}),
    ],
)
def test_properties_are_compared(where, names):
    did("aoi", "bought", product="tea", price=100)
    did("ren", "bought", product="茶", price=101)
    did("mio", "bought", product=None, price="100", colours=["red", "blue"])

    assert found("events", **BOUGHT, where=where) == names


def test_old_and_new_writing_of_where_are_the_same_question():
    old, new = ({"type": "events", "where": each} | BOUGHT for each in ({"a": 1}, of("a", "equals", 1)))

    assert services.create_segment("old", old).tree == services.create_segment("new", new).tree


def test_sums_are_exact_and_count_only_numbers():
    for _time in range(3):
        did("aoi", "bought", amount=0.1)
    did("ren", "bought", amount=0.3)
    did("ren", "bought", amount="0.5")
    did("ren", "bought")
    make_friend("mio")

    assert found("events", event="bought", sum={"property": "amount", "at_least": 0.3}) == {"aoi", "ren"}
    assert found("events", event="bought", sum={"property": "amount", "at_most": 0.3}) == {
        "aoi",
        "ren",
        "mio",
    }
    assert found("events", event="bought", sum={"property": "amount", "at_least": 0.31}) == set()
    assert found("events", event="bought", sum={"property": "amount", "at_most": 0.29}) == {"mio"}


def test_who_did_it_never_has_nought_unless_once_is_asked_for_too():
    did("aoi", "bought", amount=5)
    make_friend("mio")

    little = {"event": "bought", "sum": {"property": "amount", "at_most": 10}}
    assert found("events", **little) == {"aoi", "mio"}
    assert found("events", **little, count_at_least=1) == {"aoi"}


def test_different_values_count_once():
    for product in ["tea", "tea", "cup"]:
        did("aoi", "viewed", product=product, price=10)
    did("ren", "viewed", product="tea", price=10)
    did("ren", "viewed")

    two = {"property": "product", "at_least": 2}
    assert found("events", event="viewed", distinct=two) == {"aoi"}
    assert found("events", event="viewed", distinct={"property": "product", "at_most": 1}) == {"ren"}
    assert found("events", event="viewed", distinct=two, count_at_most=2) == set()
    assert found("events", event="viewed", distinct=two, count_at_least=3) == {"aoi"}
    assert found("events", event="viewed", distinct=two, sum={"property": "price", "at_least": 30}) == {"aoi"}


def test_between_two_numbers_of_days_ago_by_the_calendar():
    did("89 days", "bought", at="2026-03-18T00:00:00+09:00")
    did("90 days", "bought", at="2026-03-17T00:00:00+09:00")
    did("91 days", "bought", at="2026-03-16T23:59:59+09:00")
    did("60 days", "bought", at="2026-04-16T23:59:59+09:00")
    did("59 days", "bought", at="2026-04-17T00:00:00+09:00")

    ago = {"within_days": 90, "days_ago_at_least": 60}
    assert found("events", **BOUGHT, **ago) == {"89 days", "90 days", "60 days"}


def test_between_dates_both_included():
    did("aoi", "bought", at="2026-05-01T00:00:00+09:00")
    did("ren", "bought", at="2026-05-31T23:59:59+09:00")
    did("mio", "bought", at="2026-06-01T00:00:00+09:00")

    assert found("events", **BOUGHT, since="2026-05-01", until="2026-05-31") == {"aoi", "ren"}
    assert found("events", **BOUGHT, since="2026-06-01") == {"mio"}
    assert found("events", **BOUGHT, until="2026-05-01") == {"aoi"}
    assert found("events", **BOUGHT, since="2026-06-01", until="9999-12-31") == {"mio"}


def test_hours_run_out_to_the_instant(clock):
    did("aoi", "bought", ago=hours(23))
    did("ren", "bought", ago=hours(23.5))
    assert found("events", **BOUGHT, within_hours=24) == {"aoi", "ren"}

    clock.move_to(NOON + timedelta(minutes=30, microseconds=-1))
    assert found("events", **BOUGHT, within_hours=24) == {"aoi", "ren"}

    clock.move_to(NOON + timedelta(minutes=30))
    assert found("events", **BOUGHT, within_hours=24) == {"aoi"}


def test_days_pass_at_the_clients_midnight(clock):
    did("aoi", "bought", ago=days(7))
    lately, before = {"within_days": 7}, {"days_ago_at_least": 8}
    clock.move_to(datetime.fromisoformat("2026-06-15T23:59:59.999999+09:00"))
    assert (found("events", **BOUGHT, **lately), found("events", **BOUGHT, **before)) == ({"aoi"}, set())

    clock.shift(timedelta(microseconds=1))
    assert (found("events", **BOUGHT, **lately), found("events", **BOUGHT, **before)) == (set(), {"aoi"})


def test_first_and_last_time():
    did("aoi", "bought", ago=days(200))
    did("aoi", "bought", ago=days(70))
    did("ren", "bought", ago=days(70))
    did("ren", "bought", ago=days(1))
    did("mio", "viewed", ago=days(70))

    then = {"event": "bought", "within_days": 90, "days_ago_at_least": 60}
    assert found("event_time", **then) == {"aoi"}
    assert found("event_time", **then, which="first") == {"ren"}
    assert found("event_time", event="bought", which="first", days_ago_at_least=100) == {"aoi"}
    assert found("event_time", event="bought", which="last", within_days=1) == {"ren"}
    assert found("event_time", event="bought", which="first", until="2026-01-01") == {"aoi"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "needs count_at_least or count_at_most, or a sum or distinct"),
        ({"sum": {"property": "amount"}}, "sum: needs at_least or at_most"),
        ({"sum": {"property": "amount", "at_least": 2, "at_most": 1}}, "sum: at_most is less than at_least"),
        ({"sum": {"property": "amount", "at_least": "1"}}, "sum.at_least: must be a number"),
        ({"sum": 5}, "sum: must be an object"),
        ({"distinct": {"at_least": 2}}, "distinct.property: is missing"),
        (BOUGHT | {"where": of("a", "like", 1)}, "where[0].op: must be one of"),
        (BOUGHT | {"where": of("a", "in", 1)}, "where[0].value: a list of values goes with in"),
        (BOUGHT | {"where": of("a", "equals")}, "where[0].value: a value is needed, except for exists"),
        (BOUGHT | {"where": of("a", "at_least", True)}, "where[0].value: true and false have no order"),
        (BOUGHT | {"where": []}, "where: must be a list of 1 to 20 entries"),
        (BOUGHT | {"where": of("a\x00", "equals", 1)}, "where[0].property: must not contain control"),
        (BOUGHT | {"within_days": 1, "within_hours": 1}, "days, hours and dates cannot be combined"),
        (BOUGHT | {"within_days": 1, "since": "2026-01-01"}, "days, hours and dates cannot be combined"),
        (BOUGHT | {"within_days": 1, "days_ago_at_least": 2}, "within_days: the later of the two days"),
        (BOUGHT | {"since": "2026-02-01", "until": "2026-01-01"}, "until: the later of the two days"),
        (BOUGHT | {"since": "2026-02-30"}, "since: must be a date"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(django_assert_num_queries, asked, message):
    with django_assert_num_queries(0), pytest.raises(InvalidTree) as refused:
        services.count({"type": "events", "event": "bought"} | asked)

    assert refused.value.message.startswith(message)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE events_event; --", "%s", "%(x)s", "が", "ＴＥＡ", "👩‍👩‍👧", "\\"]
)
def test_any_text_is_compared_as_it_is(text):
    did("aoi", "bought", **{text: text, "product": f"<{text}>"})

    assert found("events", **BOUGHT, where=of(text, "equals", text)) == {"aoi"}
    assert found("events", **BOUGHT, where=of("product", "contains", text)) == {"aoi"}
    assert found("events", event="bought", distinct={"property": text, "at_least": 1}) == {"aoi"}
    assert found("events", event="bought", sum={"property": text, "at_least": 1}) == set()


def test_events_of_another_client_count_for_nobody_here(other_tenant):
    with tenant_context(other_tenant):
        did("aoi", "bought")
    make_friend("aoi")

    assert found("events", **BOUGHT) == set()


def test_the_words_read_like_a_marketers():
    make_product("lotion", name="化粧水")
    make_event_type("tasted", label="試飲")
    asked = {"event": "bought", "where": {"product": "lotion"}, "within_days": 90}
    leaf = {"type": "events", "count_at_least": 2} | asked
    sums = {"type": "events", "event": "tasted", "sum": {"property": "amount", "at_least": 1000}}
    last = {"type": "event_time", "event": "viewed", "days_ago_at_least": 60, "within_days": 90}

    assert services.words(leaf) == "Bought (Product: 化粧水) 2 times or more within 90 days"
    assert services.words(sums) == "試飲 Amount altogether 1,000 or more"
    assert services.words(last) == "Viewed a product for the last time 60 to 90 days ago"
    with translation.override("ja"):
        assert services.words(leaf) == "90日以内に「購入（商品：化粧水）」2回以上"
        assert services.words(last) == "60〜90日前に最後の「商品を閲覧」"
