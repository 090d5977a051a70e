"""The pages of what did not arrive, and of what nobody knows."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Activity
from billing.models import LedgerEntry
from broadcasts import services
from broadcasts.models import Batch, Broadcast
from broadcasts.results import progress
from broadcasts.sending import failures, speed
from friends.models import Friend
from tests.broadcasts.sending import send
from tests.factories import make_broadcast, make_followers, make_friend, make_sending

MULTICAST = "/v2/bot/message/multicast"


@pytest.fixture
def unknown(simulator, channel) -> Broadcast:
    """Two requests, for 500 friends and for one, of which nobody knows what became."""
    make_followers(simulator, channel, 501)
    broadcast = make_sending()
    simulator.lose_next_answers(2, MULTICAST)
    send()
    Batch.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=23), not_before=None)
    send()
    broadcast.refresh_from_db()
    return broadcast


@pytest.fixture
def refused(simulator, channel) -> Broadcast:
    """Sent to aoi; LINE does not know ren."""
    make_followers(simulator, channel, ["aoi"])
    simulator.configure(channel.channel_id, unknown_ids="reject")
    make_friend("ren")
    broadcast = make_sending()
    send()
    broadcast.refresh_from_db()
    return broadcast


def check_of(broadcast: Broadcast) -> str:
    return f"broadcasts/{broadcast.pk}/check/"


def failure_of(broadcast: Broadcast, cause: str) -> str:
    return f"broadcasts/{broadcast.pk}/failures/{cause}/"


def keys(broadcast: Broadcast) -> list[str]:
    return [cause.key for cause in failures.causes(broadcast, progress.of(broadcast))]


def test_the_page_says_why_and_leads_to_whom(visit, refused):
    page = visit().read(f"broadcasts/{refused.pk}/")
    [key] = keys(refused)

    people = visit().read(failure_of(refused, key))

    assert failure_of(refused, key) in page
    assert ">ren<" in people
    assert ">aoi<" not in people


def test_people_are_sought_by_name_and_listed_page_by_page(visit, simulator, channel, unknown):
    url = failure_of(unknown, "unknown")
    newest = Friend.objects.order_by("-pk").first()

    first = visit().get(url)
    second = visit().get(url, {"before": first.context["page"].next})
    found = visit().get(url, {"q": newest.display_name})

    assert [len(page.context["page"].rows) for page in (first, second)] == [50, 50]
    assert newest in found.context["page"].rows
    assert first.context["count"] == 501


def test_whoever_was_called_off_and_whoever_left_before_their_turn_are_known(simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    Friend.objects.filter(display_name="ren").update(status="blocked")
    send()
    broadcast.refresh_from_db()
    [left] = failures.causes(broadcast, progress.of(broadcast))
    other = make_sending()
    services.cancel(other, by=None)
    [called_off] = failures.causes(other, progress.of(other))

    assert left.key == "dropped"
    assert list(failures.people(broadcast, left)) == [Friend.objects.get(display_name="ren").pk]
    assert list(failures.people(other, called_off)) == [Friend.objects.get(display_name="aoi").pk]


def test_the_people_of_a_cause_are_a_file_for_who_may_export(visit, refused):
    url = failure_of(refused, *keys(refused)) + "file/"

    lines = visit("account_manager").get(url).getvalue().decode("utf-8-sig").splitlines()

    assert visit("marketer").get(url).status_code == 403
    assert [line.split(",")[1] for line in lines] == ["display_name", "ren"]
    assert Activity.objects.filter(verb="friends.exported").exists()


@pytest.mark.parametrize("key", ["unknown", "refused-0", "line-1", "line-x", "x" * 200])
def test_a_cause_that_there_is_not_is_not_found(visit, refused, key):
    assert visit().get(failure_of(refused, key)).status_code == 404


def test_the_check_says_when_it_was_tried_and_whom_to_ask(visit, unknown):
    page = visit("account_manager").get(check_of(unknown))

    assert [each.friend_count for each in page.context["requests"]] == [500, 1]
    assert [len(each.friends) for each in page.context["requests"]] == [3, 1]
    assert page.context["requests"][0].friends[0].display_name in page.content.decode()


def test_several_are_decided_at_once_after_a_second_look(tenant, visit, unknown):
    manager, url = visit("account_manager"), check_of(unknown)
    asked = {"batches": [each.pk for each in unknown.batches.all()], "outcome": "sent"}

    asking = manager.post(url, asked)
    before = LedgerEntry.objects.filter(tenant=tenant.pk).count()
    done = manager.post(url, asked | {"confirmed": "1"})

    unknown.refresh_from_db()
    assert asking.context["people"] == 501
    assert before == 0
    assert done.url.endswith(f"broadcasts/{unknown.pk}/")
    assert unknown.status == Broadcast.Status.SENT
    assert progress.of(unknown).cost.messages == 501
    assert Activity.objects.get(verb="broadcast.settled").detail["people"] == 501


def test_one_can_have_arrived_and_the_other_not(visit, unknown):
    manager, url = visit("account_manager"), check_of(unknown)
    large, small = unknown.batches.order_by("-friend_count")

    first = manager.post(url, {"batches": [large.pk], "outcome": "sent", "confirmed": "1"})
    manager.post(url, {"batches": [small.pk], "outcome": "not_sent", "confirmed": "1"})
    decided = manager.get(url).context["settled"]

    unknown.refresh_from_db()
    assert first.url.endswith(url)
    assert unknown.status == Broadcast.Status.SENT
    assert (progress.of(unknown).accepted, progress.of(unknown).cancelled) == (500, 1)
    assert [entry.detail["as_sent"] for entry in decided] == [False, True]


def test_what_was_decided_is_not_decided_again(tenant, visit, unknown):
    manager, url = visit("account_manager"), check_of(unknown)
    asked = {"batches": [unknown.batches.first().pk], "confirmed": "1"}
    manager.post(url, asked | {"outcome": "not_sent"})

    again = manager.post(url, asked | {"outcome": "sent"})

    assert again.status_code == 400
    assert not LedgerEntry.objects.filter(tenant=tenant.pk).exists()


def test_nothing_chosen_is_said_and_nobody_without_the_right_decides(visit, unknown):
    url = check_of(unknown)
    asked = {"batches": [unknown.batches.first().pk], "outcome": "sent", "confirmed": "1"}

    nothing = visit("account_manager").post(url, {"outcome": "sent"})

    assert nothing.status_code == 400
    assert nothing.context["form"].non_field_errors()
    assert visit("viewer").post(url, asked).status_code == 403
    assert unknown.batches.filter(state=Batch.State.NEEDS_CHECK).count() == 2


def test_another_clients_broadcast_is_not_found(visit, other_tenant, unknown):
    with tenant_context(other_tenant):
        other = make_broadcast(pk=unknown.pk + 1, status="cancelled")

    visitor = visit("account_manager")
    assert visitor.get(check_of(other)).status_code == 404
    assert visitor.get(failure_of(other, "called-off")).status_code == 404


def test_cancelling_says_what_has_left_and_what_is_called_off(visit, simulator, channel):
    make_followers(simulator, channel, 1_001)
    broadcast = make_sending()
    first, second, _third = broadcast.batches.all()
    Batch.objects.filter(pk=first.pk).update(state="accepted", accepted_count=500)
    Batch.objects.filter(pk=second.pk).update(state="claimed")

    page = visit("account_manager").read(f"broadcasts/{broadcast.pk}/cancel/")
    visit("account_manager").post(f"broadcasts/{broadcast.pk}/cancel/")
    after = visit("account_manager").read(f"broadcasts/{broadcast.pk}/")

    assert [re.search(rf"\b{count}\b", page) is not None for count in (500, 1)] == [True, True]
    assert "500" in after


def test_the_speed_tells_how_long_the_rest_takes(simulator, channel):
    make_followers(simulator, channel, 1_001)
    broadcast = make_sending()
    at_first = speed.of(broadcast, progress.of(broadcast))
    at = timezone.now()
    first = Batch.objects.filter(pk=broadcast.batches.first().pk)
    first.update(state="accepted", accepted_count=500, accepted_at=at)

    with time_machine.travel(at + timedelta(seconds=2), tick=False):
        going = speed.of(broadcast, progress.of(broadcast))
    send()
    broadcast.refresh_from_db()

    assert at_first.left is None
    assert going.people == pytest.approx(250)
    assert going.left.total_seconds() == pytest.approx(501 / 250)
    assert speed.of(broadcast, progress.of(broadcast)) is None
