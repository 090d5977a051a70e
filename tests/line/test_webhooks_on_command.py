"""Every kind of event that LINE sends, and everything that can go wrong on the way."""

import time
from datetime import timedelta

import orjson
import pytest

from line import signatures, wire
from line.errors import Rejected, Unauthorized
from line.simulator.control_webhooks import made_event
from tests.line import contract
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_friends, make_text

GROUP = "C" + "0" * 32
needs_contract = pytest.mark.skipif(
    not contract.SPECS.is_dir(),
    reason="LINE's OpenAPI files are not beside the project (../shared/line-openapi)",
)


@pytest.fixture
def aoi(line, receiver) -> str:
    """A friend, whose follow has arrived."""
    return make_friends(line, "Aoi")[0]


def bodies(receiver) -> list[list[dict]]:
    """The events of each webhook after Aoi's follow."""
    return [orjson.loads(body)["events"] for _, body in receiver.received[1:]]


def texts(receiver) -> list[str]:
    return [event["message"]["text"] for events in bodies(receiver) for event in events]


@needs_contract
def test_every_kind_of_event_is_as_line_describes_it(line, receiver, aoi):
    text = line.say(CHANNEL, aoi, "Hello @all")["message"]
    line.say(CHANNEL, aoi, "Yes", quoted_message_id=text["id"])
    emoji = {"index": 0, "length": 6, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    mention = {"mentionees": [{"index": 0, "length": 4, "type": "all"}]}
    line.send_message(CHANNEL, aoi, {"type": "text", "text": "(moon)", "emojis": [emoji]})
    line.send_message(CHANNEL, aoi, {"type": "text", "text": "@all", "mention": mention}, group_id=GROUP)
    line.send_image(CHANNEL, aoi, b"\xff\xd8", image_set={"id": "1", "index": 1, "total": 2})
    line.send_video(CHANNEL, aoi, b"film")
    line.send_audio(CHANNEL, aoi, b"sound")
    line.send_file(CHANNEL, aoi, b"text", "a.txt")
    line.send_sticker(CHANNEL, aoi, keywords=["hello"])
    line.send_location(CHANNEL, aoi, 35.68, 139.76, title="駅", address="東京都千代田区")
    line.unsend(CHANNEL, aoi, text["id"])
    line.postback(CHANNEL, aoi, "pick", params={"date": "2026-12-24"})
    line.watch_video(CHANNEL, aoi, "track-1")
    line.join_group(CHANNEL, GROUP)
    line.enter_group(CHANNEL, GROUP, [aoi])
    line.exit_group(CHANNEL, GROUP, [aoi])
    line.leave_group(CHANNEL, GROUP)
    line.pass_beacon(CHANNEL, aoi)
    line.change_membership(CHANNEL, aoi, "joined", 3189)
    line.send_event(CHANNEL, "delivery", delivery={"data": "tag"})
    line.send_event(CHANNEL, "module", module={"type": "attached", "botId": aoi, "scopes": ["message:send"]})
    line.send_event(CHANNEL, "activated", chatControl={"expireAt": 1_800_000_000_000})
    line.send_event(CHANNEL, "deactivated", mode="standby")
    line.send_event(CHANNEL, "botSuspended")
    line.send_event(CHANNEL, "botResumed")
    line.unfollow(CHANNEL, [aoi])

    sent = [body for _, body in receiver.received]
    assert len(sent) == 27
    assert [fault for body in sent for fault in contract.webhook_faults(body)] == []


def test_an_edited_message_keeps_its_id_and_may_be_answered(client, line, receiver, aoi):
    """LINE's page has the event, its OpenAPI file not yet.

    Source: https://developers.line.biz/en/reference/messaging-api/#edit-event
    """
    said = line.say(CHANNEL, aoi, "Helo", group_id=GROUP)["message"]

    line.edit_message(CHANNEL, aoi, said["id"], "Hello", group_id=GROUP)

    [event] = bodies(receiver)[-1]
    assert event["type"] == "messageEdited"
    assert event["message"].items() >= {"id": said["id"], "type": "text", "text": "Hello"}.items()
    assert event["source"] == {"type": "group", "groupId": GROUP, "userId": aoi}
    wire.run(client.reply(event["replyToken"], [make_text("Welcome")]))
    assert line.texts(CHANNEL, GROUP) == ["Welcome"]


@pytest.mark.parametrize("kind", ["unsend", "unfollow", "leave", "memberLeft", "delivery", "botSuspended"])
def test_what_cannot_be_answered_has_no_reply_token(line, receiver, aoi, kind):
    line.send_event(CHANNEL, "join", group_id=GROUP)
    line.send_event(CHANNEL, kind, group_id=GROUP)

    [[answerable], [final]] = bodies(receiver)
    assert "replyToken" in answerable
    assert "replyToken" not in final


def test_in_standby_nobody_may_answer(line, receiver, aoi):
    event = line.send_event(CHANNEL, "message", user_id=aoi, mode="standby", message=make_text())

    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_types_that_line_has_not_thought_of_yet_can_be_sent(line, receiver, aoi):
    line.send_event(CHANNEL, "telepathy", user_id=aoi, telepathy={"thought": "🍊"})

    assert bodies(receiver)[-1][0]["telepathy"] == {"thought": "🍊"}


def test_an_event_can_be_of_the_future_or_lack_its_person(line, receiver, aoi):
    tomorrow = line.now() + timedelta(days=1)
    line.send_event(CHANNEL, "follow", at=tomorrow, user_id=aoi, follow={"isUnblocked": False})
    line.send_event(CHANNEL, "follow", source={"type": "user"}, follow={"isUnblocked": False})

    [[future], [nobody]] = bodies(receiver)
    assert future["timestamp"] == int(tomorrow.timestamp() * 1000)
    assert nobody["source"] == {"type": "user"}


def test_events_of_several_people_come_in_one_body(line, receiver, aoi):
    [ren] = line.add_people(CHANNEL, ["Ren"])

    line.send_events(
        CHANNEL,
        [
            made_event("unfollow", user_id=aoi),
            made_event("follow", user_id=ren, follow={"isUnblocked": False}),
        ],
    )

    [events] = bodies(receiver)
    assert [(event["type"], event["source"]["userId"]) for event in events] == [
        ("unfollow", aoi),
        ("follow", ren),
    ]


def test_a_webhook_can_be_for_another_account(line, receiver, aoi):
    other = "U" + "9" * 32

    line.send_events(CHANNEL, [made_event("unfollow", user_id=aoi)], destination=other)

    signature, body = receiver.received[-1]
    assert orjson.loads(body)["destination"] == other
    assert signatures.is_valid([SECRET], body, signature)


def test_any_bytes_can_come_with_any_signature(line, receiver, aoi):
    signed = line.send_webhook_body(CHANNEL, b"not json \xff")
    line.send_webhook_body(CHANNEL, b"{}", signature="forged+/=")

    assert signed == {"status": 200, "reason": "OK"}
    assert receiver.received[1:] == [
        (signatures.sign(SECRET, b"not json \xff"), b"not json \xff"),
        ("forged+/=", b"{}"),
    ]


def test_webhooks_are_lost_by_number(line, receiver, aoi):
    line.lose_webhooks(CHANNEL, 1, 3)

    for text in ("one", "two", "three", "four"):
        line.say(CHANNEL, aoi, text)

    assert texts(receiver) == ["two", "four"]
    assert [attempt["reason"] for attempt in line.webhook_log(CHANNEL)][1:] == ["LOST", "OK", "LOST", "OK"]


def test_webhooks_are_doubled_without_a_mark(line, receiver, aoi):
    line.double_webhooks(CHANNEL)
    line.say(CHANNEL, aoi, "one")
    line.clear_mishaps(CHANNEL)
    line.say(CHANNEL, aoi, "two")

    assert texts(receiver) == ["one", "one", "two"]
    assert bodies(receiver)[0] == bodies(receiver)[1]


def test_webhooks_come_late(line, receiver, aoi):
    line.delay_webhooks(CHANNEL, 0.2)
    started = time.monotonic()

    line.say(CHANNEL, aoi, "one")

    assert time.monotonic() - started >= 0.2
    assert texts(receiver) == ["one"]


def test_held_webhooks_come_in_an_order_of_chance_that_can_be_repeated(line, receiver, aoi):
    said = [str(number) for number in range(10)]

    for _ in range(2):
        line.hold_webhooks(CHANNEL)
        for text in said:
            line.say(CHANNEL, aoi, text)
        line.release_webhooks(CHANNEL, seed=7)

    first, second = texts(receiver)[:10], texts(receiver)[10:]
    assert sorted(first) == said
    assert first == second != said


def test_held_webhooks_can_come_in_one_body(line, receiver, aoi):
    line.hold_webhooks(CHANNEL)
    line.unfollow(CHANNEL, [aoi])
    line.follow(CHANNEL, [aoi])
    silence = bodies(receiver)
    line.release_webhooks(CHANNEL, together=True)

    assert silence == []
    assert [[event["type"] for event in events] for events in bodies(receiver)] == [["unfollow", "follow"]]


def test_events_sent_at_once_can_be_shuffled(line, receiver, aoi):
    people = line.add_people(CHANNEL, 20)
    line.shuffle(CHANNEL, seed=3)

    line.follow(CHANNEL, people)

    [events] = bodies(receiver)
    order = [event["source"]["userId"] for event in events]
    assert sorted(order) == sorted(people)
    assert order != people


def test_what_was_not_taken_is_delivered_again_by_the_clock(line, receiver, aoi):
    line.freeze_clock()
    line.configure(CHANNEL, redelivery=True, redelivery_after=[60, 600])
    receiver.statuses = [500, 503]
    line.say(CHANNEL, aoi, "one")

    line.advance(59)
    early = len(bodies(receiver))
    line.advance(1)
    line.advance(600)
    line.advance(86_400)

    assert early == 1
    assert texts(receiver) == ["one", "one", "one"]
    redelivered = [events[0]["deliveryContext"]["isRedelivery"] for events in bodies(receiver)]
    assert redelivered == [False, True, True]
    assert len({events[0]["webhookEventId"] for events in bodies(receiver)}) == 1


def test_redelivery_ends_with_its_schedule_and_is_off_unless_switched_on(line, receiver, aoi):
    line.freeze_clock()
    receiver.statuses = [500, 500, 500, 500]
    line.say(CHANNEL, aoi, "off")
    line.advance(3600)
    line.configure(CHANNEL, redelivery=True, redelivery_after=[1])

    line.say(CHANNEL, aoi, "on")
    line.advance(3600)
    line.advance(3600)

    assert texts(receiver) == ["off", "on", "on"]


def test_redelivery_comes_by_itself_as_time_goes(line, receiver, aoi):
    line.configure(CHANNEL, redelivery=True, redelivery_after=[0.1])
    receiver.statuses = [500]
    line.say(CHANNEL, aoi, "one")

    deadline = time.monotonic() + 30
    while len(bodies(receiver)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert texts(receiver) == ["one", "one"]


def test_line_stops_sending_to_an_address_that_fails_for_long(line, client, receiver, aoi):
    line.configure(CHANNEL, gives_up_after=3600)
    receiver.statuses = [500, 500]
    line.say(CHANNEL, aoi, "one")
    line.advance(3600)
    line.say(CHANNEL, aoi, "two")

    line.say(CHANNEL, aoi, "never sent")
    wire.run(client.set_webhook_endpoint(receiver.url))
    line.say(CHANNEL, aoi, "three")

    assert texts(receiver) == ["one", "two", "three"]


def test_a_webhook_that_is_switched_off_is_told_and_nothing_is_sent(line, client, receiver, aoi):
    line.configure(CHANNEL, webhook_active=False)

    line.say(CHANNEL, aoi, "Hello")

    assert wire.run(client.get_webhook_endpoint()) == {"endpoint": receiver.url, "active": False}
    assert bodies(receiver) == []


def test_tokens_can_be_refused_and_accounts_suspended(line, client, receiver, aoi):
    working = wire.run(client.get_bot_info())["displayName"]

    line.configure(CHANNEL, tokens_refused=True)
    with pytest.raises(Unauthorized):
        wire.run(client.get_bot_info())
    line.configure(CHANNEL, tokens_refused=False, suspended=True)
    with pytest.raises(Rejected) as error:
        wire.run(client.get_bot_info())
    line.say(CHANNEL, aoi, "Hello?")

    assert working == "Hana Cosmetics"
    assert error.value.status == 403
    assert bodies(receiver) == []


def test_the_clock_can_be_set_and_stopped(line):
    then = line.now().replace(year=2030, month=1, day=31, microsecond=0)

    line.set_clock(then)
    line.freeze_clock()
    stopped = line.now()
    line.advance(86_400)
    later = line.now()
    line.let_clock_go()

    assert abs(stopped - then) < timedelta(seconds=5)
    assert later == stopped + timedelta(days=1)
    assert line.now() > later
