import orjson
import pytest

from line import signatures, wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_friends, make_text


def events(receiver) -> list[dict]:
    return [event for _, body in receiver.received for event in orjson.loads(body)["events"]]


def test_a_follow_arrives_signed_and_addressed(line, receiver):
    [aoi] = make_friends(line, "Aoi")

    signature, body = receiver.received[0]
    [event] = events(receiver)

    assert signatures.is_valid([SECRET], body, signature)
    assert orjson.loads(body)["destination"] == line.configure(CHANNEL)["userId"]
    assert event["type"] == "follow"
    assert event["source"] == {"type": "user", "userId": aoi}
    assert event["follow"] == {"isUnblocked": False}
    assert len(event["webhookEventId"]) == 26


def test_events_come_bundled_by_the_hundred(line, receiver):
    line.follow(CHANNEL, line.add_people(CHANNEL, 250))

    assert sorted(len(orjson.loads(body)["events"]) for _, body in receiver.received) == [50, 100, 100]


def test_a_return_after_blocking_is_told(line, receiver):
    [aoi] = make_friends(line, "Aoi")
    line.unfollow(CHANNEL, [aoi])
    line.follow(CHANNEL, [aoi])

    assert [event["type"] for event in events(receiver)] == ["follow", "unfollow", "follow"]
    assert events(receiver)[2]["follow"] == {"isUnblocked": True}


def test_a_follow_can_be_dated_back(line, receiver):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    then = line.now().replace(year=2025, microsecond=0)

    line.follow(CHANNEL, [aoi], at=then)

    assert events(receiver)[0]["timestamp"] == then.timestamp() * 1000


def test_an_event_not_taken_is_delivered_again_with_the_same_id(line, receiver):
    receiver.statuses = [500]
    make_friends(line, "Aoi")

    line.redeliver(CHANNEL)
    line.redeliver(CHANNEL)

    first, again = events(receiver)
    assert again["webhookEventId"] == first["webhookEventId"]
    assert again["timestamp"] == first["timestamp"]
    assert [first["deliveryContext"], again["deliveryContext"]] == [
        {"isRedelivery": False},
        {"isRedelivery": True},
    ]
    assert [attempt["status"] for attempt in line.webhook_log(CHANNEL)] == [500, 200]


def test_a_named_event_is_delivered_again_though_it_was_taken(line, receiver):
    [aoi] = make_friends(line, "Aoi")
    event = line.say(CHANNEL, aoi, "Hello")

    line.redeliver(CHANNEL, [event["webhookEventId"]])

    assert [event["type"] for event in events(receiver)] == ["follow", "message", "message"]


def test_without_an_address_nothing_is_sent_and_nothing_breaks(line):
    [aoi] = make_friends(line, "Aoi")

    line.say(CHANNEL, aoi, "Hello")

    assert line.webhook_log(CHANNEL) == []


def test_an_address_that_is_not_there_is_noted(line, client):
    line.configure(CHANNEL, webhook_url="http://127.0.0.1:9/")

    make_friends(line, "Aoi")

    [attempt] = line.webhook_log(CHANNEL)
    assert (attempt["status"], attempt["reason"]) == (0, "COULD_NOT_CONNECT")
    assert wire.run(client.test_webhook_endpoint())["reason"] == "COULD_NOT_CONNECT"


def test_the_address_is_tested_without_events(client, receiver):
    result = wire.run(client.test_webhook_endpoint())

    assert (result["success"], result["statusCode"]) == (True, 200)
    assert events(receiver) == []


def test_a_reply_works_once_and_is_free(client, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    event = line.say(CHANNEL, aoi, "Hello")

    wire.run(client.reply(event["replyToken"], [make_text("Welcome")]))
    with pytest.raises(Rejected) as error:
        wire.run(client.reply(event["replyToken"], [make_text("Welcome")]))

    assert error.value.message == "Invalid reply token"
    assert line.texts(CHANNEL, aoi) == ["Welcome"]
    assert wire.run(client.get_quota_consumption()) == 0


def test_a_reply_after_a_minute_is_too_late(client, line):
    [aoi] = make_friends(line, "Aoi")
    event = line.postback(CHANNEL, aoi, "action=menu")

    line.advance(61)

    with pytest.raises(Rejected):
        wire.run(client.reply(event["replyToken"], [make_text("Welcome")]))
