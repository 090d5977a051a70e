"""Links when two customers become one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import erasing
from customers import merging as customers_merging
from linking import merging, unlinking
from linking.models import Link, LinkConflict
from tests.factories import make_customer, make_friend, make_link, make_link_conflict


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def test_the_link_goes_with_the_customer_and_can_still_be_ended_from_before(tenant):
    into, gone = make_customer("1"), make_customer("2")
    link = make_link(make_friend("aoi"), gone, linked_at=ago(9))
    wish = timezone.now()

    merging.merge(into, gone, None)
    unlinking.unlink_friends({link.friend_id: wish}, how=Link.Ended.BY_FRIEND)

    link.refresh_from_db()
    assert (link.customer_id, link.unlinked_at) == (into.pk, wish)


def test_history_of_both_is_kept(tenant):
    into, gone = make_customer("1"), make_customer("2")
    make_link(make_friend("aoi"), gone, linked_at=ago(9), unlinked_at=ago(5), ended="friend")
    make_link(make_friend("ren"), into, linked_at=ago(4), unlinked_at=ago(3), ended="staff")

    merging.merge(into, gone, None)

    assert Link.objects.filter(customer=into).count() == 2


@pytest.mark.parametrize(
    ("of_into", "of_gone", "stays"),
    [
        (("line_login", 9), ("import", 1), "aoi"),  # proof before a list
        (("import", 1), ("account_link", 9), "ren"),
        (("liff", 9), ("account_link", 1), "ren"),  # the newer of two proofs
        (("account_link", 1), ("liff", 9), "aoi"),
    ],
)
def test_of_two_links_one_holds(tenant, of_into, of_gone, stays):
    into, gone = make_customer("1"), make_customer("2")
    make_link(make_friend("aoi"), into, method=of_into[0], linked_at=ago(of_into[1]))
    make_link(make_friend("ren"), gone, method=of_gone[0], linked_at=ago(of_gone[1]))

    merging.merge(into, gone, None)

    active = Link.objects.active().get()
    assert (active.friend.display_name, active.customer_id) == (stays, into.pk)
    assert Link.objects.get(unlinked_at__isnull=False).ended == Link.Ended.MERGED


def test_a_conflict_between_the_two_is_settled(tenant):
    into, gone = make_customer("1"), make_customer("2")
    aoi = make_friend("aoi")
    make_link(aoi, into)
    conflict = make_link_conflict(aoi, gone)

    merging.merge(into, gone, None)

    conflict.refresh_from_db()
    assert (conflict.customer_id, conflict.state) == (into.pk, LinkConflict.State.SETTLED)


def test_the_same_claim_of_both_is_one(tenant):
    into, gone = make_customer("1"), make_customer("2")
    aoi = make_friend("aoi")
    make_link_conflict(aoi, into)
    make_link_conflict(aoi, gone)

    merging.merge(into, gone, None)

    assert LinkConflict.objects.get().customer_id == into.pk


def test_merging_customers_takes_their_links_along(tenant):
    into, gone = make_customer("1"), make_customer("2")
    link = make_link(make_friend("aoi"), gone)

    customers_merging.merge(into, gone, by=None)

    assert Link.objects.get().pk == link.pk
    assert Link.objects.get().customer_id == into.pk


def test_erasing_a_customer_ends_the_link_and_keeps_that_there_was_one(tenant):
    customer = make_customer("1")
    link = make_link(make_friend("aoi"), customer, reason="Showed her card")

    erasing.erase(customer, by=None)

    link.refresh_from_db()
    assert link.unlinked_at
    assert link.reason == ""
