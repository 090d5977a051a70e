"""What our client says, and what the simulator answers and sends, against LINE's own OpenAPI files."""

import inspect
import re
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import orjson
import pytest

from line import messages, wire
from line.client import LineClient
from line.errors import AlreadyAccepted, LineError, Rejected
from line.liff import LiffApp, LiffClient
from line.simulator.app import TABLES
from tests.line import contract, every_call
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_flex, make_friends, make_rich_menu, make_text
from tests.line.not_called import NOT_CALLED

pytestmark = pytest.mark.skipif(
    not contract.SPECS.is_dir(),
    reason="LINE's OpenAPI files are not beside the project (../shared/line-openapi)",
)
BOX = {"type": "box", "layout": "vertical", "contents": []}
LOGIN, LOGIN_SECRET = "1657000001", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
def recorded(line):
    """Servers in front of the simulator that note what passes."""
    with contract.recorder(line.base_url) as recorded:
        yield recorded


@pytest.fixture
def client(recorded) -> LineClient:
    return LineClient(CHANNEL, SECRET, endpoints=recorded.endpoints)


def manage_liff_apps(recorded, line) -> None:
    line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[])
    liff = LiffClient(LOGIN, LOGIN_SECRET, endpoints=recorded.endpoints)
    app = LiffApp("https://musubi.example/liff/", name="Hana")
    liff_id = wire.run(liff.add_app(app))
    wire.run(liff.get_apps())
    wire.run(liff.update_app(LiffApp(app.url, name="Hana", liff_id=liff_id)))
    wire.run(liff.delete_app(liff_id))


@pytest.mark.parametrize("subject", every_call.SUBJECTS, ids=lambda subject: subject.__name__)
def test_calls_and_answers_are_as_line_describes_them(recorded, client, line, subject):
    subject(every_call.Caller(client), line)

    assert recorded.faults() == []


def test_calls_and_answers_about_liff_are_as_line_describes_them(recorded, line):
    manage_liff_apps(recorded, line)

    assert recorded.faults() == []


def test_every_call_of_the_client_is_judged(client, line):
    call = every_call.Caller(client)

    for subject in every_call.SUBJECTS:
        subject(call, line)

    assert public_methods(LineClient) - call.made == set()


def test_every_operation_of_line_is_called_or_has_a_reason_not_to_be(recorded, client, line):
    for subject in every_call.SUBJECTS:
        subject(every_call.Caller(client), line)
    manage_liff_apps(recorded, line)

    known = set(contract.operations(*contract.APIS, *contract.ELSEWHERE).values())
    assert recorded.operations() | set(NOT_CALLED) == known
    assert recorded.operations() & set(NOT_CALLED) == set()


def test_the_simulator_has_what_is_called_and_no_endpoint_that_line_has_not():
    called = {
        (method, re.sub(r"\[\^/\]\+", "{}", pattern))
        for (method, pattern), name in contract.operations().items()
        if name not in NOT_CALLED
    }
    names = [route.name for table in TABLES for route in table.all() if route.for_channel]
    ours = {tuple(re.sub(r"{\w+}", "{}", name).split(" ")) for name in names}

    assert ours - called == set()
    assert called - ours - {("POST", "/oauth2/v3/token"), *LIFF} == set()


LIFF = {(method, "/liff/v1/apps") for method in ("GET", "POST")} | {
    (method, "/liff/v1/apps/{}") for method in ("PUT", "DELETE")
}


def test_every_operation_stands_in_the_documentation():
    page = (Path(__file__).parents[2] / "docs" / "line.md").read_text()

    known = contract.operations(*contract.APIS, *contract.ELSEWHERE).values()
    assert [name for name in known if f"`{name}`" not in page] == []


