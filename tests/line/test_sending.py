"""Who receives, what is billed, what LINE refuses: the simulator against LINE's documentation."""

from http.client import HTTPConnection
from uuid import uuid4

import orjson
import pytest

from line import messages, tokens, wire
from line.errors import AlreadyAccepted, QuotaExhausted, RateLimited, Rejected, Unavailable
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends, make_text

UNKNOWN = "U" + "0" * 32
PUSH = "/v2/bot/message/push"


def multicast(client, user_ids, retry_key=None, unit=None):
    return wire.run(
        client.multicast(messages.multicast_body(user_ids, [make_text()], unit=unit), retry_key or uuid4())
    )


def push(client, user_id, retry_key=None):
    return wire.run(client.push(messages.push_body(user_id, [make_text()]), retry_key or uuid4()))


def test_who_blocks_the_account_receives_nothing_and_costs_nothing(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    line.unfollow(CHANNEL, [ren])

    multicast(client, [aoi, ren])
    push(client, ren)

    assert line.texts(CHANNEL, aoi) == ["Sale today"]
    assert line.texts(CHANNEL, ren) == []
    assert wire.run(client.get_quota_consumption()) == 1


def test_who_unblocks_receives_again(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.unfollow(CHANNEL, [aoi])
    line.follow(CHANNEL, [aoi])

    push(client, aoi)

    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_unknown_ids_in_a_multicast_are_dropped_or_refused_as_the_channel_says(client, line):
    [aoi] = make_friends(line, "Aoi")

    multicast(client, [aoi, UNKNOWN])
    line.configure(CHANNEL, unknown_ids="reject")
    with pytest.raises(Rejected):
        multicast(client, [aoi, UNKNOWN])

    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_one_malformed_id_and_nobody_receives(client, line):
    [aoi] = make_friends(line, "Aoi")

    with pytest.raises(Rejected) as error:
        multicast(client, [aoi, "Uxyz"])

    assert error.value.status == 400
    assert line.texts(CHANNEL, aoi) == []


def test_a_push_to_an_id_of_elsewhere_is_refused(client):
    with pytest.raises(Rejected) as error:
        push(client, UNKNOWN)

    assert error.value.message == "Failed to send messages"


@pytest.mark.parametrize("size", [0, 501])
def test_a_multicast_has_one_to_500_recipients(client, line, size):
    line.configure(CHANNEL, open_friends=True)

    with pytest.raises(Rejected) as error:
        multicast(client, [f"U{number:032x}" for number in range(size)])

    assert error.value.details == [{"message": "Size must be between 1 and 500", "property": "to"}]


def test_in_an_open_channel_everyone_is_a_friend(client, line):
    line.configure(CHANNEL, open_friends=True)

    multicast(client, [f"U{number:032x}" for number in range(500)])
    push(client, UNKNOWN)

    assert line.delivery_histogram(CHANNEL) == {"1": 499, "2": 1}


def test_the_month_is_not_overrun_by_a_single_message(client, line):
    aoi, ren, rin = make_friends(line, "Aoi", "Ren", "Rin")
    line.configure(CHANNEL, quota=2)

    with pytest.raises(QuotaExhausted):
        multicast(client, [aoi, ren, rin])
    multicast(client, [aoi, ren])

    assert line.delivery_histogram(CHANNEL) == {"1": 2}
    assert wire.run(client.get_quota_consumption()) == 2


def test_multicasts_beyond_200_a_second_are_refused_and_the_key_stays_good(client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()
    body = messages.multicast_body([aoi], [make_text()])

    async def too_many():
        for _ in range(2000):
            await client.multicast(body, uuid4())

    with pytest.raises(RateLimited) as error:
        wire.run(too_many())
    line.advance(1)
    multicast(client, [aoi], retry_key=key)

    assert error.value.retry_after == 1


def test_a_retry_key_is_remembered_for_24_hours(client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()
    push(client, aoi, retry_key=key)

    line.advance(23.9 * 3600)
    with pytest.raises(AlreadyAccepted):
        push(client, aoi, retry_key=key)
    line.advance(0.2 * 3600)
    push(client, aoi, retry_key=key)

    assert line.texts(CHANNEL, aoi) == ["Sale today", "Sale today"]


def test_a_retry_key_stands_for_what_was_sent_first(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    key = uuid4()
    first = push(client, aoi, retry_key=key)

    with pytest.raises(AlreadyAccepted) as other_body:
        push(client, ren, retry_key=key)
    with pytest.raises(AlreadyAccepted) as other_endpoint:
        multicast(client, [ren], retry_key=key)

    assert other_body.value.accepted_request_id == first.request_id
    assert other_endpoint.value.accepted_request_id == first.request_id
    assert line.inbox(CHANNEL, ren) == []


@pytest.mark.parametrize("form", ["", "1", "order-1", "{%s}", "urn:uuid:%s", " %s0"])
def test_a_retry_key_is_a_uuid(client, line, form):
    key = form.replace("%s", str(uuid4()))
    [aoi] = make_friends(line, "Aoi")
    body = messages.push_body(aoi, [make_text()])

    with pytest.raises(Rejected):
        wire.run(client._call("POST", PUSH, body=body, headers={"X-Line-Retry-Key": key}))
    wire.run(client._call("POST", PUSH, body=body, headers={"X-Line-Retry-Key": str(uuid4()).upper()}))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_is_not_called_json_is_refused(client, line, kind):
    [aoi] = make_friends(line, "Aoi")
    body = messages.push_body(aoi, [make_text()])

    with pytest.raises(Rejected) as error:
        wire.run(client._call("POST", PUSH, body=body, headers={"Content-Type": kind}))
    wire.run(
        client._call("POST", PUSH, body=body, headers={"Content-Type": "application/json; charset=utf-8"})
    )

    assert error.value.status == 415
    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_a_token_is_shown_as_a_bearer_token(client, line):
    wire.run(client.get_bot_info())
    token = tokens.cached(client._credentials)

    statuses = [get_info(line, f"{scheme}{token}") for scheme in ("Bearer ", "", "Basic ", "Bearer  ")]

    assert statuses == [200, 401, 401, 401]


def get_info(line, authorization: str) -> int:
    connection = HTTPConnection(line.base_url.removeprefix("http://"))
    connection.request("GET", "/v2/bot/info", headers={"Authorization": authorization})
    return connection.getresponse().status


@pytest.mark.parametrize("silent", ["yes", 1, []])
def test_silent_is_true_or_false(client, line, silent):
    [aoi] = make_friends(line, "Aoi")
    body = {"to": aoi, "messages": [make_text()], "notificationDisabled": silent}

    with pytest.raises(Rejected) as error:
        wire.run(client.push(orjson.dumps(body), uuid4()))
    wire.run(client.push(orjson.dumps(body | {"notificationDisabled": True}), uuid4()))

    assert error.value.details[0]["property"] == "notificationDisabled"


def test_who_wrote_in_the_last_seven_days_gets_a_push_without_being_a_friend(client, line):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    line.say(CHANNEL, aoi, "Are you open?")

    push(client, aoi)
    multicast(client, [aoi])
    line.advance(7 * 24 * 3600 + 1)
    push(client, aoi)

    assert line.texts(CHANNEL, aoi) == ["Sale today"]
    assert wire.run(client.get_profile(aoi))["displayName"] == "Aoi"
    assert wire.run(client.get_quota_consumption()) == 1


@pytest.mark.parametrize("group_id", [None, "C" + "0" * 32])
def test_blocking_ends_that_and_a_group_does_not_begin_it(client, line, group_id):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    line.say(CHANNEL, aoi, "Are you open?", group_id=group_id)
    line.unfollow(CHANNEL, [] if group_id else [aoi])

    push(client, aoi)

    assert line.texts(CHANNEL, aoi) == []
    assert wire.run(client.get_profile(aoi)) is None


def test_a_retry_key_where_line_knows_none_is_refused(client, line):
    with pytest.raises(Rejected):
        wire.run(client.send("/v2/bot/message/validate/push", b'{"messages":[]}', retry_key=uuid4()))


def test_a_refused_request_does_not_use_up_its_key(client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()

    with pytest.raises(Rejected):
        wire.run(client.push(messages.push_body(aoi, [make_text("")]), key))
    push(client, aoi, retry_key=key)

    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_a_body_over_two_megabytes_is_refused(client):
    body = messages.push_body(UNKNOWN, [make_text("a" * 2_100_000)])

    with pytest.raises(Rejected) as error:
        wire.run(client.push(body, uuid4()))

    assert error.value.status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"to": 5}', b'{"to": ["\xff"]}'])
def test_a_body_that_makes_no_sense_is_refused(client, body):
    with pytest.raises(Rejected) as error:
        wire.run(client.multicast(body, uuid4()))

    assert error.value.status == 400


def test_a_broadcast_reaches_every_friend(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    line.unfollow(CHANNEL, [ren])

    wire.run(
        client.send("/v2/bot/message/broadcast", orjson.dumps({"messages": [make_text()]}), retry_key=uuid4())
    )

    assert line.texts(CHANNEL, aoi) == ["Sale today"]
    assert line.texts(CHANNEL, ren) == []
    assert line.requests(CHANNEL)["billed"] == 1


def test_the_thousand_and_first_unit_name_of_a_month_is_not_counted(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.configure(CHANNEL, rate_limits=False)

    async def many():
        for number in range(1001):
            await client.push(messages.push_body(aoi, [make_text()], unit=f"u{number}"), uuid4())

    wire.run(many())

    assert wire.run(client.get_aggregation_unit_usage()) == 1000


def test_chaos_never_delivers_twice_and_never_loses(client, line):
    friends = make_friends(line, "Aoi", "Ren", "Rin", "Yui")
    line.chaos(seed=7, p_500=0.3, p_lost=0.3)

    for friend in friends:
        push_until_known(client, friend, uuid4())

    assert line.delivery_histogram(CHANNEL) == {"1": 4}


def push_until_known(client, friend, key):
    """As a sender does it: the same key until LINE has said yes."""
    outcomes = (attempt(client, friend, key) for _ in range(50))
    assert any(outcomes)


def attempt(client, friend, key) -> bool:
    try:
        push(client, friend, retry_key=key)
    except Unavailable:
        return False
    except AlreadyAccepted:
        return True
    return True


def test_what_was_asked_is_counted(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi)
    push(client, aoi)

    asked = line.requests(CHANNEL)

    assert asked["by_endpoint"]["POST /v2/bot/message/push"] == {"200": 2}
    assert asked["accepted"] == {"push": 2}
    assert asked["max_per_second"] == {"push": 2}
    assert asked["last_accepted_at"] >= asked["first_accepted_at"]
