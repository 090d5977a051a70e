"""What each type of condition says of whom."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from events import timeline
from events.timeline import NewEvent
from segments import services
from tests.factories import make_customer, make_friend, make_link, make_tag

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")


def names(*conditions: dict) -> set[str]:
    """Display names of the friends for whom all of these hold."""
    members = services.evaluate({"all": list(conditions)})
    return {friend.display_name for friend in services.sample({"all": list(conditions)}, n=len(members) or 1)}


def make_linked(name: str, *, birthday: date | None = None, **attributes: object):
    return make_link(make_friend(name), make_customer(name, birthday=birthday, **attributes))


def bought(product: str, *, days_ago: int = 0, **whose: int) -> NewEvent:
    at = timezone.now() - timedelta(days=days_ago)
    return NewEvent("bought", at=at, properties={"product": product}, **whose)


def test_everyone_is_every_friend_who_can_be_reached(tenant):
    make_friend("aoi")
    make_friend("ren", status="blocked")
    make_friend("mio", status="unknown")

    assert names() == {"aoi"}


def test_tag(tenant):
    vip, other = make_tag("VIP"), make_tag("Other")
    make_friend("aoi", tags=[vip])
    make_friend("ren", tags=[other])
    make_friend("mio", tags=[vip], status="blocked")

    assert names({"type": "tag", "tag": vip.pk}) == {"aoi"}


def test_linked_means_linked_at_present(tenant):
    make_link(make_friend("aoi"))
    make_link(make_friend("ren"), unlinked_at=timezone.now())
    make_friend("mio")

    assert names({"type": "linked", "is": True}) == {"aoi"}
    assert names({"type": "linked", "is": False}) == {"ren", "mio"}


@time_machine.travel(NOON, tick=False)
def test_a_friend_since_yesterday_evening_is_a_friend_for_one_day(tenant):
    make_friend("aoi", followed_at=datetime.fromisoformat("2026-06-14T23:59:59+09:00"))
    make_friend("ren", followed_at=datetime.fromisoformat("2026-06-15T00:00:00+09:00"))
    make_friend("mio", followed_at=None)

    assert names({"type": "friend_for", "days_at_least": 1}) == {"aoi"}
    assert names({"type": "friend_for", "days_less_than": 1}) == {"ren"}
    assert names({"type": "friend_for", "days_at_least": 0}) == {"aoi", "ren"}


@time_machine.travel(NOON, tick=False)
def test_friend_for_between_two_numbers_of_days(tenant):
    make_friend("29 days", followed_at=NOON - timedelta(days=29))
    make_friend("30 days", followed_at=NOON - timedelta(days=30))
    make_friend("59 days", followed_at=NOON - timedelta(days=59))
    make_friend("60 days", followed_at=NOON - timedelta(days=60))

    assert names({"type": "friend_for", "days_at_least": 30, "days_less_than": 60}) == {"30 days", "59 days"}


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("equals", "gold", {"aoi"}),
        ("in", ["gold", "silver"], {"aoi", "ren"}),
        ("at_least", "h", {"ren"}),
        ("at_most", "h", {"aoi"}),
    ],
)
def test_a_customer_attribute_that_is_a_text(tenant, op, value, expected):
    make_linked("aoi", rank="gold")
    make_linked("ren", rank="silver")
    make_linked("mio", rank=3)
    make_linked("yui")

    assert names({"type": "customer", "field": "attributes.rank", "op": op, "value": value}) == expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("equals", 100, {"aoi"}),
        ("in", [100, 9], {"aoi", "ren"}),
        ("at_least", 9.5, {"aoi"}),
        ("at_most", 9, {"ren"}),
    ],
)
def test_a_customer_attribute_that_is_a_number_compares_as_one(tenant, op, value, expected):
    make_linked("aoi", points=100)
    make_linked("ren", points=9)
    make_linked("mio", points="99")
    make_linked("yui", points=True)

    assert names({"type": "customer", "field": "attributes.points", "op": op, "value": value}) == expected


def test_a_customer_attribute_that_is_known(tenant):
    make_linked("aoi", 肌質="乾燥")
    make_linked("ren", 肌質=None)
    make_linked("mio")

    assert names({"type": "customer", "field": "attributes.肌質", "op": "exists"}) == {"aoi"}


@pytest.mark.parametrize(
    ("compared", "expected"),
    [
        ({"op": "equals", "value": "1990-04-30"}, {"aoi"}),
        ({"op": "at_least", "value": "1990-05-01"}, {"ren"}),
        ({"op": "at_most", "value": "1990-05-01"}, {"aoi", "ren"}),
        ({"op": "exists"}, {"aoi", "ren"}),
    ],
)
def test_a_customers_birthday(tenant, compared, expected):
    make_linked("aoi", birthday=date(1990, 4, 30))
    make_linked("ren", birthday=date(1990, 5, 1))
    make_linked("mio", birthday=None)

    assert names({"type": "customer", "field": "birthday"} | compared) == expected


def test_a_customers_number(tenant):
    make_linked("aoi")
    make_linked("ren")

    assert names({"type": "customer", "field": "number", "op": "in", "value": ["aoi", "mio"]}) == {"aoi"}


def test_a_customer_who_is_linked_no_more_says_nothing_of_the_friend(tenant):
    make_link(make_friend("aoi"), make_customer("1", rank="gold"), unlinked_at=timezone.now())

    assert names({"type": "customer", "field": "attributes.rank", "op": "equals", "value": "gold"}) == set()


def test_events_are_counted_per_friend(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    timeline.record(
        [
            bought("lotion", friend_id=aoi.pk),
            bought("lotion", friend_id=ren.pk),
            bought("cream", friend_id=ren.pk),
            NewEvent("viewed", at=timezone.now(), friend_id=mio.pk),
        ]
    )

    assert names({"type": "events", "event": "bought", "count_at_least": 1}) == {"aoi", "ren"}
    assert names({"type": "events", "event": "bought", "count_at_least": 2}) == {"ren"}
    assert names({"type": "events", "event": "bought", "count_at_most": 1}) == {"aoi", "mio"}
    assert names({"type": "events", "event": "bought", "count_at_most": 0}) == {"mio"}
    assert names({"type": "events", "event": "bought", "count_at_least": 1, "count_at_most": 1}) == {"aoi"}


def test_an_event_of_a_customer_counts_for_the_friend_who_is_that_customer_at_present(tenant):
    now, before = make_friend("aoi"), make_friend("ren")
    customer = make_customer("1")
    make_link(before, customer, unlinked_at=timezone.now())
    make_link(now, customer)
    timeline.record(
        [
            bought("lotion", customer_id=customer.pk),
            bought("cream", customer_id=customer.pk, friend_id=now.pk),
        ]
    )

    assert names({"type": "events", "event": "bought", "count_at_least": 2}) == {"aoi"}
    assert names({"type": "events", "event": "bought", "count_at_most": 0}) == {"ren"}


def test_another_name_of_a_type_asks_for_the_same_events(tenant):
    aoi = make_friend("aoi")
    timeline.record([NewEvent("product_viewed", at=timezone.now(), friend_id=aoi.pk)])

    for name in ("viewed", "product_viewed"):
        assert names({"type": "events", "event": name, "count_at_least": 1}) == {"aoi"}


def test_events_with_a_property(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    timeline.record([bought("化粧水", friend_id=aoi.pk), bought("lotion", friend_id=ren.pk)])

    condition = {"type": "events", "event": "bought", "count_at_least": 1, "where": {"product": "化粧水"}}
    assert names(condition) == {"aoi"}


@time_machine.travel(NOON, tick=False)
def test_events_within_days_begin_at_midnight_of_the_clients_calendar(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    yesterday = datetime.fromisoformat("2026-06-14T00:00:00+09:00")
    timeline.record(
        [
            NewEvent("bought", at=yesterday, friend_id=aoi.pk),
            NewEvent("bought", at=yesterday - timedelta(seconds=1), friend_id=ren.pk),
            NewEvent("bought", at=NOON, friend_id=mio.pk),
        ]
    )

    assert names({"type": "events", "event": "bought", "count_at_least": 1, "within_days": 1}) == {
        "aoi",
        "mio",
    }
    assert names({"type": "events", "event": "bought", "count_at_least": 1, "within_days": 0}) == {"mio"}
    assert names({"type": "events", "event": "bought", "count_at_most": 0, "within_days": 1}) == {"ren"}
