"""Test sends: marked, to testers only, and counted by nobody but the ledger."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import translation
from django_tenants.utils import tenant_context

from accounts.models import User
from billing.models import LedgerEntry
from broadcasts import services
from broadcasts.errors import NoChannel, NoRoomForMark, NoTesters
from broadcasts.models import Broadcast, Tester, TestSend
from broadcasts.results import progress
from broadcasts.testing import sending, testers
from broadcasts.testing.sending import send_due, send_test
from channels.models import Channel
from events.models import Event
from friends.models import Friend
from segments import services as segments
from tests.factories import make_broadcast, make_followers, make_friend

State = TestSend.State
PUSH = "/v2/bot/message/push"


def texts(*bubbles: str) -> list[dict]:
    return [{"type": "text", "text": bubble} for bubble in bubbles]


@pytest.fixture
def aoi(simulator, channel) -> Tester:
    """A tester, beside a friend who is none."""
    [aoi, _ren] = make_followers(simulator, channel, ["aoi", "ren"])
    return testers.add(aoi, by=None)


@pytest.fixture
def got(simulator, channel, aoi):
    """The texts that Aoi has received."""
    return lambda: simulator.texts(channel.channel_id, aoi.friend.line_user_id)


def try_again() -> None:
    """As if the back-off had passed."""
    TestSend.objects.update(due_at=F("due_at") - timedelta(hours=1))
    send_due()


def test_a_tester_gets_what_is_written_now_marked_as_a_test(aoi, got):
    broadcast = make_broadcast("Hello {{display_name|dear customer}}", name="Autumn")

    send_test(broadcast, [aoi], by=None)
    send_due()

    assert got() == ["[Test] Autumn", "Hello aoi"]
    assert TestSend.objects.get().state == State.ACCEPTED


def test_it_counts_for_nothing_but_the_ledger(tenant, channel, simulator, aoi, got):
    broadcast = make_broadcast("See https://shop.example/autumn", tracks_people=True)
    had_one = {"type": "messages", "count_at_least": 1, "within_days": 7}

    send_test(broadcast, [aoi], by=None)
    send_due()

    [entry] = LedgerEntry.objects.filter(tenant=tenant.pk)
    assert (entry.kind, entry.messages, entry.label) == ("test", 1, "Test")
    assert entry.reference == f"test:{TestSend.objects.get().pk}/push"
    assert got()[1] == "See https://shop.example/autumn"
    assert progress.of(broadcast).accepted == 0
    assert segments.count(had_one).total == 0
    assert not Event.objects.exists()
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.links.count(), broadcast.batches.count()) == ("draft", 0, 0)


def test_a_lost_answer_does_not_send_it_twice(simulator, aoi, got):
    send_test(make_broadcast("Once"), [aoi], by=None)

    simulator.lose_next_answers(1, path=PUSH)
    send_due()
    assert TestSend.objects.get().state == State.PENDING
    try_again()

    sent = TestSend.objects.get()
    assert (sent.state, sent.attempts, bool(sent.request_id)) == (State.ACCEPTED, 2, True)
    assert got().count("Once") == 1
    assert LedgerEntry.objects.get().messages == 1


def test_a_worker_that_dies_half_way_leaves_the_key(aoi, got):
    send_test(make_broadcast("Once"), [aoi], by=None)
    [claimed] = sending._claim()
    sending.wire.run(sending._ask_line(sending.client_for(Channel.objects.get()), [claimed]))

    try_again()

    assert got().count("Once") == 1
    assert TestSend.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize(("is_uncertain", "state"), [(False, State.REJECTED), (True, State.UNKNOWN)])
def test_what_line_refuses_is_not_tried_again(simulator, aoi, is_uncertain, state):
    send_test(make_broadcast(), [aoi], by=None)
    TestSend.objects.update(is_uncertain=is_uncertain)

    simulator.fail_next(1, status=400, path=PUSH)
    send_due()
    try_again()

    sent = TestSend.objects.get()
    assert (sent.state, sent.attempts, bool(sent.error)) == (state, 1, True)
    assert not LedgerEntry.objects.exists()


def test_why_it_was_not_sent_is_told_in_the_readers_language(simulator, aoi, visit):
    broadcast = make_broadcast()
    send_test(broadcast, [aoi], by=None)
    simulator.fail_next(20, status=401, path=PUSH)
    with translation.override("ja"):
        send_due()
    reader = visit()

    in_english = reader.read(f"broadcasts/{broadcast.pk}/test/")
    User.objects.update(language="ja")

    assert "LINE did not accept the channel’s secret." in in_english
    assert "LINE did not" not in reader.read(f"broadcasts/{broadcast.pk}/test/")


def test_after_a_day_without_an_answer_nobody_asks_again(simulator, aoi):
    send_test(make_broadcast(), [aoi], by=None)
    simulator.fail_next(1, path=PUSH)
    send_due()

    TestSend.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=23))
    try_again()

    assert TestSend.objects.get().state == State.UNKNOWN


def test_five_bubbles_say_that_it_is_a_test_in_the_first_that_has_room(aoi, got):
    full = "a" * 5_000

    send_test(make_broadcast(messages=texts(full, "Two", "3", "4", "5")), [aoi], by=None)
    send_due()

    assert got() == [full, "[Test] Two", "3", "4", "5"]


def test_emoji_stay_where_they_are_when_the_mark_comes_before_them(aoi, simulator, channel):
    emoji = {"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    first = {"type": "text", "text": "$ Sale", "emojis": [emoji]}

    send_test(make_broadcast(messages=[first, *texts("2", "3", "4", "5")]), [aoi], by=None)
    send_due()

    [got, *_rest] = simulator.inbox(channel.channel_id, aoi.friend.line_user_id)
    assert got["text"][got["emojis"][0]["index"]] == "$"


def test_without_room_for_the_mark_nothing_is_sent(aoi):
    broadcast = make_broadcast(messages=texts(*["a" * 5_000] * 5))

    with pytest.raises(NoRoomForMark):
        send_test(broadcast, [aoi], by=None)
    assert not TestSend.objects.exists()


def test_a_tap_in_a_test_has_no_effect(aoi, simulator, channel):
    action = {"type": "postback", "label": "Join", "data": "tap:abc", "displayText": "I join"}
    template = {"type": "confirm", "text": "Join?", "actions": [action, action]}
    broadcast = make_broadcast(messages=[{"type": "template", "altText": "Join?", "template": template}])

    send_test(broadcast, [aoi], by=None)
    send_due()

    got = simulator.inbox(channel.channel_id, aoi.friend.line_user_id)[1]
    assert {each["data"] for each in got["template"]["actions"]} == {"test:tap:abc"}


def test_only_testers_who_can_get_it_are_sent_to(aoi):
    testers.change(aoi, by=None, is_on=False)
    blocked = testers.add(make_friend("blocked", status=Friend.Status.BLOCKED), by=None)

    with pytest.raises(NoTesters):
        send_test(make_broadcast(), [aoi, blocked], by=None)


def test_without_a_channel_nothing_is_kept(tenant):
    tester = testers.add(make_friend("aoi"), by=None)

    with pytest.raises(NoChannel):
        send_test(make_broadcast(), [tester], by=None)


def test_a_tester_of_another_client_is_nobody_here(aoi, other_tenant):
    with tenant_context(other_tenant):
        broadcast = make_broadcast()

        with pytest.raises(NoTesters):
            send_test(broadcast, [aoi], by=None)


def test_tests_are_sent_and_shown_on_the_page(visit, aoi, got):
    broadcast = make_broadcast("Hello", name="Autumn")
    page = f"broadcasts/{broadcast.pk}/test/"

    shown = visit("creator").send(page, {"testers": [aoi.pk]})
    send_due()

    assert "Tests on their way: 1" in shown
    assert "every 1s" in shown
    after = visit("viewer").read(f"{page}live/")
    assert '<span class="badge good">Sent</span>' in after
    assert "every 1s" not in after
    assert got() == ["[Test] Autumn", "Hello"]


@pytest.mark.parametrize("chosen", [[], ["0"], ["99999999999999999999"], ["x"]])
def test_nobody_chosen_is_said_on_the_form(visit, aoi, chosen):
    broadcast = make_broadcast()

    page = visit().post(f"broadcasts/{broadcast.pk}/test/", {"testers": chosen}).content.decode()

    assert "errorlist" in page
    assert not TestSend.objects.exists()


def test_a_friend_becomes_a_tester_and_stops_being_one(visit, tenant):
    friend = make_friend("Mei", followed_at=None)
    kenji = visit("marketer")

    assert "Mei" in kenji.read("broadcasts/testers/found/", {"q": "me"})
    kenji.post("broadcasts/testers/", {"friend": friend.pk})
    tester = Tester.objects.get(friend=friend)
    kenji.post(f"broadcasts/testers/{tester.pk}/", {"do": "note", "note": "iPhone 🍎" * 30})
    kenji.post(f"broadcasts/testers/{tester.pk}/", {"do": "off"})

    tester.refresh_from_db()
    assert (tester.is_on, len(tester.note), testers.ready().count()) == (False, 100, 0)
    assert kenji.read("broadcasts/testers/found/", {"q": "me"}).count("Mei") == 0
    kenji.post(f"broadcasts/testers/{tester.pk}/", {"do": "remove"})
    assert not Tester.objects.exists()


def test_a_profile_says_whether_a_friend_is_a_tester(visit):
    friend = make_friend("Mei")
    kenji = visit("marketer")
    part = f"broadcasts/testers/friends/{friend.pk}/"

    assert "Gets no test sends" in kenji.read(part)
    kenji.post(part)
    assert "Gets test sends" in kenji.read(part)
    assert f"/{part}" in kenji.read(f"friends/{friend.pk}/")
    kenji.post(part)
    assert not Tester.objects.exists()


def test_a_broadcast_that_was_tested_leaves_as_if_it_had_not_been(tenant, aoi, got):
    tenant.requires_approval = False
    broadcast = make_broadcast("Hello")
    send_test(broadcast, [aoi], by=None)
    send_due()

    assert services.send_now(broadcast, by=None).status == Broadcast.Status.SCHEDULED
