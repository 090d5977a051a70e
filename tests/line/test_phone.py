import json
from http.client import HTTPConnection
from uuid import uuid4

import pytest

from line import messages, wire
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends, make_text


def fetch(line, path, method="GET", content=None) -> tuple[int, bytes]:
    connection = HTTPConnection(line.base_url.removeprefix("http://"))
    connection.request(method, path, content and json.dumps(content))
    answer = connection.getresponse()
    return answer.status, answer.read()


def look(line, person) -> dict:
    return json.loads(fetch(line, f"/phone/api/channels/{CHANNEL}/chats/{person}")[1])


def people(line, search="") -> list[dict]:
    path = f"/phone/api/channels/{CHANNEL}/people?search={search}"
    return json.loads(fetch(line, path)[1])["people"]


def push(client, person, *texts):
    body = messages.push_body(person, [make_text(text) for text in texts], unit="sale")
    return wire.run(client.push(body, uuid4()))


@pytest.mark.parametrize("name", ["", "/phone.js", "/chat.js", "/phone.css", "/dialog.css", "/icon.svg"])
def test_the_page_and_its_parts_are_there(line, name):
    status, body = fetch(line, f"/phone{name}")

    assert status == 200
    assert body


@pytest.mark.parametrize("name", ["__init__.py", "..%2fapp.py", "%2e%2e/app.py", "phone.html%00.js"])
def test_no_other_file_is_given_out(line, name):
    assert fetch(line, f"/phone/{name}")[0] == 404


def test_both_sides_of_a_chat_stand_in_order(client, line):
    [aoi] = make_friends(line, "Aoi")

    line.say(CHANNEL, aoi, "Hello")
    push(client, aoi, "Welcome", "Look around")
    line.say(CHANNEL, aoi, "Thanks")

    items = look(line, aoi)["items"]
    assert [(item["mine"], item["message"]["text"]) for item in items] == [
        (True, "Hello"),
        (False, "Welcome"),
        (False, "Look around"),
        (True, "Thanks"),
    ]


def test_unread_messages_are_counted_until_looked_at(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi, "One", "Two")

    before = people(line)[0]["unread"]
    look(line, aoi)

    assert before == 2
    assert people(line)[0]["unread"] == 0


def test_who_has_news_comes_first_and_names_can_be_searched(client, line):
    _, ren = make_friends(line, "Aoi", "Ren")
    push(client, ren, "Hello")

    assert [row["name"] for row in people(line)] == ["Ren", "Aoi"]
    assert [row["name"] for row in people(line, search="Ao")] == ["Aoi"]


def test_looking_and_tapping_count_in_lines_statistics(client, line):
    friends = make_friends(line, *map(str, range(20)))
    for friend in friends:
        push(client, friend, "https://shop.example/")
        [item] = look(line, friend)["items"]
        tap = {"message_id": item["id"], "url": "https://shop.example/"}
        fetch(line, f"/phone/api/channels/{CHANNEL}/chats/{friend}/clicks", "POST", tap)

    overview = wire.run(client.get_statistics_per_unit("sale", line.today(), line.today()))["overview"]
    assert (overview["uniqueImpression"], overview["uniqueClick"]) == (20, 20)


def test_who_blocks_or_has_not_added_the_account_is_shown_as_such(line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    [stranger] = line.add_people(CHANNEL, ["Stranger"])
    line.unfollow(CHANNEL, [ren])

    states = {row["userId"]: row["state"] for row in people(line)}

    assert states == {aoi: "friend", ren: "blocked", stranger: "stranger"}


def test_a_picture_from_a_friend_can_be_fetched_by_the_account_and_seen_on_the_phone(line):
    [aoi] = make_friends(line, "Aoi")
    event = line.send_image(CHANNEL, aoi, b"\xff\xd8\xff picture")

    _, picture = fetch(line, f"/phone/contents/{event['message']['id']}")

    assert picture == b"\xff\xd8\xff picture"
