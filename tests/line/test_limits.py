"""The causes of 429, each endpoint with its own rate; and lists that come page by page."""

from uuid import uuid4

import pytest

from line import messages, rates, wire
from line.errors import QuotaExhausted, RateLimited, Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends, make_many_friends, make_text


def push(client, user_id):
    return wire.run(client.push(messages.push_body(user_id, [make_text()]), uuid4()))


@pytest.mark.parametrize(
    ("call", "count", "seconds"),
    [
        ("POST /v2/bot/message/push", 2000, 1),
        ("POST /v2/bot/message/multicast", 200, 1),
        ("POST /v2/bot/message/narrowcast", 60, 3600),
        ("POST /v2/bot/message/broadcast", 60, 3600),
        ("POST /v2/bot/message/validate/multicast", 2000, 1),
        ("GET /v2/bot/message/progress/narrowcast", 2000, 1),
        ("GET /v2/bot/insight/followers", 60, 3600),
        ("GET /v2/bot/insight/richmenu/richmenu-1/daily", 60, 3600),
        ("POST /v2/bot/channel/webhook/test", 60, 3600),
        ("PUT /v2/bot/channel/webhook/endpoint", 1000, 60),
        ("PUT /v2/bot/audienceGroup/upload/byFile", 60, 60),
        ("DELETE /v2/bot/audienceGroup/1", 60, 60),
        ("POST /v2/bot/richmenu", 100, 3600),
        ("GET /v2/bot/richmenu/richmenu-1", 2000, 1),
        ("DELETE /v2/bot/richmenu/richmenu-1", 100, 3600),
        ("DELETE /v2/bot/richmenu/alias/summer", 100, 3600),
        ("POST /v2/bot/richmenu/alias", 2000, 1),
        ("GET /v2/bot/richmenu/list", 10, 1),
        ("POST /v2/bot/richmenu/batch", 3, 3600),
        ("GET /v2/bot/richmenu/progress/batch", 100, 3600),
        ("POST /v2/bot/richmenu/bulk/link", 2000, 1),
        ("POST /v2/bot/chat/loading/start", 100, 1),
        ("POST /v2/bot/coupon", 200, 1),
        ("PUT /v2/bot/coupon/1/close", 200, 1),
        ("GET /v2/bot/membership/list", 200, 1),
        ("POST /v2/oauth/accessToken", 370, 1),
    ],
)
def test_each_endpoint_has_the_rate_that_line_publishes(call, count, seconds):
    method, path = call.split()

    assert rates.of(path, method) == rates.Rate(count, seconds)


def test_a_bucket_fills_again_bit_by_bit(client, line):
    for _ in range(60):
        wire.run(client.get_friends_demographics())
    with pytest.raises(RateLimited) as error:
        wire.run(client.get_friends_demographics())
    line.advance(60)
    wire.run(client.get_friends_demographics())

    assert error.value.message == "The API rate limit has been exceeded. Try again later."
    with pytest.raises(RateLimited):
        wire.run(client.get_friends_demographics())


def test_a_clock_turned_back_takes_no_calls_away(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi)

    line.advance(-24 * 3600)
    push(client, aoi)

    assert line.texts(CHANNEL, aoi) == ["Sale today"] * 2


def test_endpoints_are_counted_apart(client, line):
    for _ in range(60):
        wire.run(client.get_number_of_followers(line.today()))

    wire.run(client.get_number_of_message_deliveries(line.today()))
    with pytest.raises(RateLimited):
        wire.run(client.get_number_of_followers(line.today()))


def test_a_broadcast_over_the_months_messages_reaches_nobody(client, line):
    people = make_friends(line, "Aoi", "Ren")
    line.configure(CHANNEL, quota=1)

    with pytest.raises(QuotaExhausted):
        wire.run(client.broadcast(messages.broadcast_body([make_text()]), uuid4()))
    line.configure(CHANNEL, quota=2)
    wire.run(client.broadcast(messages.broadcast_body([make_text()]), uuid4()))

    assert [line.texts(CHANNEL, person) for person in people] == [["Sale today"]] * 2


def test_what_is_sent_by_hand_uses_up_the_month_too(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.configure(CHANNEL, quota=10)
    line.send_from_manager(CHANNEL, "chat", 5)
    line.send_from_manager(CHANNEL, "stepMessage", 9)

    push(client, aoi)

    assert wire.run(client.get_quota_consumption()) == 10
    with pytest.raises(QuotaExhausted):
        push(client, aoi)


def test_one_person_can_be_sent_too_much(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    line.configure(CHANNEL, pushes_a_minute=2)
    push(client, aoi)
    push(client, aoi)

    with pytest.raises(RateLimited):
        push(client, aoi)
    push(client, ren)
    line.advance(61)
    push(client, aoi)

    assert len(line.texts(CHANNEL, aoi)) == 3


def test_follower_pages_may_be_short_and_lead_to_everyone_once(client, line):
    people = make_many_friends(line, 25)
    line.configure(CHANNEL, verified=True, longest_page=10)
    line.unfollow(CHANNEL, people[3:4])

    pages = [wire.run(client.get_followers(limit=20))]
    while pages[-1].next:
        pages.append(wire.run(client.get_followers(start=pages[-1].next, limit=20)))

    assert [len(page.user_ids) for page in pages] == [9, 10, 5]
    assert [user_id for page in pages for user_id in page.user_ids] == people[:3] + people[4:]


def test_a_next_leads_on_for_24_hours(client, line):
    make_many_friends(line, 5)
    line.configure(CHANNEL, verified=True)
    page = wire.run(client.get_followers(limit=2))

    line.advance(24 * 3600 - 5)
    wire.run(client.get_followers(start=page.next))
    line.advance(10)

    with pytest.raises(Rejected):
        wire.run(client.get_followers(start=page.next))


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "９"}, {"start": "😀"}, {"start": "5"}]
)
def test_pages_out_of_bounds_are_refused(client, line, query):
    line.configure(CHANNEL, verified=True)

    with pytest.raises(Rejected) as error:
        wire.run(client._get("/v2/bot/followers/ids", **query))

    assert error.value.status == 400


def test_followers_are_for_verified_accounts(client, line):
    with pytest.raises(Rejected) as error:
        wire.run(client.get_followers())

    assert error.value.status == 403


def test_unit_names_are_listed_page_by_page(client, line):
    [aoi] = make_friends(line, "Aoi")
    for name in ("a", "b", "c"):
        wire.run(client.push(messages.push_body(aoi, [make_text()], unit=name), uuid4()))

    first = wire.run(client.get_aggregation_unit_name_list(limit=2))
    second = wire.run(client.get_aggregation_unit_name_list(start=first.next, limit=2))

    assert (first.names, second.names, second.next) == (["a", "b"], ["c"], None)
