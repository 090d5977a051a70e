import json
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from line import messages, wire
from tests.line.conftest import CHANNEL
from tests.line.factories import make_coupon, make_friends, make_text


def fetch(line, path, method="GET", content=None, headers=None) -> tuple[int, bytes]:
    connection = HTTPConnection(line.base_url.removeprefix("http://"))
    connection.request(method, path, content and json.dumps(content), headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def look(line, person, **asked) -> dict:
    return json.loads(fetch(line, f"/phone/api/channels/{CHANNEL}/chats/{person}?{urlencode(asked)}")[1])


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


def test_nothing_is_told_twice_while_nothing_changes(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi, "Hello")
    version = look(line, aoi)["version"]

    same = look(line, aoi, seen=version)
    push(client, aoi, "News")
    other = look(line, aoi, seen=version)

    assert same == {"version": version}
    assert [item["message"]["text"] for item in other["items"]] == ["Hello", "News"]


def test_earlier_messages_are_there_on_demand(client, line):
    [aoi] = make_friends(line, "Aoi")
    push(client, aoi, "One", "Two", "Three")

    newest, everything = look(line, aoi, most=2), look(line, aoi, most=3)

    assert (len(newest["items"]), newest["hasOlder"]) == (2, True)
    assert (len(everything["items"]), everything["hasOlder"]) == (3, False)


def test_an_account_that_answers_by_hand_has_read_what_it_says_it_has(client, line):
    line.configure(CHANNEL, mark_as_read_mode="manual")
    [aoi] = make_friends(line, "Aoi")
    said = line.say(CHANNEL, aoi, "Hello")["message"]

    before = look(line, aoi)["items"][0]["read"]
    wire.run(client.mark_as_read(said["markAsReadToken"]))

    assert before is False
    assert look(line, aoi)["items"][0]["read"] is True


def test_dots_move_until_the_account_answers(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.say(CHANNEL, aoi, "Hello")

    wire.run(client.show_loading(aoi, 20))
    before = look(line, aoi)["loading"]
    push(client, aoi, "Welcome")

    assert before is True
    assert look(line, aoi)["loading"] is False


def test_a_coupon_comes_with_what_it_offers(client, line):
    [aoi] = make_friends(line, "Aoi")
    coupon_id = wire.run(client.create_coupon(make_coupon(title="10% off")))
    body = messages.push_body(aoi, [{"type": "coupon", "couponId": coupon_id}])
    wire.run(client.push(body, uuid4()))

    [item] = look(line, aoi)["items"]

    assert item["message"]["coupon"]["title"] == "10% off"


DIALOG = "/dialog/bot/accountLink?linkToken=x&nonce=0123456789"
OPENED = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


def test_a_browser_that_opens_one_of_lines_pages_is_asked_for_whom(line):
    status, asking = fetch(line, DIALOG, headers=OPENED)
    _, told = fetch(line, f"{DIALOG}&sim_person=", headers=OPENED)
    _, other_program = fetch(line, DIALOG)

    assert status == 200
    assert b"/phone/asked.js" in asking
    assert told == other_program
    assert b"asked.js" not in told


def test_the_person_of_the_tab_goes_before_that_of_the_browser(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    token = wire.run(client.issue_link_token(aoi))
    dialog = f"/dialog/bot/accountLink?linkToken={token}&nonce=0123456789"
    cookie = {"Cookie": f"line_person={ren}"}

    _, of_the_tab = fetch(line, f"{dialog}&sim_person={aoi}", headers=cookie)
    _, of_the_browser = fetch(line, dialog, headers=cookie)
    _, of_the_page_before = fetch(line, dialog, headers={**cookie, "Referer": f"/x?sim_person={aoi}"})

    assert "<b>Aoi</b>" in of_the_tab.decode()
    assert "<b>Ren</b>" in of_the_browser.decode()
    assert "<b>Aoi</b>" in of_the_page_before.decode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/phone", ""])
def test_a_phone_opens_web_addresses_only(line, url):
    [aoi] = make_friends(line, "Aoi")

    refused, _ = fetch(line, f"/phone/open?{urlencode({'person': aoi, 'url': url})}")
    allowed, _ = fetch(line, f"/phone/open?{urlencode({'person': aoi, 'url': 'https://shop.example/'})}")

    assert (refused, allowed) == (400, 200)


def test_a_phone_opens_links_for_people_only(line):
    assert fetch(line, "/phone/open?person=Nobody&url=https://shop.example/")[0] == 400
