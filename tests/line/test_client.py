import asyncio
import io
import multiprocessing
from datetime import date
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest

from line import messages, rates, wire
from line.client import Endpoints, LineClient
from line.errors import AlreadyAccepted, QuotaExhausted, RateLimited, Rejected, Unauthorized, Unavailable
from tests.line import contract
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_friends, make_text


def multicast(client, user_ids, text="Sale today", retry_key=None):
    return wire.run(
        client.multicast(messages.multicast_body(user_ids, [make_text(text)]), retry_key or uuid4())
    )


def push(client, user_id, text="Sale today", retry_key=None):
    return wire.run(client.push(messages.push_body(user_id, [make_text(text)]), retry_key or uuid4()))


def test_a_multicast_reaches_everyone_once(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")

    accepted = multicast(client, [aoi, ren])

    assert accepted.request_id
    assert line.texts(CHANNEL, aoi) == ["Sale today"]
    assert line.texts(CHANNEL, ren) == ["Sale today"]


def test_a_lost_answer_is_unavailable_and_the_same_key_tells_that_it_was_accepted(client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()

    line.lose_next_answers(1)
    with pytest.raises(Unavailable):
        push(client, aoi, retry_key=key)
    with pytest.raises(AlreadyAccepted) as again:
        push(client, aoi, retry_key=key)

    assert again.value.accepted_request_id
    assert again.value.accepted_request_id != again.value.request_id
    assert again.value.body["sentMessages"]
    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_a_500_was_not_accepted_and_the_same_key_gets_through(client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()

    line.fail_next(1, status=500)
    with pytest.raises(Unavailable) as error:
        push(client, aoi, retry_key=key)
    push(client, aoi, retry_key=key)

    assert error.value.status == 500
    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_no_answer_in_time_is_unavailable(line, endpoints):
    [aoi] = make_friends(line, "Aoi")
    hasty = LineClient(CHANNEL, SECRET, endpoints=endpoints, timeout=0.2)

    line.delay(500)

    with pytest.raises(Unavailable):
        push(hasty, aoi)


def test_nobody_listening_is_unavailable():
    nowhere = "http://127.0.0.1:9"
    client = LineClient(CHANNEL, SECRET, endpoints=Endpoints(nowhere, nowhere, nowhere))

    with pytest.raises(Unavailable):
        wire.run(client.get_bot_info())


def test_a_redirection_is_not_followed_and_counts_as_no_answer(line, visited):
    elsewhere = visited.url.removesuffix("/l/abc")
    client = LineClient(CHANNEL, SECRET, endpoints=Endpoints(line.base_url, elsewhere, line.base_url))

    with pytest.raises(Unavailable) as error:
        wire.run(client._call("GET", "/v2/bot/info", host=elsewhere))
    with pytest.raises(Unavailable) as download:
        wire.run(client.get_content("1", io.BytesIO(), most_bytes=1))

    assert (error.value.status, download.value.status) == (302, 302)


@pytest.mark.parametrize(
    "call",
    [
        lambda client, odd: client.get_profile(odd),
        lambda client, odd: client.get_coupon_detail(odd),
        lambda client, odd: client.get_rich_menu(odd),
        lambda client, odd: client.get_rich_menu_alias(odd),
        lambda client, odd: client.get_rich_menu_id_of_user(odd),
    ],
)
def test_an_id_leads_to_no_other_endpoint(line, call):
    odd = "../richmenu/list?limit=1#日"

    with contract.recorder(line.base_url) as recorded:
        client = LineClient(CHANNEL, SECRET, endpoints=recorded.endpoints)
        assert wire.run(call(client, odd)) is None

    assert quote(odd, safe="") in recorded.exchanges[-1].path


def test_a_line_break_does_not_get_into_a_header(client, line):
    tag = "order-1234567890\r\nX-Line-Retry-Key: 1"

    with pytest.raises(ValueError, match="header"):
        wire.run(client.push_by_phone("0" * 64, [make_text()], delivery_tag=tag))

    assert "POST /bot/pnp/push" not in line.requests(CHANNEL)["by_endpoint"]


def test_the_two_kinds_of_429_are_told_apart(client, line):
    [aoi] = make_friends(line, "Aoi")

    line.configure(CHANNEL, quota=0)
    with pytest.raises(QuotaExhausted):
        push(client, aoi)

    line.configure(CHANNEL, quota=None)
    with pytest.raises(RateLimited) as error:
        wire.run(broadcast_often(client))
    assert error.value.retry_after == 60


async def broadcast_often(client):
    for _ in range(70):
        await client.send("/v2/bot/message/broadcast", orjson.dumps({"messages": [make_text()]}))


def test_a_refused_message_names_its_fault(client, line):
    [aoi] = make_friends(line, "Aoi")

    with pytest.raises(Rejected) as error:
        push(client, aoi, text="")

    assert error.value.status == 400
    assert error.value.details == [{"message": "May not be empty", "property": "messages[0].text"}]
    assert error.value.request_id


def test_a_wrong_secret_is_unauthorized_even_while_the_right_one_is_in_use(client, endpoints):
    wire.run(client.get_bot_info())

    with pytest.raises(Unauthorized):
        wire.run(LineClient(CHANNEL, "wrong", endpoints=endpoints).get_bot_info())


def test_an_expired_token_is_replaced_and_the_same_bytes_sent_again(client, line):
    [aoi] = make_friends(line, "Aoi")
    wire.run(client.get_bot_info())

    line.advance(16 * 60)
    push(client, aoi)

    assert line.texts(CHANNEL, aoi) == ["Sale today"]


def test_a_token_refused_however_new_is_unauthorized(client, line):
    line.fail_next(3, status=401, path="/v2/bot/info")

    with pytest.raises(Unauthorized):
        wire.run(client.get_bot_info())


def test_clients_that_start_together_share_one_token(endpoints, line):
    clients = [LineClient(CHANNEL, SECRET, endpoints=endpoints) for _ in range(20)]

    async def all_at_once():
        await asyncio.gather(*(client.get_bot_info() for client in clients))
        await wire.close()

    asyncio.run(all_at_once())

    assert line.requests(CHANNEL)["by_endpoint"]["POST /oauth2/v3/token"] == {"200": 1}


def test_secrets_are_not_shown(client):
    assert SECRET not in repr(client)
    assert SECRET not in repr(vars(client))


def test_a_forked_process_gets_its_own_connections(client):
    wire.run(client.get_quota_consumption())

    with multiprocessing.get_context("fork").Pool(1) as pool:
        in_child = pool.apply(used_quota, [client])

    assert in_child == 0
    assert wire.run(client.get_quota_consumption()) == 0


def used_quota(client):
    return wire.run(client.get_quota_consumption(), timeout=60)


def test_what_the_account_says_of_itself(client, line):
    line.configure(CHANNEL, quota=1000)

    info = wire.run(client.get_bot_info())

    assert info["displayName"] == "Hana Cosmetics"
    assert info["basicId"] == "@hana"
    assert wire.run(client.get_quota()) == 1000
    assert wire.run(client.get_quota_consumption()) == 0


def test_no_cap_on_messages_is_none(client):
    assert wire.run(client.get_quota()) is None


def test_a_profile_is_none_for_who_is_not_a_friend(client, line):
    [aoi] = make_friends(line, "Aoi")
    [stranger] = line.add_people(CHANNEL, ["Stranger"])

    assert wire.run(client.get_profile(aoi))["displayName"] == "Aoi"
    assert wire.run(client.get_profile(stranger)) is None


def test_the_webhook_address_is_set_and_read_back(client):
    assert wire.run(client.get_webhook_endpoint()) is None

    wire.run(client.set_webhook_endpoint("https://hooks.example/c/hana/line/webhook/"))

    assert wire.run(client.get_webhook_endpoint())["endpoint"] == "https://hooks.example/c/hana/line/webhook/"


def test_messages_can_be_checked_without_sending(client):
    wire.run(client.validate_messages("multicast", [make_text()]))

    with pytest.raises(Rejected):
        wire.run(client.validate_messages("multicast", [make_text("")]))


def test_a_days_count_is_known_the_day_after(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi)
    today = line.today()

    assert wire.run(client.get_delivery_count("push", today)) is None

    line.advance(24 * 3600)
    assert wire.run(client.get_delivery_count("push", today)) == 1
    assert wire.run(client.get_delivery_count("push", date(2017, 1, 1))) is None


def test_the_same_message_makes_the_same_bytes():
    frozen = messages.frozen([make_text("こんにちは")])

    assert messages.push_body("U1", [make_text("こんにちは")]) == messages.push_body("U1", frozen)
    assert (
        messages.multicast_body(["U1", "U2"], frozen, unit="b7")
        == (
            '{"to":["U1","U2"],"messages":[{"type":"text","text":"こんにちは"}],"customAggregationUnits":["b7"]}'
        ).encode()
    )


def test_limits_are_known_by_endpoint():
    assert rates.of("/v2/bot/message/multicast").per_second == 200
    assert rates.of("/v2/bot/message/push").per_second == 2000
    assert rates.of("/v2/bot/message/broadcast").pause == 60
