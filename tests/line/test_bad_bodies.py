"""Whatever is wrong with a body, the simulator takes or refuses it as LINE does, and never stumbles."""

from contextlib import suppress

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line import wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_area, make_coupon, make_friends, make_notice, make_rich_menu, make_text
from tests.line.junk import with_junk

PERSON = "U" + "0" * 32
MESSAGES = [make_text()]
SWITCH = {"type": "richmenuswitch", "richMenuAliasId": "b", "data": "b"}
LOTTERY = {"type": "lottery", "lotteryProbability": 50, "maxAcquireCount": 100}
FIXED = {"type": "fixed", "fixedAmount": 500}
NARROWCAST = {
    "messages": MESSAGES,
    "recipient": {
        "type": "operator",
        "and": [
            {"type": "audience", "audienceGroupId": 1},
            {"type": "operator", "not": {"type": "redelivery", "requestId": "1"}},
        ],
    },
    "filter": {"demographic": {"type": "operator", "or": [{"type": "age", "gte": "age_20", "lt": "age_40"}]}},
    "limit": {"max": 5, "upToRemainingQuota": True, "forbidPartialDelivery": True},
}
CALLS = {
    "POST /v2/bot/message/push": {"to": PERSON, "messages": MESSAGES, "customAggregationUnits": ["u1"]},
    "POST /v2/bot/message/multicast": {
        "to": [PERSON],
        "messages": MESSAGES,
        "customAggregationUnits": ["u1"],
    },
    "POST /v2/bot/message/broadcast": {"messages": MESSAGES},
    "POST /v2/bot/message/narrowcast": NARROWCAST,
    "POST /v2/bot/message/reply": {"replyToken": "1", "messages": MESSAGES},
    "POST /bot/pnp/push": {"to": "0" * 64, "messages": MESSAGES},
    "POST /v2/bot/message/pnp/templated/push": {
        "to": "0" * 64,
        "templateKey": "shipment_completed_ja",
        "body": make_notice(),
    },
    "POST /v2/bot/audienceGroup/upload": {"description": "VIP", "audiences": [{"id": PERSON}]},
    "PUT /v2/bot/audienceGroup/upload": {"audienceGroupId": 1, "audiences": [{"id": PERSON}]},
    "POST /v2/bot/audienceGroup/click": {
        "description": "VIP",
        "requestId": "1",
        "clickUrl": "https://a.example",
    },
    "POST /v2/bot/richmenu": make_rich_menu(make_area(SWITCH)),
    "POST /v2/bot/richmenu/bulk/link": {"richMenuId": "1", "userIds": [PERSON]},
    "POST /v2/bot/richmenu/batch": {"operations": [{"type": "unlink", "from": "1"}], "resumeRequestKey": "a"},
    "POST /v2/bot/richmenu/validate/batch": {"operations": [{"type": "unlinkAll"}], "resumeRequestKey": "a"},
    "POST /v2/bot/richmenu/alias": {"richMenuAliasId": "a", "richMenuId": "1"},
    "POST /v2/bot/coupon": make_coupon(
        acquisitionCondition=LOTTERY, reward={"type": "discount", "priceInfo": FIXED}
    ),
    "POST /v2/bot/chat/markAsRead": {"markAsReadToken": "r1"},
    "POST /v2/bot/chat/loading/start": {"chatId": PERSON, "loadingSeconds": 5},
    "PUT /v2/bot/channel/webhook/endpoint": {"endpoint": "https://a.example/"},
}


@pytest.fixture
def patient(client, line):
    """A client that may ask as often as it likes."""
    line.configure(CHANNEL, rate_limits=False, rich_menu_seconds=0, narrowcast_waiting_seconds=0)
    return client


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_wrong_value_anywhere_is_refused_or_let_be(patient, call, data):
    method, path = call.split()
    wrong = with_junk(CALLS[call], data)

    with suppress(Rejected):
        wire.run(patient._call(method, path, body=orjson.dumps(wrong)))

    assert wire.run(patient.get_bot_info())["displayName"] == "Hana Cosmetics"


@pytest.mark.parametrize("path", ["push", "multicast", "validate/push"])
def test_a_message_nested_without_end_is_refused_with_its_place(patient, line, path):
    [aoi] = make_friends(line, "Aoi")
    nested = b'{"type":"box","layout":"vertical","contents":[' * 400 + b"]}" * 400
    message = b'{"type":"flex","altText":"New","contents":{"type":"bubble","body":' + nested + b"}}"
    to = orjson.dumps([aoi] if path == "multicast" else aoi)

    with pytest.raises(Rejected) as error:
        wire.run(patient.send(f"/v2/bot/message/{path}", b'{"to":%b,"messages":[%b]}' % (to, message)))

    assert error.value.details == [{"message": "invalid property", "property": "messages"}]


def test_a_price_where_a_reward_has_none_is_let_be(patient):
    coupon_id = wire.run(patient.create_coupon(make_coupon(reward={"type": "free", "priceInfo": 5})))

    detail = wire.run(patient.get_coupon_detail(coupon_id))

    assert detail["reward"] == {"type": "free"}


def test_a_batch_that_unlinks_all_may_name_no_menu(patient, line):
    operations = [{"type": "unlinkAll", "from": []}]

    batch = wire.run(patient.rich_menu_batch(operations))

    assert wire.run(patient.get_rich_menu_batch_progress(batch.request_id))["phase"] == "succeeded"
