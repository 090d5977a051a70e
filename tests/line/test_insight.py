from datetime import date, timedelta
from uuid import uuid4

import pytest

from line import messages, wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_many_friends, make_text

DAY = 24 * 3600
LINK = "https://shop.example/sale"


def send(client, line, people):
    body = messages.multicast_body(people, [make_text(f"Sale: {LINK}")], unit="sale")
    wire.run(client.multicast(body, uuid4()))


def statistics(client, line) -> dict:
    return wire.run(client.get_statistics_per_unit("sale", line.today(), line.today()))


def test_opens_and_clicks_are_counted_per_unit(client, line):
    send(client, line, make_many_friends(line, 50))

    counts = line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)

    assert counts == {"opened": 50, "clicked": 50, "visited": 0, "failed": 0, "elsewhere": 50}
    assert statistics(client, line)["overview"]["uniqueImpression"] == 50
    assert statistics(client, line)["overview"]["uniqueClick"] == 50
    assert statistics(client, line)["clicks"] == [
        {"seq": 1, "url": LINK, "click": 50, "uniqueClick": 50, "uniqueClickOfRequest": 50}
    ]


def test_numbers_under_20_are_hidden(client, line):
    send(client, line, make_many_friends(line, 19))
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)

    assert statistics(client, line)["overview"]["uniqueImpression"] is None
    assert statistics(client, line)["clicks"][0]["click"] is None


def test_the_same_seed_chooses_the_same_people(client, line):
    friends = make_many_friends(line, 100)
    send(client, line, friends)
    first = line.open_and_click(CHANNEL, rate_open=0.5, rate_click=0.1, seed=3)
    send(client, line, friends)
    second = line.open_and_click(CHANNEL, rate_open=0.5, rate_click=0.1, seed=3)

    assert first == second
    assert 30 < first["opened"] < 70


def test_links_on_this_machine_are_visited_as_from_the_line_app(client, line, visited):
    [aoi] = make_many_friends(line, 1)
    button = {"type": "uri", "label": "Look", "uri": visited.url}
    template = {"type": "buttons", "text": "New", "actions": [button]}
    body = messages.push_body(aoi, [{"type": "template", "altText": "New", "template": template}])
    wire.run(client.push(body, uuid4()))

    counts = line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)

    assert counts["visited"] == 1
    assert "Line/" in visited.user_agents[0]


def test_how_far_a_film_was_played_is_counted_per_bubble(client, line):
    film = {"type": "video", "originalContentUrl": "https://x.example/a.mp4"}
    film["previewImageUrl"] = "https://x.example/a.jpg"
    people = make_many_friends(line, 400)
    body = messages.multicast_body(people, [make_text("Look"), film], unit="sale")
    wire.run(client.multicast(body, uuid4()))

    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=0.0)
    told = statistics(client, line)
    text, played = told["messages"]

    assert "mediaPlayed" not in text
    assert (played["mediaPlayed"], played["uniqueMediaPlayed"]) == (400, 400)
    assert 400 > played["mediaPlayed50Percent"] > played["mediaPlayed100Percent"] > 40
    assert told["overview"]["uniqueMediaPlayed100Percent"] == played["uniqueMediaPlayed100Percent"]


def test_units_of_other_names_are_not_mixed_in(client, line):
    send(client, line, make_many_friends(line, 30))
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=0.0)

    other = wire.run(client.get_statistics_per_unit("other", line.today(), line.today()))

    assert other["overview"]["uniqueImpression"] is None
    assert other["clicks"] == []


def test_a_period_has_at_most_31_days(client, line):
    with pytest.raises(Rejected):
        wire.run(client.get_statistics_per_unit("sale", line.today(), line.today() + timedelta(days=31)))


def test_followers_are_told_a_day_later(client, line):
    people = make_many_friends(line, 10)
    line.unfollow(CHANNEL, people[:3])
    today = line.today()
    at_first = wire.run(client.get_number_of_followers(today))
    line.advance(DAY)

    later = wire.run(client.get_number_of_followers(today))

    assert at_first == {"status": "unready"}
    assert later == {"status": "ready", "followers": 10, "targetedReaches": 7, "blocks": 3}
    assert wire.run(client.get_number_of_followers(date(2016, 10, 31))) == {"status": "out_of_service"}


def test_deliveries_are_told_by_kind_a_day_later_with_those_of_the_manager(client, line):
    people = make_many_friends(line, 5)
    send(client, line, people)
    wire.run(client.broadcast(messages.broadcast_body([make_text()]), uuid4()))
    line.send_from_manager(CHANNEL, "stepMessage", 7)
    today = line.today()
    at_first = wire.run(client.get_number_of_message_deliveries(today))
    line.advance(DAY)

    later = wire.run(client.get_number_of_message_deliveries(today))

    assert at_first == {"status": "unready"}
    assert (later["apiMulticast"], later["apiBroadcast"], later["apiPush"]) == (5, 5, 0)
    assert later["stepMessage"] == 7
    assert wire.run(client.get_delivery_count("multicast", today)) == 5


