"""Conditions about our messages: who got them, who clicked, how many somebody got."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts.models import Broadcast, LinkClick, TrackedLink
from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from segments import services as segments
from segments.errors import InvalidTree
from tests.broadcasts.sending import make_sent, send
from tests.factories import make_broadcast, make_conversation, make_followers, make_friend, make_sending

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
MIDNIGHT = datetime.fromisoformat("2026-06-16T00:00:00+09:00")


def names(**leaf: object) -> set[str]:
    members = segments.evaluate({"all": [leaf]})
    return set(Friend.objects.filter(pk__in=list(members)).values_list("display_name", flat=True))


def make_click(broadcast: Broadcast, friend: Friend, url: str = "https://shop.example/") -> None:
    link = TrackedLink.objects.create(broadcast=broadcast, url=url, code=uuid4().hex[:24])
    LinkClick.objects.create(link=link, friend_id=friend.pk, is_first=True)
    said = {"kind": "broadcast", "broadcast": broadcast.pk, "url": url, "first": True}
    timeline.record([NewEvent("clicked", at=timezone.now(), friend_id=friend.pk, properties=said)])


def problem(**leaf: object) -> str:
    with pytest.raises(InvalidTree) as refused:
        segments.create_segment("Test", {"all": [{"type": "linked", "is": True}, leaf]})
    return f"{refused.value.path}: {refused.value.message}"


def test_who_got_a_broadcast_is_found_as_soon_as_line_has_taken_it(tenant, simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    before = names(type="received", broadcast=broadcast.pk)

    send()

    assert before == set()
    assert names(type="received", broadcast=broadcast.pk) == {"aoi", "ren"}
    assert names(type="received", broadcast="last") == {"aoi", "ren"}


def test_whom_line_refused_did_not_receive_it(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    broadcast = make_sent(aoi, ren)
    broadcast.batches.update(rejected=[ren.pk])

    assert names(type="received", broadcast=broadcast.pk) == {"aoi"}


def test_the_last_message_is_another_one_as_soon_as_there_is_one(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    before = names(type="received", broadcast="last")
    make_sent(aoi, at=timezone.now() - timedelta(hours=1))
    then = names(type="received", broadcast="last")
    make_sent(ren)

    assert (before, then, names(type="received", broadcast="last")) == (set(), {"aoi"}, {"ren"})


def test_days_are_those_of_the_clients_calendar(tenant):
    with time_machine.travel(MIDNIGHT - timedelta(seconds=1), tick=False):
        make_sent(make_friend("aoi"))
    with time_machine.travel(MIDNIGHT, tick=False):
        make_sent(make_friend("ren"))

        assert names(type="received", within_days=0) == {"ren"}
        assert names(type="received", within_days=1) == {"aoi", "ren"}
        assert names(type="messages", count_at_most=0, within_days=0) == {"aoi"}


@time_machine.travel(NOON, tick=False)
def test_a_broadcast_that_lasts_over_midnight_counts_on_both_days(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    broadcast = make_sent(aoi, ren, at=NOON - timedelta(days=1))
    Broadcast.objects.filter(pk=broadcast.pk).update(finished_at=NOON)
    broadcast.batches.update(friends=[aoi.pk], friend_count=1)
    late = broadcast.batches.get()
    late.pk, late.friends, late.accepted_at = None, [ren.pk], NOON
    late.save()

    assert names(type="received", within_days=0) == {"ren"}
    assert names(type="messages", count_at_least=1, within_days=1) == {"aoi", "ren"}


def test_who_clicked_and_who_did_not(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_friend("mei")
    broadcast = make_sent(aoi, ren, tracks_people=True)
    make_click(broadcast, aoi, "https://shop.example/a")

    assert names(type="clicked", broadcast=broadcast.pk) == {"aoi"}
    assert names(type="clicked", broadcast="last", link="https://shop.example/a") == {"aoi"}
    assert names(type="clicked", within_days=7) == {"aoi"}
    assert names(type="clicked", link="https://shop.example/b") == set()
    assert names(type="not_clicked", broadcast="last") == {"ren"}


def test_the_last_message_of_a_click_is_one_whose_clicks_are_known(tenant):
    aoi = make_friend("aoi")
    make_click(make_sent(aoi, tracks_people=True, at=timezone.now() - timedelta(hours=1)), aoi)
    make_sent(aoi)

    assert names(type="clicked", broadcast="last") == {"aoi"}
    assert names(type="received", within_days=7, own_links=True) == {"aoi"}


def test_pushes_of_a_chat_count_as_messages_and_free_replies_do_not(tenant, simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    make_sent(aoi)
    for friend, way in ((aoi, "push"), (ren, "reply")):
        talk = make_conversation(friend)
        talk.sendings.create(
            client_token=uuid4().hex,
            way=way,
            may_push=True,
            retry_key=uuid4(),
            body=b"{}",
            state="sent",
            sent_at=timezone.now(),
        )

    assert names(type="messages", count_at_least=2, within_days=3) == {"aoi"}
    assert names(type="messages", count_at_most=0, within_days=3) == {"ren"}
    assert names(type="messages", count_at_least=1, count_at_most=1, within_days=3) == set()


def test_messages_can_be_counted_in_which_a_click_would_have_been_known(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_sent(aoi, ren, tracks_people=True)
    make_sent(aoi, tracks_people=True)
    make_sent(ren)

    assert names(type="messages", count_at_least=2, within_days=3, own_links=True) == {"aoi"}
    assert names(type="messages", count_at_most=1, within_days=3, own_links=True) == {"ren"}


def test_conditions_are_said_as_a_marketer_would(tenant):
    autumn = make_sent(make_friend("aoi"), name="Autumn", tracks_people=True).pk

    def said(**leaf: object) -> str:
        return segments.words(leaf)

    assert said(type="messages", count_at_most=0, within_days=3) == "not messaged in 3 days"
    with_links = said(type="messages", count_at_least=2, within_days=3, own_links=True)
    assert with_links == "2 messages or more in 3 days, with personal links"
    assert said(type="received", broadcast=autumn) == "received “Autumn”"
    assert said(type="clicked", within_days=90) == "clicked in any message within 90 days"
    assert said(type="not_clicked", broadcast=autumn) == "received “Autumn” and did not click"
    assert said(type="clicked", broadcast=autumn + 1) == "clicked in a deleted broadcast"


def test_clicks_that_nobody_knows_are_refused_with_what_to_do(tenant):
    broadcast = make_sent(make_friend("aoi"), name="Autumn")

    refused = problem(type="clicked", broadcast=broadcast.pk)

    assert refused.startswith("all[1]: all[1]: nobody knows who clicked in “Autumn”")
    assert "know who clicked" in refused
    assert "nobody knows" in problem(type="not_clicked", broadcast=broadcast.pk)


def test_a_link_that_is_not_in_the_message_is_refused(tenant):
    broadcast = make_sent(make_friend("aoi"), name="Autumn", tracks_people=True)

    refused = problem(type="clicked", broadcast=broadcast.pk, link="https://elsewhere.example/")

    assert "“Autumn” has no link to https://elsewhere.example/" in refused


@pytest.mark.parametrize(
    ("leaf", "place"),
    [
        ({"type": "received"}, "all[1]"),
        ({"type": "received", "broadcast": 7, "own_links": True}, "all[1]"),
        ({"type": "received", "broadcast": "first"}, "all[1].broadcast"),
        ({"type": "received", "broadcast": True}, "all[1].broadcast"),
        ({"type": "received", "broadcast": 2**40}, "all[1].broadcast"),
        ({"type": "clicked", "broadcast": "1; DROP TABLE friends_friend"}, "all[1].broadcast"),
        ({"type": "clicked", "link": "x" * 2_001}, "all[1].link"),
        ({"type": "messages", "within_days": 3}, "all[1]"),
        ({"type": "messages", "count_at_least": 51, "within_days": 3}, "all[1].count_at_least"),
        ({"type": "messages", "count_at_least": 2, "count_at_most": 1, "within_days": 3}, "all[1]"),
        ({"type": "not_clicked"}, "all[1].broadcast"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(tenant, leaf, place):
    assert problem(**leaf).startswith(f"{place}: ")


def test_another_clients_broadcast_is_not_known_here(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_broadcast()
        theirs = make_broadcast().pk

    assert f"there is no broadcast {theirs}" in problem(type="received", broadcast=theirs)


def test_sql_in_a_link_is_only_a_text(tenant):
    make_click(make_sent(make_friend("aoi"), tracks_people=True), make_friend("ren"))

    assert names(type="clicked", link="' OR true; --") == set()
