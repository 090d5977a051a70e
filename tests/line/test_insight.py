from datetime import timedelta
from uuid import uuid4

import pytest

from line import messages, wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_text

LINK = "https://shop.example/sale"


def send(client, line, people):
    body = messages.multicast_body(people, [make_text(f"Sale: {LINK}")], unit="sale")
    wire.run(client.multicast(body, uuid4()))


def statistics(client, line) -> dict:
    return wire.run(client.get_statistics_per_unit("sale", line.today(), line.today()))


def make_many_friends(line, number) -> list[str]:
    people = line.add_people(CHANNEL, number)
    line.follow(CHANNEL, people)
    return people


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


def test_units_of_other_names_are_not_mixed_in(client, line):
    send(client, line, make_many_friends(line, 30))
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=0.0)

    other = wire.run(client.get_statistics_per_unit("other", line.today(), line.today()))

    assert other["overview"]["uniqueImpression"] is None
    assert other["clicks"] == []


def test_a_period_has_at_most_31_days(client, line):
    with pytest.raises(Rejected):
        wire.run(client.get_statistics_per_unit("sale", line.today(), line.today() + timedelta(days=31)))