def test_refusals_are_as_line_describes_them(recorded, client, line):
    [aoi] = make_friends(line, "Aoi")
    key = uuid4()
    good = messages.push_body(aoi, [make_text()])

    wire.run(client.push(good, key))
    with pytest.raises(AlreadyAccepted):
        wire.run(client.push(good, key))
    line.configure(CHANNEL, quota=0)
    with pytest.raises(LineError):
        wire.run(client.push(good, uuid4()))
    line.fail_next(1)
    with pytest.raises(LineError):
        wire.run(client.push(good, uuid4()))
    with pytest.raises(LineError):
        wire.run(client.issue_link_token("U" + "0" * 32))

    assert [exchange.status for exchange in recorded.exchanges[1:]] == [200, 409, 429, 500, 404]
    assert recorded.faults() == []


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.narrowcast(
            messages.narrowcast_body([make_text()], demographic={"type": "gender", "oneOf": ["male"]}),
            uuid4(),
        ),
        lambda client: client.get_audience_data(1),
        lambda client: client.delete_audience_group(1),
        lambda client: client.create_audience_group("", []),
        lambda client: client.create_rich_menu(make_rich_menu(chatBarText="")),
        lambda client: client.delete_rich_menu("richmenu-1"),
        lambda client: client.create_rich_menu_alias("a", "richmenu-1"),
        lambda client: client.create_coupon({}),
        lambda client: client.close_coupon("1"),
        lambda client: client.mark_as_read("r1"),
        lambda client: client.show_loading("U" + "0" * 32, 7),
        lambda client: client.push_by_phone("0" * 64, [make_text()]),
        lambda client: client.get_message_event("1"),
    ],
)
def test_refusals_of_each_subject_are_as_line_describes_them(recorded, client, call):
    with pytest.raises(LineError):
        wire.run(call(client))

    assert [fault for each in recorded.exchanges for fault in contract.answer_faults(each)] == []


def test_every_answer_carries_a_request_id(recorded, client):
    wire.run(client.get_profile("U" + "0" * 32))

    assert all(exchange.headers["X-Line-Request-Id"] for exchange in recorded.exchanges)


def test_every_webhook_is_as_line_describes_it(client, line, receiver):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    line.say(CHANNEL, aoi, "Hello")
    line.send_image(CHANNEL, aoi, b"\xff\xd8\xff")
    line.postback(CHANNEL, aoi, "action=menu")
    line.open_link_dialog(CHANNEL, aoi, dialog_url(client, aoi))
    line.open_link_dialog(CHANNEL, ren, dialog_url(client, aoi))
    line.unfollow(CHANNEL, [aoi])
    line.redeliver(CHANNEL, [orjson.loads(receiver.received[0][1])["events"][0]["webhookEventId"]])

    bodies = [body for _, body in receiver.received]
    assert len(bodies) == 8
    assert [fault for body in bodies for fault in contract.webhook_faults(body)] == []


def dialog_url(client, person) -> str:
    return f"https://access.line.me/dialog/bot/accountLink?nonce=0123456789&linkToken={wire.run(client.issue_link_token(person))}"


def test_the_judge_finds_what_is_not_as_line_describes_it(recorded, client, line):
    [aoi] = make_friends(line, "Aoi")
    huge = make_flex(size="huge")

    with pytest.raises(Rejected):
        wire.run(client.push(messages.push_body(aoi, [huge]), uuid4()))

    assert "is not valid under any of the given schemas" in recorded.faults()[0]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"customAggregationUnit": ["u1"]}, "$.customAggregationUnit"),
        ({"messages": [{**make_text(), "quickreply": {"items": []}}]}, "$.messages[0].quickreply"),
        (
            {"messages": [make_flex(header={**BOX, "colour": "#fff"})]},
            "$.messages[0].contents.header.colour",
        ),
    ],
)
def test_the_judge_finds_a_field_that_line_does_not_know(recorded, client, line, body, place):
    [aoi] = make_friends(line, "Aoi")

    with suppress(Rejected):
        wire.run(client.push(orjson.dumps({"to": aoi, "messages": [make_text()], **body}), uuid4()))

    [fault] = recorded.faults()
    assert place in fault


def test_the_judge_finds_a_parameter_that_line_does_not_know(recorded, client):
    wire.run(client._get("/v2/bot/info", lang="ja"))

    assert recorded.faults() == ["GET /v2/bot/info 200: no parameter lang is described"]


def test_the_judge_finds_what_went_to_the_wrong_host(recorded, client):
    wire.run(client._call("GET", "/v2/bot/info", host=recorded.endpoints.data))

    assert recorded.faults() == ["GET /v2/bot/info 200: sent to the data host"]


def public_methods(kind: type) -> set[str]:
    members = inspect.getmembers(kind, inspect.iscoroutinefunction)
    return {name for name, _ in members if not name.startswith("_")}
