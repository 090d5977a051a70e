"""What friends get when they add the account or write to it, through the inbox and LINE's reply."""

from datetime import timedelta

import orjson
import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from autoreplies import matching
from autoreplies.models import AutoReply
from channels import processing
from friends import replies, signals
from friends.models import Friend, FriendTag, Reply
from tests.channels.conftest import put_in_inbox
from tests.factories import make_auto_reply, make_friend, make_tag


@pytest.fixture
def hear(channel):
    """Process these events as one webhook body, and give the answers that are owed."""

    def hear(*events: dict) -> None:
        put_in_inbox(orjson.dumps({"destination": channel.bot_user_id, "events": list(events)}))
        processing.process(seconds=5)
        replies.give_due()

    return hear


@pytest.fixture
def aoi(channel, simulator) -> Friend:
    [user_id] = simulator.add_people(channel.channel_id, ["葵"])
    simulator.follow(channel.channel_id, [user_id])
    return make_friend(line_user_id=user_id, display_name="葵", profile_fetched_at=timezone.now())


def texts(simulator, channel, friend: Friend) -> list[str]:
    return simulator.texts(channel.channel_id, friend.line_user_id)


def followed(simulator, channel, friend: Friend, *, is_return: bool = False) -> dict:
    """LINE's event for adding the account, with a reply token that works."""
    said = simulator.say(channel.channel_id, friend.line_user_id, "…")
    follow = {"type": "follow", "follow": {"isUnblocked": is_return}}
    return {key: value for key, value in said.items() if key != "message"} | follow


def test_a_newcomer_is_greeted_by_name_and_free_of_charge(channel, simulator, aoi, hear):
    make_auto_reply(trigger="greeting", text="{{display_name|お客様}}、ようこそ")

    hear(followed(simulator, channel, aoi))

    assert texts(simulator, channel, aoi) == ["葵、ようこそ"]
    assert simulator.requests(channel.channel_id)["billed"] == 0


def test_who_comes_back_is_greeted_as_such(channel, simulator, aoi, hear):
    make_auto_reply(trigger="greeting", text="ようこそ")
    make_auto_reply(trigger="return", text="おかえりなさい")

    hear(followed(simulator, channel, aoi, is_return=True))

    assert texts(simulator, channel, aoi) == ["おかえりなさい"]


def test_a_newcomer_without_a_profile_yet_is_waited_for_and_then_called_by_the_fallback(
    channel, simulator, aoi, hear
):
    make_auto_reply(trigger="greeting", text="{{display_name|お客様}}、ようこそ")
    Friend.objects.update(display_name="", profile_fetched_at=None)

    hear(followed(simulator, channel, aoi))
    at_first = texts(simulator, channel, aoi)
    with time_machine.travel(timezone.now() + timedelta(seconds=15)):
        replies.give_due()

    assert at_first == []
    assert texts(simulator, channel, aoi) == ["お客様、ようこそ"]


def test_a_keyword_is_answered_whatever_its_width(channel, simulator, aoi, hear):
    rule = make_auto_reply("Wi-Fi", text="パスワードは店内にあります")

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "ＷＩ－ＦＩ"))

    assert texts(simulator, channel, aoi) == ["パスワードは店内にあります"]
    rule.refresh_from_db()
    assert rule.given_count == 1
    assert rule.given_at is not None


def test_two_messages_in_one_body_get_two_answers(channel, simulator, aoi, hear):
    make_auto_reply("時間", text="10時から")
    make_auto_reply("場所", text="銀座")

    hear(*(simulator.say(channel.channel_id, aoi.line_user_id, word) for word in ("時間", "場所", "時間")))

    assert sorted(texts(simulator, channel, aoi)) == ["10時から", "10時から", "銀座"]


def test_a_keyword_puts_its_tags_on(channel, simulator, aoi, hear):
    make_auto_reply("カタログ", tags=[make_tag("catalogue")])

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "カタログ"))

    assert FriendTag.objects.get().tag.name == "catalogue"


def test_a_rule_that_is_off_says_nothing(channel, simulator, aoi, hear):
    make_auto_reply("時間", is_on=False)

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))

    assert texts(simulator, channel, aoi) == []
    assert not Reply.objects.exists()


def test_a_rule_deleted_before_it_could_answer_says_nothing(channel, simulator, aoi, hear):
    rule = make_auto_reply("時間")
    simulator.fail_next(1, 500, "/v2/bot/message/reply")

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))
    AutoReply.objects.filter(pk=rule.pk).delete()
    Reply.objects.update(due_at=timezone.now())
    replies.give_due()

    assert texts(simulator, channel, aoi) == []
    assert not Reply.objects.exists()


def test_linking_answers_its_own_words(channel, simulator, aoi, hear):
    make_auto_reply(trigger="anything", text="お待ちください")

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "連携解除"))

    [answer] = texts(simulator, channel, aoi)
    assert answer != "お待ちください"


def test_a_sticker_gets_the_answer_to_anything(channel, simulator, aoi, hear):
    make_auto_reply(trigger="anything", text="お待ちください")

    hear(simulator.send_image(channel.channel_id, aoi.line_user_id, b"\x89PNG"))

    assert texts(simulator, channel, aoi) == ["お待ちください"]


def test_while_a_person_talks_with_somebody_only_keywords_are_answered(
    channel, simulator, aoi, hear, monkeypatch
):
    make_auto_reply("時間", text="10時から")
    make_auto_reply(trigger="anything", text="お待ちください")
    monkeypatch.setattr(matching, "_in_hand", [lambda friend_ids: friend_ids & {aoi.pk}])

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "ありがとう"))
    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))

    assert texts(simulator, channel, aoi) == ["10時から"]


def test_the_same_event_twice_is_answered_once(channel, simulator, aoi, hear):
    make_auto_reply("時間", text="10時から")
    event = simulator.say(channel.channel_id, aoi.line_user_id, "時間")

    hear(event, event)
    hear(event | {"deliveryContext": {"isRedelivery": True}})

    assert texts(simulator, channel, aoi) == ["10時から"]


def test_what_was_answered_is_told_once(channel, simulator, aoi, hear):
    make_auto_reply("時間", text="10時から")
    told: list = []
    signals.replied.connect(lambda given, **_: told.extend(given), weak=False, dispatch_uid="test")

    simulator.lose_next_answers(1, "/v2/bot/message/reply")
    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))
    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))
    signals.replied.disconnect(dispatch_uid="test")

    assert [(each.friend_id, each.messages[0]["text"]) for each in told] == [(aoi.pk, "10時から")]


def test_another_client_keeps_its_own_rules(channel, simulator, aoi, hear, other_tenant):
    with tenant_context(other_tenant):
        make_auto_reply("時間", text="別の店")

    hear(simulator.say(channel.channel_id, aoi.line_user_id, "時間"))

    assert texts(simulator, channel, aoi) == []
