from http.client import HTTPConnection
from urllib.parse import urlencode

import orjson
import pytest

from line import wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends

NONCE = "Zm9yLWFvaS1vbmx5LTEyMzQ"


def dialog_url(endpoints, token, nonce=NONCE) -> str:
    return f"{endpoints.access}/dialog/bot/accountLink?{urlencode({'linkToken': token, 'nonce': nonce})}"


def link_events(receiver) -> list[dict]:
    bodies = [orjson.loads(body) for _, body in receiver.received]
    return [event for body in bodies for event in body["events"] if event["type"] == "accountLink"]


def test_who_agrees_is_linked(client, endpoints, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    token = wire.run(client.issue_link_token(aoi))

    result = line.open_link_dialog(CHANNEL, aoi, dialog_url(endpoints, token))

    [event] = link_events(receiver)
    assert result == "ok"
    assert event["link"] == {"result": "ok", "nonce": NONCE}
    assert event["source"]["userId"] == aoi
    assert event["replyToken"]


def test_a_token_opened_by_somebody_else_fails_without_naming_anyone(client, endpoints, line, receiver):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    token = wire.run(client.issue_link_token(aoi))

    result = line.open_link_dialog(CHANNEL, ren, dialog_url(endpoints, token))

    [event] = link_events(receiver)
    assert result == "failed"
    assert event["link"] == {"result": "failed", "nonce": NONCE}
    assert "source" not in event
    assert "replyToken" not in event


def test_a_token_works_once(client, endpoints, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    url = dialog_url(endpoints, wire.run(client.issue_link_token(aoi)))

    line.open_link_dialog(CHANNEL, aoi, url)
    again = line.open_link_dialog(CHANNEL, aoi, url)

    assert again == "link token is expired, used or unknown"
    assert len(link_events(receiver)) == 1


def test_a_token_is_good_for_ten_minutes(client, endpoints, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    url = dialog_url(endpoints, wire.run(client.issue_link_token(aoi)))

    line.advance(601)

    assert line.open_link_dialog(CHANNEL, aoi, url) == "link token is expired, used or unknown"
    assert link_events(receiver) == []


@pytest.mark.parametrize("nonce", ["short", "a" * 256])
def test_a_nonce_has_10_to_255_characters(client, endpoints, line, nonce):
    [aoi] = make_friends(line, "Aoi")
    url = dialog_url(endpoints, wire.run(client.issue_link_token(aoi)), nonce)

    assert line.open_link_dialog(CHANNEL, aoi, url) == "nonce must be 10 to 255 characters"


def test_only_a_friend_gets_a_token(client, line):
    [stranger] = line.add_people(CHANNEL, ["Stranger"])

    with pytest.raises(Rejected) as error:
        wire.run(client.issue_link_token(stranger))

    assert error.value.status == 404


def test_the_page_asks_the_person_and_links_when_they_agree(client, endpoints, line, receiver):
    [aoi] = make_friends(line, "<Aoi>")
    token = wire.run(client.issue_link_token(aoi))
    query = urlencode({"linkToken": token, "nonce": NONCE})

    page = browse(endpoints, aoi, "GET", f"/dialog/bot/accountLink?{query}")
    done = browse(endpoints, aoi, "POST", "/dialog/bot/accountLink", query)

    assert "<b>&lt;Aoi&gt;</b> さん" in page
    assert "Hana Cosmetics" in page
    assert "連携しました" in done
    assert [event["link"]["result"] for event in link_events(receiver)] == ["ok"]


def browse(endpoints, person, method, path, form=None) -> str:
    """What a person's in-app browser shows: the phone has set a cookie that says who they are."""
    connection = HTTPConnection(endpoints.access.removeprefix("http://"))
    connection.request(method, path, form, {"Cookie": f"line_person={person}"})
    return connection.getresponse().read().decode()
