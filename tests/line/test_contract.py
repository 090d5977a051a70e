"""What our client says, and what the simulator answers and sends, against LINE's own OpenAPI files."""

import re
import threading
from datetime import date
from http.server import ThreadingHTTPServer
from uuid import uuid4

import orjson
import pytest

from line import messages, wire
from line.client import Endpoints, LineClient
from line.errors import AlreadyAccepted, LineError
from line.simulator.app import TABLES
from tests.line import contract
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_buttons, make_flex, make_friends, make_text

pytestmark = pytest.mark.skipif(
    not contract.SPECS.is_dir(),
    reason="LINE's OpenAPI files are not beside the project (../shared/line-openapi)",
)


@pytest.fixture
def recorded(line):
    """A server in front of the simulator that notes what passes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), contract.Recorder)
    server.target = line.base_url.removeprefix("http://")
    server.exchanges = []
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def recorded_client(recorded) -> LineClient:
    url = f"http://127.0.0.1:{recorded.server_port}"
    return LineClient(CHANNEL, SECRET, endpoints=Endpoints(url, url, url))


def faults(recorded) -> list[str]:
    return [fault for exchange in recorded.exchanges for fault in contract.faults(exchange)]


def test_every_call_of_the_client_is_as_line_describes_it(recorded, recorded_client, line, receiver):
    client = recorded_client
    [aoi] = make_friends(line, "Aoi")
    token = line.say(CHANNEL, aoi, "Hello")["replyToken"]
    day = date(2026, 11, 20)

    wire.run(client.get_bot_info())
    wire.run(client.get_quota())
    wire.run(client.get_quota_consumption())
    wire.run(client.get_webhook_endpoint())
    wire.run(client.set_webhook_endpoint(receiver.url))
    wire.run(client.test_webhook_endpoint())
    wire.run(client.get_profile(aoi))
    wire.run(client.issue_link_token(aoi))
    wire.run(client.validate_messages("push", [make_text()]))
    wire.run(client.reply(token, [make_text()]))
    wire.run(client.push(messages.push_body(aoi, [make_flex(), make_buttons()], unit="u1"), uuid4()))
    wire.run(client.multicast(messages.multicast_body([aoi], [make_text()], unit="u1"), uuid4()))
    wire.run(client.get_delivery_count("push", day))
    wire.run(client.get_statistics_per_unit("u1", day, day))
    wire.run(client.get_aggregation_unit_usage())

    assert len(recorded.exchanges) == 16
    assert faults(recorded) == []


def test_statistics_with_numbers_are_as_line_describes_them(recorded, recorded_client, line):
    friends = make_friends(line, *map(str, range(25)))
    body = messages.multicast_body(friends, [make_text("https://shop.example/")], unit="u1")
    wire.run(recorded_client.multicast(body, uuid4()))
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)

    statistics = wire.run(recorded_client.get_statistics_per_unit("u1", line.today(), line.today()))

    assert statistics["overview"]["uniqueClick"] == 25
    assert faults(recorded) == []


def test_every_refusal_is_as_line_describes_it(recorded, recorded_client, line):
    client = recorded_client
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
    assert faults(recorded) == []


def test_every_answer_carries_a_request_id(recorded, recorded_client, line):
    wire.run(recorded_client.get_profile("U" + "0" * 32))

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


def test_the_judge_finds_what_is_not_as_line_describes_it(recorded, recorded_client, line):
    [aoi] = make_friends(line, "Aoi")
    huge = make_flex(size="huge")

    with pytest.raises(LineError):
        wire.run(recorded_client.push(messages.push_body(aoi, [huge]), uuid4()))

    assert "is not valid under any of the given schemas" in faults(recorded)[0]


def test_the_simulator_has_no_endpoint_that_line_has_not():
    known = {(method, re.sub(r"\[\^/\]\+", "{}", pattern)) for method, pattern in contract.operations()}
    names = [route.name for table in TABLES if table.for_channel for route in table.all()]
    ours = {tuple(re.sub(r"{\w+}", "{}", name).split(" ")) for name in names}

    assert sorted(ours - known) == []
