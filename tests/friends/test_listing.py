"""Friends from LINE's own list of followers."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import schema_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import board
from accounts.models import Due
from channels.models import Channel
from config.task import HEADER
from events import versions
from events.models import Event
from friends import listing
from friends.errors import ListingOpen, NoChannel, NotVerified
from friends.models import FollowerListing, Friend
from friends.tasks import list_followers
from tests.factories import make_channel, make_friend, make_line_user_id
from tests.friends.webhooks import NOON, arrive, received

State = FollowerListing.State


@pytest.fixture
def verified(tenant, simulator, settings) -> Channel:
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    return make_channel(simulator, tenant, "1000000001", verified=True)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)


def people(simulator, channel, *names: str) -> list[str]:
    users = simulator.add_people(channel.channel_id, list(names))
    simulator.follow(channel.channel_id, users)
    return users


def work(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        list_followers.apply(headers={HEADER: tenant.schema_name}, throw=True)


def test_all_pages_are_read_and_everybody_counts_as_a_friend(tenant, verified, simulator, small_pages):
    users = people(simulator, verified, "aoi", "ren", "mio", "kai", "sora")

    listing.begin()
    work(tenant)

    done = FollowerListing.objects.get()
    assert (done.state, done.pages, done.people, done.created) == (State.DONE, 3, 5, 5)
    assert set(Friend.objects.reachable().values_list("line_user_id", flat=True)) == set(users)
    assert Friend.objects.filter(followed_at=None, profile_due_at__isnull=False).count() == 5
    assert Due.objects.filter(kind="profiles", due_at__isnull=False).exists()
    assert versions.of(["friends"])["friends"] > 0


def test_a_friend_found_again_after_a_block_is_dated_by_the_list(tenant, verified, simulator):
    [user] = people(simulator, verified, "aoi")
    hour_ago = timezone.now() - timedelta(hours=1)
    make_friend("aoi", line_user_id=user, status="blocked", followed_at=None, blocked_at=hour_ago)

    listing.begin()
    work(tenant)

    aoi = Friend.objects.get()
    assert aoi.status == Friend.Status.FRIEND
    assert FollowerListing.objects.get().returned == 1
    assert Event.objects.get(type="listed").friend_id == aoi.pk


def test_a_block_that_is_newer_than_the_list_stays(tenant):
    later = timezone.now() + timedelta(minutes=1)
    aoi = make_friend("aoi", status="blocked", followed_at=None, blocked_at=later)

    listing.take_in([aoi.line_user_id], timezone.now())

    assert Friend.objects.get().status == Friend.Status.BLOCKED


def test_an_old_block_that_is_heard_of_late_does_not_undo_the_list(tenant):
    listing.take_in([make_line_user_id("aoi")], NOON + timedelta(hours=1))

    arrive(received("unfollow", "aoi", 10))

    assert Friend.objects.get().status == Friend.Status.FRIEND


def test_who_is_not_listed_is_told_and_left_as_they_are(tenant, verified, simulator):
    people(simulator, verified, "aoi")
    gone = make_friend("gone", followed_at=timezone.now() - timedelta(days=9))
    Friend.objects.update(created_at=timezone.now() - timedelta(days=9))

    listing.begin()
    work(tenant)

    assert list(listing.not_listed(FollowerListing.objects.get())) == [gone]
    assert Friend.objects.get(pk=gone.pk).status == Friend.Status.FRIEND


def test_an_unverified_account_is_refused_with_what_to_do_instead(tenant, channel, simulator):
    listing.begin()
    work(tenant)

    refused = FollowerListing.objects.get()
    assert (refused.state, refused.problem) == (State.REFUSED, "unverified")

    Channel.objects.update(account_type="unverified")
    with pytest.raises(NotVerified) as refusal:
        listing.begin()
    assert "CSV" in refusal.value.message


def test_without_a_channel_there_is_nothing_to_read(tenant):
    with pytest.raises(NoChannel):
        listing.begin()


def test_two_at_once_are_refused(tenant, verified):
    listing.begin()

    with pytest.raises(ListingOpen):
        listing.begin()

    assert FollowerListing.objects.count() == 1


def test_a_pause_holds_and_going_on_begins_where_it_stopped(tenant, verified, simulator, small_pages):
    people(simulator, verified, "aoi", "ren", "mio")
    run = listing.begin()
    listing.work(seconds=0)
    listing._read_page(listing.client_for(verified), run)
    listing.pause(run)

    work(tenant)
    assert FollowerListing.objects.get().pages == 1

    listing.resume(run)
    work(tenant)
    done = FollowerListing.objects.get()
    assert (done.state, done.pages, done.people) == (State.DONE, 2, 3)


def test_a_place_that_is_too_old_means_to_start_over_without_harm(tenant, verified, simulator, small_pages):
    people(simulator, verified, "aoi", "ren", "mio")
    run = listing.begin()
    listing._read_page(listing.client_for(verified), run)

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        work(tenant)

    done = FollowerListing.objects.get()
    assert (done.state, done.pages) == (State.DONE, 3)
    assert Friend.objects.count() == 3


def test_a_page_that_two_workers_read_is_stored_once(tenant, verified, simulator, small_pages):
    people(simulator, verified, "aoi", "ren", "mio")
    run = listing.begin()
    stale = FollowerListing.objects.get()

    listing._read_page(listing.client_for(verified), run)
    listing._read_page(listing.client_for(verified), stale)

    assert FollowerListing.objects.get().pages == 1


def test_without_an_answer_it_goes_on_in_a_minute(tenant, verified, simulator):
    people(simulator, verified, "aoi")
    listing.begin()
    simulator.fail_next(1, 500, "/v2/bot/followers/ids")

    work(tenant)

    assert FollowerListing.objects.get().state == State.RUNNING
    due = Due.objects.get(kind=listing.KIND).due_at
    assert timedelta(seconds=50) < due - timezone.now() <= timedelta(minutes=1)


def test_when_it_is_cancelled_who_was_read_stays(tenant, verified, simulator, small_pages):
    people(simulator, verified, "aoi", "ren", "mio")
    run = listing.begin()
    listing._read_page(listing.client_for(verified), run)

    listing.cancel(run)
    work(tenant)

    assert FollowerListing.objects.get().state == State.CANCELLED
    assert Friend.objects.count() == 2
    assert board.version(listing.KIND) > 0


turns = st.tuples(st.sampled_from(["follow", "unfollow", "list"]), st.integers(0, 12))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(turns, min_size=1, max_size=6, unique=True), data=st.data())
def test_events_and_lists_in_any_order_end_in_what_time_dictates(tenant, history, data):
    Friend.objects.all().delete()

    for kind, minute in data.draw(st.permutations(history)):
        if kind == "list":
            listing.take_in([make_line_user_id("aoi")], NOON + timedelta(minutes=minute))
        else:
            arrive(received(kind, "aoi", minute))

    blocked = max((minute for kind, minute in history if kind == "unfollow"), default=-1)
    friend = max((minute for kind, minute in history if kind != "unfollow"), default=-1)
    expected = Friend.Status.FRIEND if friend > blocked else Friend.Status.BLOCKED
    assert Friend.objects.get().status == expected
