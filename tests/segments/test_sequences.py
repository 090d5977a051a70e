"""One thing after another, or not: conditions on the order in which things happened."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from events import timeline, versions
from events.timeline import NewEvent
from segments import leaves, services
from segments.errors import InvalidTree
from segments.leaves import Moment
from tests.factories import make_customer, make_friend, make_link
from tests.segments.doing import NOON, days, did, found, hours

VIEWED, CARTED, BOUGHT = ({"event": event} for event in ("viewed", "carted", "bought"))


@pytest.fixture(autouse=True)
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_one_after_the_other_within_a_time():
    for name, later in [("23 hours", 23), ("24 hours", 24), ("25 hours", 25), ("before", -1), ("at once", 0)]:
        did(name, "carted", ago=days(5))
        did(name, "bought", ago=days(5) - hours(later))

    asked = {"steps": [CARTED, BOUGHT]}
    assert found("sequence", **asked, within={"hours": 24}) == {"23 hours", "24 hours"}
    assert found("sequence", **asked, within={"days": 1}) == {"23 hours", "24 hours"}
    assert found("sequence", **asked) == {"23 hours", "24 hours", "25 hours"}


def test_not_within_three_days_becomes_true_three_days_after(clock):
    did("aoi", "viewed", at="2026-06-12T12:00:01+09:00")
    not_bought = {"steps": [VIEWED, BOUGHT], "then_not": True, "within": {"days": 3}}
    assert found("sequence", **not_bought) == set()

    clock.move_to(NOON + timedelta(seconds=1, microseconds=-1))
    assert found("sequence", **not_bought) == set()

    clock.move_to(NOON + timedelta(seconds=1))
    assert found("sequence", **not_bought) == {"aoi"}


def test_whoever_does_it_in_time_is_out_and_whoever_does_it_later_stays(clock):
    did("in time", "viewed", ago=days(10))
    did("in time", "bought", ago=days(7))
    did("later", "viewed", ago=days(10))
    did("later", "bought", ago=days(7) - timedelta(microseconds=1))
    did("never", "viewed", ago=days(10))

    not_bought = {"steps": [VIEWED, BOUGHT], "then_not": True}
    assert found("sequence", **not_bought, within={"days": 3}) == {"later", "never"}
    assert found("sequence", **not_bought) == {"never"}


def test_a_cart_that_was_left_counts_from_the_last_time():
    did("left once", "carted", ago=days(9))
    did("left once", "carted", ago=days(2))
    did("left once", "bought", ago=days(2) - hours(1))
    did("left now", "carted", ago=days(9))
    did("left now", "bought", ago=days(9) - hours(1))
    did("left now", "carted", ago=days(2))

    left = {"steps": [CARTED, BOUGHT], "then_not": True, "within": {"hours": 24}}
    assert found("sequence", **left) == {"left once", "left now"}
    assert found("sequence", **left, of="last") == {"left now"}


def test_with_the_same_product():
    for name, bought in [("same", "tea"), ("other", "cup")]:
        did(name, "viewed", ago=days(5), product="tea")
        did(name, "bought", ago=days(4), product=bought)
    did("nameless", "viewed", ago=days(5))
    did("nameless", "bought", ago=days(4))

    steps = {"steps": [VIEWED, BOUGHT], "same": "product"}
    assert found("sequence", **steps) == {"same"}
    assert found("sequence", **steps, then_not=True, within={"days": 3}) == {"other"}


def test_the_last_time_is_of_each_value_where_they_must_be_the_same():
    did("aoi", "carted", ago=days(5), product="tea")
    did("aoi", "carted", ago=days(4), product="cup")
    did("aoi", "bought", ago=days(3), product="cup")

    left = {"steps": [CARTED, BOUGHT], "then_not": True, "of": "last"}
    assert found("sequence", **left) == set()
    assert found("sequence", **left, same="product") == {"aoi"}


def test_four_steps_each_in_its_time():
    chain = [("viewed", 40), ("carted", 30), ("bought", 20), ("viewed", 10)]
    for type_, ago in chain:
        did("in order", type_, ago=hours(ago))
    for type_, ago in zip(["carted", "viewed", "bought", "viewed"], [40, 30, 20, 10], strict=True):
        did("mixed", type_, ago=hours(ago))

    steps = {"steps": [{"event": type_} for type_, _ago in chain]}
    assert found("sequence", **steps, within={"hours": 10}) == {"in order"}
    assert found("sequence", **steps, within={"hours": 9}) == set()
    assert found("sequence", steps=steps["steps"][:3], then_not=True, within={"hours": 9}) == set()


def test_steps_are_filtered():
    did("dear", "viewed", ago=days(3), price=9000)
    did("cheap", "viewed", ago=days(3), price=900)

    dear = VIEWED | {"where": [{"property": "price", "op": "at_least", "value": 5000}]}
    assert found("sequence", steps=[dear, BOUGHT], then_not=True) == {"dear"}


def test_only_what_began_lately_counts(clock):
    did("aoi", "viewed", at="2026-06-08T00:00:00+09:00")
    did("ren", "viewed", at="2026-06-07T23:59:59+09:00")

    asked = {"steps": [VIEWED, BOUGHT], "then_not": True, "began_within_days": 7}
    assert found("sequence", **asked) == {"aoi"}

    clock.move_to(NOON + hours(12))
    assert found("sequence", **asked) == set()


def test_a_friend_and_the_customer_they_are_have_one_timeline():
    aoi, customer = make_friend("aoi"), make_customer("1")
    timeline.record(
        [
            NewEvent("viewed", at=NOON - days(2), friend_id=aoi.pk),
            NewEvent("bought", at=NOON - days(1), customer_id=customer.pk),
        ]
    )
    assert found("sequence", steps=[VIEWED, BOUGHT]) == set()
    assert found("sequence", steps=[VIEWED, BOUGHT], then_not=True) == {"aoi"}

    make_link(aoi, customer)
    versions.touch("links", friends=[aoi.pk])

    assert found("sequence", steps=[VIEWED, BOUGHT]) == {"aoi"}
    assert found("sequence", steps=[VIEWED, BOUGHT], then_not=True) == set()


def test_the_next_change_is_when_the_first_time_runs_out(django_db_blocker):
    did("aoi", "viewed", ago=days(1))
    did("ren", "viewed", ago=days(2))
    did("mio", "viewed", ago=days(4))
    leaf = leaves.parse(
        {"type": "sequence", "steps": [VIEWED, BOUGHT], "then_not": True, "within": {"days": 3}}
    )

    assert rows(leaf.next_change(Moment.present())) == [(NOON + days(1),)]
    crossed = leaf.crossed(Moment.present(), Moment(NOON + days(1), Moment.present().zone))
    assert len(rows(crossed)) == 1
    assert timezone.now() == NOON


def test_a_time_that_runs_for_days_still_is_over_to_the_instant(clock):
    did("aoi", "viewed", ago=days(1))
    asked = {"steps": [VIEWED, BOUGHT], "then_not": True, "within": {"days": 7}}
    leaf = leaves.parse({"type": "sequence", **asked})
    assert rows(leaf.next_change(Moment.present())) == [(NOON + days(1),)]
    assert found("sequence", **asked) == set()

    for day in range(1, 6):
        clock.move_to(NOON + days(day))
        assert found("sequence", **asked) == set()
    clock.move_to(NOON + days(6) - timedelta(microseconds=1))
    assert found("sequence", **asked) == set()
    clock.move_to(NOON + days(6))
    assert found("sequence", **asked) == {"aoi"}


def rows(query) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(*query)
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "steps: is missing"),
        ({"steps": [VIEWED]}, "steps: must be a list of 2 to 4 entries"),
        ({"steps": [VIEWED] * 5}, "steps: must be a list of 2 to 4 entries"),
        ({"steps": [VIEWED, {}]}, "steps[1].event: is missing"),
        ({"steps": [VIEWED, BOUGHT], "within": {}}, "within: needs hours or days, one of them"),
        ({"steps": [VIEWED, BOUGHT], "within": {"hours": 1, "days": 1}}, "within: needs hours or days"),
        ({"steps": [VIEWED, BOUGHT], "within": {"days": 0}}, "within.days: must be a whole number"),
        ({"steps": [VIEWED, BOUGHT | {"where": {"a": []}}]}, "steps[1].where.a: "),
        ({"steps": [VIEWED, BOUGHT], "of": "first"}, "of: must be one of: any, last"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(django_assert_num_queries, asked, message):
    with django_assert_num_queries(0), pytest.raises(InvalidTree) as refused:
        services.count({"type": "sequence"} | asked)

    assert refused.value.message.startswith(message)


def test_the_words_say_it_in_order():
    left = {"type": "sequence", "steps": [CARTED, BOUGHT], "then_not": True, "within": {"hours": 24}}

    assert services.words(left) == "Put in the cart, then not Bought within 24 hours"
    assert services.words(left | {"of": "last", "same": "product", "began_within_days": 7}) == (
        "Put in the cart, then not Bought within 24 hours"
        " (the same: Product, counted from the last time, begun within 7 days)"
    )