def test_a_days_count_under_20_may_be_hidden(client, line):
    send(client, line, make_many_friends(line, 5))
    today = line.today()
    line.configure(CHANNEL, hides_small_counts=True)

    line.advance(DAY)

    assert wire.run(client.get_delivery_count("multicast", today)) is None


def test_demographics_need_20_friends(client, line):
    make_many_friends(line, 19)
    few = wire.run(client.get_friends_demographics())
    make_many_friends(line, 1)

    enough = wire.run(client.get_friends_demographics())

    assert (few["available"], few["genders"], enough["available"]) == (False, [], True)


def test_demographics_are_percentages_of_what_is_known(client, line):
    for number, person in enumerate(make_many_friends(line, 20)):
        gender = "female" if number < 15 else None
        line.set_person(CHANNEL, person, gender=gender, age=22, area="jp_13", app_type="ios")

    shares = wire.run(client.get_friends_demographics())

    assert shares["genders"] == [
        {"gender": "female", "percentage": 75.0},
        {"gender": "unknown", "percentage": 25.0},
    ]
    assert shares["ages"] == [{"age": "from20to24", "percentage": 100.0}]
    assert shares["areas"] == [{"area": "東京", "percentage": 100.0}]
    assert shares["subscriptionPeriods"] == [{"subscriptionPeriod": "within7days", "percentage": 100.0}]


def test_a_message_is_counted_for_14_days_and_then_stands_still(client, line):
    make_many_friends(line, 30)
    sent = wire.run(client.broadcast(messages.broadcast_body([make_text(LINK)]), uuid4())).request_id
    line.advance(13 * DAY)
    line.open_and_click(CHANNEL, rate_open=0.8, rate_click=0.0)
    within = wire.run(client.get_message_event(sent))["overview"]["uniqueImpression"]
    late = wire.run(client.broadcast(messages.broadcast_body([make_text(LINK)]), uuid4())).request_id
    line.advance(15 * DAY)
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)

    assert 20 <= within < 30
    assert wire.run(client.get_message_event(sent))["overview"]["uniqueImpression"] == within
    assert wire.run(client.get_message_event(late))["overview"]["uniqueImpression"] is None


def test_delivered_is_told_however_few(client, line):
    make_many_friends(line, 3)

    sent = wire.run(client.broadcast(messages.broadcast_body([make_text(LINK)]), uuid4())).request_id

    overview = wire.run(client.get_message_event(sent))["overview"]
    assert (overview["delivered"], overview["uniqueImpression"]) == (3, None)


def test_only_broadcasts_and_narrowcasts_are_told_of_by_request(client, line):
    people = make_many_friends(line, 3)
    sent = wire.run(client.push(messages.push_body(people[0], [make_text()]), uuid4()))

    with pytest.raises(Rejected) as error:
        wire.run(client.get_message_event(sent.request_id))

    assert error.value.status == 404


def test_a_day_is_counted_some_time_after_it_is_over(client, line):
    line.configure(CHANNEL, counting_seconds=2 * DAY)
    today = line.today()

    line.advance(DAY)
    on_the_next_day = wire.run(client.get_number_of_message_deliveries(today))
    line.advance(2 * DAY)

    assert on_the_next_day == {"status": "unready"}
    assert wire.run(client.get_number_of_message_deliveries(today))["status"] == "ready"


def test_a_kind_that_line_hides_is_missing_among_a_days_deliveries(client, line):
    send(client, line, make_many_friends(line, 25))
    line.send_from_manager(CHANNEL, "targeting", 19)
    today = line.today()
    line.configure(CHANNEL, hides_small_counts=True)

    line.advance(DAY)

    assert wire.run(client.get_number_of_message_deliveries(today)) == {"status": "ready", "apiMulticast": 25}


def test_corrected_counts_change_the_day_and_what_is_billed_of_the_month(client, line):
    send(client, line, make_many_friends(line, 25))
    today = line.today()

    line.recount(CHANNEL, "multicast", -5, today)
    line.recount(CHANNEL, "broadcast", 100, today, by_manager=True)
    line.recount(CHANNEL, "chat", 30, today, by_manager=True)
    used = wire.run(client.get_quota_consumption())
    line.advance(DAY)

    told = wire.run(client.get_number_of_message_deliveries(today))
    assert (told["apiMulticast"], told["broadcast"], told["chat"], used) == (20, 100, 30, 120)
