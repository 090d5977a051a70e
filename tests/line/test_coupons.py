"""LINE's own coupons."""

import pytest

from line import wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_coupon

LOTTERY = {"type": "lottery", "lotteryProbability": 50, "maxAcquireCount": -1}


def status(client, coupon_id) -> str:
    return wire.run(client.get_coupon_detail(coupon_id))["status"]


def test_a_coupon_is_made_read_and_closed_for_good(client):
    reward = {"type": "discount", "priceInfo": {"type": "fixed", "fixedAmount": 500}}

    coupon_id = wire.run(client.create_coupon(make_coupon(reward=reward)))
    made = wire.run(client.get_coupon_detail(coupon_id))
    wire.run(client.close_coupon(coupon_id))
    with pytest.raises(Rejected) as error:
        wire.run(client.close_coupon(coupon_id))

    assert (made["status"], made["title"]) == ("RUNNING", "10% off")
    assert made["reward"]["priceInfo"] == {"type": "fixed", "fixedAmount": 500, "currency": "JPY"}
    assert status(client, coupon_id) == "CLOSED"
    assert error.value.status == 410


def test_a_coupon_ends_by_itself(client, line):
    end = int(line.now().timestamp()) + 60
    coupon_id = wire.run(client.create_coupon(make_coupon(endTimestamp=end)))

    line.advance(61)

    assert status(client, coupon_id) == "CLOSED"


def test_they_are_listed_newest_first(client):
    ids = [wire.run(client.create_coupon(make_coupon(title=f"No. {number}"))) for number in range(5)]
    wire.run(client.close_coupon(ids[0]))

    first = wire.run(client.list_coupon(limit=3))
    second = wire.run(client.list_coupon(start=first.next, limit=3))
    closed = wire.run(client.list_coupon(status="CLOSED"))

    assert [item["couponId"] for item in first.items + second.items] == ids[::-1]
    assert second.next is None
    assert [item["couponId"] for item in closed.items] == ids[:1]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"title": ""}, "title"),
        ({"title": "あ" * 61}, "title"),
        ({"description": "a" * 1001}, "description"),
        ({"usageCondition": "a" * 101}, "usageCondition"),
        ({"couponCode": "a" * 17}, "couponCode"),
        ({"visibility": "PRIVATE"}, "visibility"),
        ({"timezone": "Asia/Tokyo"}, "timezone"),
        ({"maxUseCountPerTicket": 2}, "maxUseCountPerTicket"),
        ({"startTimestamp": 2_000_000_000}, "endTimestamp"),
        ({"imageUrl": "javascript:alert(1)"}, "imageUrl"),
        (
            {"acquisitionCondition": {**LOTTERY, "lotteryProbability": 100}},
            "acquisitionCondition.lotteryProbability",
        ),
        ({"acquisitionCondition": {**LOTTERY, "maxAcquireCount": 0}}, "acquisitionCondition.maxAcquireCount"),
        ({"acquisitionCondition": "normal"}, "acquisitionCondition"),
        ({"reward": {"type": "gold"}}, "reward.type"),
        (
            {"reward": {"type": "cashBack", "priceInfo": {"type": "percentage", "percentage": 100}}},
            "reward.priceInfo.percentage",
        ),
    ],
)
def test_a_coupon_over_its_limits_is_refused_with_the_place(client, fields, place):
    with pytest.raises(Rejected) as error:
        wire.run(client.create_coupon(make_coupon(**fields)))

    assert [detail["property"] for detail in error.value.details] == [place]


@pytest.mark.parametrize(
    "fields", [{"acquisitionCondition": LOTTERY}, {"title": "🎁" * 30}, {"maxUseCountPerTicket": -1}]
)
def test_a_coupon_within_its_limits_is_taken(client, fields):
    assert wire.run(client.create_coupon(make_coupon(**fields)))


def test_five_thousand_may_run_at_once(client, line):
    line.configure(CHANNEL, rate_limits=False)

    async def make_many():
        for _ in range(5000):
            await client.create_coupon(make_coupon())

    wire.run(make_many())
    with pytest.raises(Rejected):
        wire.run(client.create_coupon(make_coupon()))
    wire.run(client.close_coupon(wire.run(client.list_coupon()).items[0]["couponId"]))

    assert wire.run(client.create_coupon(make_coupon()))


def test_another_channel_does_not_know_it(client, line, endpoints):
    coupon_id = wire.run(client.create_coupon(make_coupon()))
    line.add_channel("1650000002", "another secret")
    other = type(client)("1650000002", "another secret", endpoints=endpoints)

    assert wire.run(other.get_coupon_detail(coupon_id)) is None
    assert status(client, coupon_id) == "RUNNING"
