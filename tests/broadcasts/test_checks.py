"""What is found wrong with a broadcast before it leaves."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
import time_machine
from PIL import Image

from broadcasts import services
from broadcasts.checking import looking
from broadcasts.checking.findings import Finding
from broadcasts.errors import LineRefuses
from broadcasts.models import Broadcast
from library.models import LineCoupon
from taps import services as taps
from tests.factories import make_broadcast, make_tap_action

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
HOUR = timedelta(hours=1)


def png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


class Shop(BaseHTTPRequestHandler):
    """`/page` is one, `/gone` is not, `/get-only` answers GET alone, `/members` asks who one is."""

    PAGES = {"/page": 200, "/gone": 404, "/members": 403, "/broken": 500, "/get-only": 200}
    PICTURES = {"/wide.png": png(1510, 1000), "/square.png": png(500, 500)}

    def do_HEAD(self) -> None:  # noqa: N802  (the library's word)
        self._answer(405 if self.path == "/get-only" else self.PAGES.get(self.path, 404), b"")

    def do_GET(self) -> None:  # noqa: N802
        if content := self.PICTURES.get(self.path):
            self._answer(200, content)
        elif self.path == "/circle":
            self._answer(302, b"", location="/circle")
        else:
            self._answer(self.PAGES.get(self.path, 404), b"a page")

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def shop(settings) -> Iterator[str]:
    """The address of a shop that may be looked at though it is on this machine."""
    settings.RELAY_ALLOW_PRIVATE = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def found(broadcast: Broadcast) -> list[Finding]:
    return looking.findings(looking.inspect(broadcast))


def words(broadcast: Broadcast) -> list[str]:
    return [finding.words for finding in found(broadcast)]


def picture_card(url: str, **template: object) -> dict:
    button = {"type": "message", "label": "Yes", "text": "yes"}
    card = {"type": "buttons", "text": "New", "thumbnailImageUrl": url, "actions": [button]}
    return {"type": "template", "altText": "New", "template": card | template}


def saying(*messages: dict) -> Broadcast:
    """A draft whose messages nobody has looked at yet, whatever they say."""
    broadcast = make_broadcast()
    Broadcast.objects.filter(pk=broadcast.pk).update(messages=list(messages))
    broadcast.refresh_from_db()
    return broadcast


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("/gone", "it answers with status 404"),
        ("/broken", "it answers with status 500"),
        ("/circle", "it redirects in a circle"),
    ],
)
def test_links_that_lead_nowhere_are_found_and_others_are_not(tenant, shop, page, complaint):
    fine = saying({"type": "text", "text": f"{shop}/page {shop}/get-only {shop}/members"})
    broken = saying({"type": "text", "text": "Hello"}, {"type": "text", "text": f"{shop}{page}"})

    [finding] = found(broken)
    assert found(fine) == []
    assert complaint in finding.words
    assert (finding.bubble, finding.is_error) == (2, True)


def test_a_link_into_a_private_network_is_not_followed(tenant, shop, settings):
    settings.RELAY_ALLOW_PRIVATE = False

    [text] = words(saying({"type": "text", "text": f"{shop}/page"}))

    assert "private network" in text


def test_a_site_that_is_not_there_is_found(tenant, shop):
    [text] = words(saying({"type": "text", "text": "http://127.0.0.1:9/"}))

    assert "no connection" in text


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ({}, "is 500×500, but is shown as 1.51:1"),
        ({"imageAspectRatio": "square"}, None),
        ({"imageSize": "contain"}, None),
    ],
)
def test_a_picture_that_line_would_cut_off_is_found(tenant, shop, template, complaint):
    texts = words(saying(picture_card(f"{shop}/square.png", **template)))

    assert [complaint in text for text in texts] == [True] * bool(complaint)


def test_a_picture_that_is_none_is_found(tenant, shop):
    [missing, page] = words(
        saying(picture_card(f"{shop}/none.png"), picture_card(f"{shop}/page", imageSize="contain"))
    )

    assert "status 404" in missing
    assert "no JPEG or PNG" in page


def test_a_button_without_its_tap_action_is_found(tenant, shop):
    old = make_tap_action("Likes tea")
    taps.archive(old)
    nothing = {"type": "postback", "label": "Yes", "data": "tap:nobody"}
    tea = {"type": "postback", "label": "Tea", "data": f"tap:{old.code}"}

    texts = words(saying(picture_card(f"{shop}/wide.png", actions=[nothing, tea])))

    assert "does not exist" in texts[0]
    assert "“Likes tea” is archived" in texts[1]


@pytest.mark.parametrize(
    "text", ["Hello {{ display name }}", "Hello ｛｛display_name｝｝", "Hello {{display_name"]
)
def test_a_variable_that_was_mistyped_is_found(tenant, text):
    [finding] = found(saying({"type": "text", "text": text}))

    assert "looks like a variable" in finding.words
    assert not finding.is_error


@pytest.mark.parametrize(
    ("times", "send_at", "complaint"),
    [
        ({"ends_at": NOON - HOUR}, None, ["has ended"]),
        ({"ends_at": NOON + HOUR}, None, []),
        ({"ends_at": NOON + HOUR}, NOON + 2 * HOUR, ["has ended"]),
        ({"starts_at": NOON + HOUR}, None, ["begins only later"]),
        ({"closed_at": NOON - HOUR}, None, ["has ended"]),
        ({"gone_at": NOON - HOUR}, None, ["is gone from LINE"]),
    ],
)
def test_a_coupon_that_does_not_run_when_it_is_sent_is_found(tenant, times, send_at, complaint):
    LineCoupon.objects.create(coupon_id="C1", title="Ten per cent", fetched_at=NOON, **times)
    broadcast = saying({"type": "coupon", "couponId": "C1"})
    broadcast.send_at = send_at

    with time_machine.travel(NOON, tick=False):
        texts = words(broadcast)

    assert [part in text for part, text in zip(complaint, texts, strict=True)] == [True] * len(complaint)


def test_a_coupon_that_was_never_read_is_said(tenant):
    [text] = words(saying({"type": "coupon", "couponId": "C9"}))

    assert "has not been read from LINE" in text


def test_what_line_would_refuse_cannot_be_submitted(channel):
    broadcast = saying({"type": "text", "text": "x" * 5001})

    with pytest.raises(LineRefuses):
        services.submit_for_approval(broadcast, by=None)

    broadcast.refresh_from_db()
    assert broadcast.status == "draft"
    assert "messages[0].text" in found(broadcast)[0].words


def test_line_that_does_not_answer_is_said_and_is_not_in_the_way(channel, simulator):
    broadcast = make_broadcast()
    simulator.fail_next(50, path="/v2/bot/message/validate/multicast")

    inspection = looking.inspect(broadcast)
    services.submit_for_approval(broadcast, by=None)

    assert not inspection.line_said
    assert "could not be asked" in looking.findings(inspection)[0].words


def test_a_look_holds_for_its_version_and_half_a_day(tenant):
    broadcast = make_broadcast()
    looking.inspect(broadcast)

    before = looking.present(broadcast)
    changed = services.change_broadcast(broadcast, by=None, name="Other")

    assert before is not None
    assert looking.present(changed) is None


def test_the_page_looks_by_itself_and_again_when_asked(visit, shop):
    broadcast = saying({"type": "text", "text": f"{shop}/gone"})
    visitor = visit()

    first = visitor.read(f"broadcasts/{broadcast.pk}/checks/")
    looked = visitor.post(f"broadcasts/{broadcast.pk}/checks/").content.decode()
    again = visitor.read(f"broadcasts/{broadcast.pk}/checks/")

    assert 'hx-trigger="load"' in first
    assert "status 404" in looked
    assert "status 404" in again
