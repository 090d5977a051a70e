"""The timeline of both lives: the shop's, and LINE's for as long as they were linked."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tenants.utils import tenant_context

from customers import life
from events import timeline
from events.timeline import NewEvent
from tests.factories import make_customer, make_friend, make_link

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def types(customer) -> list[tuple[str, bool]]:
    return [(moment.event.type, moment.is_line) for moment in life.part(customer).moments]


def test_line_is_seen_only_in_the_time_of_the_link(tenant):
    customer, friend = make_customer("A-1"), make_friend("aoi")
    make_link(friend, customer, linked_at=NOON, unlinked_at=NOON + 2 * HOUR, ended="friend")
    timeline.record(
        [
            NewEvent("messaged", NOON - HOUR, friend_id=friend.pk),
            NewEvent("clicked", NOON + HOUR, friend_id=friend.pk),
            NewEvent("viewed", NOON + 2 * HOUR, friend_id=friend.pk),
            NewEvent("bought", NOON - 3 * HOUR, customer_id=customer.pk),
        ]
    )

    assert types(customer) == [("clicked", True), ("bought", False)]


def test_a_friend_of_two_customers_in_turn_is_seen_by_each_in_their_time(tenant):
    first, second, friend = make_customer("A-1"), make_customer("A-2"), make_friend("aoi")
    make_link(friend, first, linked_at=NOON, unlinked_at=NOON + HOUR, ended="relinked")
    make_link(friend, second, linked_at=NOON + HOUR)
    timeline.record(
        [
            NewEvent("viewed", NOON, friend_id=friend.pk),
            NewEvent("unlinked", NOON + HOUR, friend_id=friend.pk, customer_id=first.pk),
            NewEvent("carted", NOON + HOUR, friend_id=friend.pk),
        ]
    )

    assert types(first) == [("unlinked", True), ("viewed", True)]
    assert types(second) == [("carted", True)]


def test_older_parts_follow_without_gap_or_repetition(tenant):
    customer = make_customer("A-1")
    count = 2 * life.SIZE + 3
    timeline.record(
        [NewEvent("bought", NOON, customer_id=customer.pk, properties={"n": n}) for n in range(count)]
    )

    first = life.part(customer)
    second = life.part(customer, first.next)
    third = life.part(customer, second.next)

    seen = [moment.event.pk for part in (first, second, third) for moment in part.moments]
    assert len(set(seen)) == len(seen) == count
    assert third.next == ""


@pytest.mark.parametrize("before", ["x", "2026-11-01/1", "2026-11-01T00:00:00+00:00/x", "/", "9" * 400])
def test_a_place_that_is_none_means_the_beginning(tenant, before):
    customer = make_customer("A-1")
    timeline.record([NewEvent("bought", NOON, customer_id=customer.pk)])

    assert len(life.part(customer, before).moments) == 1


def test_the_page_marks_where_it_happened(tenant, visit):
    customer, friend = make_customer("A-1"), make_friend("aoi")
    make_link(friend, customer, linked_at=NOON)
    timeline.record(
        [NewEvent("bought", NOON, customer_id=customer.pk), NewEvent("viewed", NOON, friend_id=friend.pk)]
    )

    page = visit("viewer").read(f"customers/{customer.pk}/")

    assert "At the shop" in page
    assert '<span class="badge good">LINE</span>' in page


def test_another_clients_customer_is_not_found(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        theirs = make_customer("X-1")
    viewer = visit("viewer")

    assert viewer.get(f"customers/{theirs.pk}/life/").status_code == 404
    assert viewer.get(f"customers/{theirs.pk}/").status_code == 404
