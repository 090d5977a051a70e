"""What people did in the days after a broadcast: counted once they are known, and until the days are over."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from pyroaring import BitMap

from accounts.models import Due
from broadcasts.models import Broadcast, LinkClick, Outcome, PlatformSend, TrackedLink
from broadcasts.results import insight, outcome
from broadcasts.tasks import count_outcomes
from config.task import HEADER
from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from tests.broadcasts.sending import make_sent
from tests.factories import make_customer, make_friend, make_link, make_order

DAY = timedelta(days=1)
AGO = 10 * DAY  # when all of these were sent


def count(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        count_outcomes.apply(headers={HEADER: tenant.schema_name}, throw=True)


def make_reached(*friends: Friend, **fields: object) -> Broadcast:
    return Broadcast.objects.get(pk=make_sent(*friends, at=timezone.now() - AGO, **fields).pk)


def make_buyer(name: str) -> Friend:
    """A friend who is linked to a customer of the same number."""
    friend = make_friend(name)
    make_link(friend, make_customer(name))
    return friend


def make_bought(name: str, *, after: timedelta = DAY, total: int = 3_000, **told: object) -> None:
    at = timezone.now() - AGO + after
    make_order(customer=name, placed_at=at.isoformat(), total=total, **told)


def make_click(broadcast: Broadcast, friend: Friend, *, after: timedelta) -> None:
    link, _new = TrackedLink.objects.get_or_create(
        broadcast=broadcast, code=f"code{broadcast.pk}", defaults={"url": "https://shop.example/"}
    )
    click = LinkClick.objects.create(link=link, friend_id=friend.pk, is_first=True)
    LinkClick.objects.filter(pk=click.pk).update(at=timezone.now() - AGO + after)


def happened(type_: str, friend: Friend, *, after: timedelta = DAY) -> None:
    timeline.record([NewEvent(type_, at=timezone.now() - AGO + after, friend_id=friend.pk)])


def test_orders_of_those_who_got_it_count_for_seven_days(tenant):
    aoi, ren, mei = make_buyer("aoi"), make_buyer("ren"), make_buyer("mei")
    broadcast = make_reached(aoi, ren)
    make_bought("aoi", total=1_000)
    make_bought("aoi", after=6 * DAY, total=500)
    make_bought("ren", after=8 * DAY)
    make_bought("ren", after=-DAY)
    make_bought("mei")

    found = outcome.measured(broadcast)

    assert (found.receivers, found.buyers, found.orders, found.revenue) == (2, 1, 2, Decimal(1_500))
    assert mei.pk not in outcome.receivers(broadcast)


@pytest.mark.parametrize("told", [{"status": "cancelled"}, {"is_test": True}, {"status": "returned"}])
def test_orders_that_do_not_count_elsewhere_do_not_count_here(tenant, told):
    broadcast = make_reached(make_buyer("aoi"))
    make_bought("aoi", **told)

    assert outcome.measured(broadcast).orders == 0


def test_orders_after_a_click_are_told_apart(tenant):
    aoi, ren = make_buyer("aoi"), make_buyer("ren")
    broadcast = make_reached(aoi, ren, tracks_people=True)
    make_click(broadcast, aoi, after=DAY)
    make_click(broadcast, ren, after=3 * DAY)
    make_bought("aoi", after=2 * DAY, total=1_000)
    make_bought("ren", after=2 * DAY, total=9_000)

    found = outcome.measured(broadcast)

    assert (found.clickers, found.buyers, found.revenue) == (2, 2, Decimal(10_000))
    assert (found.clicked_buyers, found.clicked_orders, found.clicked_revenue) == (1, 1, Decimal(1_000))


def test_where_nobody_knows_who_clicked_no_order_follows_a_click(tenant):
    broadcast = make_reached(make_buyer("aoi"))
    make_bought("aoi")

    found = outcome.measured(broadcast)

    assert (found.clickers, found.clicked_buyers, found.clicked_revenue) == (None, None, None)


def test_who_blocked_or_stopped_afterwards_counts_once_and_only_if_it_reached_them(tenant):
    aoi, ren, mei = make_friend("aoi"), make_friend("ren"), make_friend("mei")
    broadcast = make_reached(aoi, ren)
    for friend in (aoi, aoi, mei):
        happened("blocked", friend)
    happened("blocked", ren, after=8 * DAY)
    happened("stopped", ren)
    happened("stopped", aoi, after=-DAY)

    found = outcome.measured(broadcast)

    assert (found.blocked, found.stopped) == (1, 1)


def test_of_a_narrowcast_all_count_whom_it_may_have_reached(tenant):
    aoi = make_buyer("aoi")
    broadcast = make_reached()
    PlatformSend.objects.create(
        broadcast=broadcast,
        position=0,
        method="narrowcast",
        friends=BitMap([aoi.pk]).serialize(),
        most=1,
        retry_key="0" * 32,
        state="sent",
    )
    make_bought("aoi")

    assert outcome.measured(broadcast).buyers == 1


def test_it_is_counted_every_few_hours_until_the_days_are_over(tenant):
    make_buyer("aoi")
    with time_machine.travel(timezone.now() - AGO):
        broadcast = make_sent(Friend.objects.get())
        insight.expect(broadcast)
        count(tenant)
        first = Outcome.objects.get()
        due = Due.objects.get(kind=outcome.KIND).due_at
    make_bought("aoi", after=timedelta(hours=1))
    with time_machine.travel(due + timedelta(seconds=1)):
        count(tenant)
        second = Outcome.objects.get()
    count(tenant)

    assert due == first.counted_at + outcome.EVERY
    assert (first.orders, second.orders, second.is_final) == (0, 1, False)
    assert Outcome.objects.get().is_final
    assert Due.objects.get(kind=outcome.KIND).due_at is None


def test_many_are_counted_in_turns(tenant, monkeypatch):
    monkeypatch.setattr(outcome, "AT_ONCE", 2)
    for number in range(3):
        make_reached(make_friend(), name=f"{number}")
    insight.expect(Broadcast.objects.first())

    count(tenant)
    waited = Due.objects.get(kind=outcome.KIND).due_at - timezone.now()
    count(tenant)

    assert waited <= outcome.TURN
    assert Outcome.objects.count() == 3


def test_what_happened_at_another_client_does_not_count(tenant, other_tenant):
    broadcast = make_reached(make_buyer("aoi"))
    with tenant_context(other_tenant):
        foreign = make_reached(make_buyer("aoi"))
        make_bought("aoi")
        happened("blocked", make_friend("ren", id=foreign.batches.get().friends[0] + 1))

    found = outcome.measured(broadcast)

    assert (found.orders, found.blocked) == (0, 0)


def test_who_was_linked_afterwards_counts_once_and_only_if_it_reached_them(tenant):
    aoi, ren, mei = make_friend("aoi"), make_friend("ren"), make_friend("mei")
    broadcast = make_reached(aoi, ren)
    for friend in (aoi, aoi, mei):
        happened("linked", friend)
    happened("linked", ren, after=8 * DAY)

    assert outcome.measured(broadcast).linked == 1
