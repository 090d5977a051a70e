"""LIFF apps: our client against the simulator, and pages that the simulator opens."""

import threading
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import pytest

from line import wire
from line.errors import Rejected, Unauthorized
from line.liff import LiffApp, LiffClient
from line.login import BadIdToken, LoginClient
from tests.chromium import chromium, needs_chromium
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends

LOGIN = "1657000001"
LOGIN_SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
APP = LiffApp("https://musubi.example/liff/", name="Hana")


@pytest.fixture
def liff(line, endpoints) -> LiffClient:
    line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[])
    return LiffClient(LOGIN, LOGIN_SECRET, endpoints=endpoints)


@pytest.fixture
def login(endpoints) -> LoginClient:
    return LoginClient(LOGIN, LOGIN_SECRET, endpoints=endpoints)


def test_apps_are_made_changed_and_deleted(liff):
    before = wire.run(liff.get_apps())
    liff_id = wire.run(liff.add_app(APP))
    made = wire.run(liff.get_apps())
    changed = replace(APP, url="https://musubi.example/other/", bot_prompt="aggressive", liff_id=liff_id)
    wire.run(liff.update_app(changed))
    after = wire.run(liff.get_apps())
    wire.run(liff.delete_app(liff_id))

    assert before == []
    assert made == [replace(APP, liff_id=liff_id)]
    assert after == [changed]
    assert wire.run(liff.get_apps()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://musubi.example/"},
        {"url": "https://musubi.example/#part"},
        {"url": ""},
        {"size": "huge"},
        {"bot_prompt": "pushy"},
        {"scopes": ["everything"]},
        {"name": "LINE of Hana"},
    ],
)
def test_what_line_does_not_take_is_refused(liff, wrong):
    wire.run(liff.add_app(APP))

    with pytest.raises(Rejected) as error:
        wire.run(liff.add_app(replace(APP, **wrong)))

    assert error.value.status == 400


def test_a_channel_has_thirty_apps_at_most(liff):
    for _ in range(30):
        wire.run(liff.add_app(APP))

    with pytest.raises(Rejected, match="limit"):
        wire.run(liff.add_app(APP))


def test_the_app_of_another_channel_is_not_found(line, liff, endpoints):
    line.add_login_channel("1657000002", "e" * 32, channel_id=CHANNEL, redirect_uris=[])
    other = LiffClient("1657000002", "e" * 32, endpoints=endpoints)
    liff_id = wire.run(liff.add_app(APP))

    with pytest.raises(Rejected) as deleting:
        wire.run(other.delete_app(liff_id))
    with pytest.raises(Rejected) as changing:
        wire.run(other.update_app(replace(APP, liff_id=liff_id)))

    assert (deleting.value.status, changing.value.status) == (404, 404)
    assert len(wire.run(liff.get_apps())) == 1


def test_the_messaging_channel_has_no_apps(line, liff, endpoints, client):
    stranger = LiffClient(CHANNEL, client._credentials.channel_secret, endpoints=endpoints)

    with pytest.raises(Unauthorized):
        wire.run(stranger.get_apps())


def test_an_app_opens_with_what_was_added_to_its_address(line, liff, login):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    liff_id = wire.run(liff.add_app(APP))

    opened = line.open_liff(aoi, f"{line.base_url}/liff/{liff_id}/shop?r=abc")

    assert opened["url"] == f"{APP.url}?{urlencode({'liff.state': '/shop?r=abc'})}"
    assert wire.run(login.verify_id_token(opened["id_token"]))["sub"] == aoi
    assert wire.run(login.get_profile(opened["access_token"]))["displayName"] == "Aoi"


def test_the_id_token_of_a_page_is_not_taken_for_one_of_web_login(line, liff, login):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    opened = line.open_liff(aoi, f"{line.base_url}/liff/{wire.run(liff.add_app(APP))}")

    with pytest.raises(BadIdToken):
        login.read_id_token(opened["id_token"], nonce="")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (APP.url, 302),
        (APP.url + "shop?r=abc", 302),
        ("https://musubi.example.evil.example/", 400),
        ("https://musubi.example/lif", 400),
        (APP.url + "\r\nSet-Cookie: a=b", 400),
    ],
)
def test_a_login_in_another_browser_leads_back_to_the_app_only(line, liff, target, status):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    liff_id = wire.run(liff.add_app(APP))
    line.open_liff(aoi, f"{line.base_url}/liff/{liff_id}")

    assert log_in(line, aoi, liff_id, target) == status


def test_an_endpoint_is_not_the_beginning_of_another_host(line, liff):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    liff_id = wire.run(liff.add_app(LiffApp("https://musubi.example")))
    line.open_liff(aoi, f"{line.base_url}/liff/{liff_id}")

    assert log_in(line, aoi, liff_id, "https://musubi.example/shop") == 302
    assert log_in(line, aoi, liff_id, "https://musubi.example.evil.example/") == 400


def log_in(line, user_id, liff_id, redirect_uri) -> int:
    connection = HTTPConnection(line.base_url.removeprefix("http://"))
    path = f"/liff/login/{liff_id}?{urlencode({'redirect_uri': redirect_uri})}"
    connection.request("GET", path, headers={"Cookie": f"line_person={user_id}"})
    return connection.getresponse().status


PAGE = """<!doctype html><meta charset="utf-8"><title>Hana</title>
<script src="{sdk}"></script><script src="/page.js?id={liff_id}"></script><output></output>"""
SCRIPT = """
const show = (what) => (document.querySelector("output").textContent = JSON.stringify(what));
addEventListener("DOMContentLoaded", async () => {
  await liff.init({ liffId: new URL(document.scripts[1].src).searchParams.get("id") });
  if (!liff.isLoggedIn()) return liff.login();
  await liff.requestFriendship();
  const { friendFlag } = await liff.getFriendship();
  const { sub } = liff.getDecodedIDToken();
  show({ sub, friendFlag, name: (await liff.getProfile()).displayName, query: location.search,
    path: location.pathname, hash: location.hash, inClient: liff.isInClient() });
});
"""


class _Site(BaseHTTPRequestHandler):
    """A page of ours with a policy as strict as ours."""

    def do_GET(self):
        parts = urlsplit(self.path)
        content, kind = {"/page.js": (SCRIPT, "text/javascript")}.get(
            parts.path, (PAGE.format(sdk=self.server.sdk, liff_id=self.server.liff_id), "text/html")
        )
        line = self.server.sdk.removesuffix("/liff/sdk.js")
        policy = f"default-src 'self'; script-src 'self' {line}; connect-src 'self' {line}; style-src 'self'"
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def site(line, liff):
    """A LIFF page on another host than LINE's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    server.sdk = f"{line.base_url}/liff/sdk.js"
    server.url = f"http://localhost:{server.server_port}/liff/"
    server.liff_id = wire.run(liff.add_app(replace(APP, url=server.url)))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def page():
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_default_timeout(30_000)
        yield page


def shown(page) -> dict:
    return orjson.loads(page.locator("output:not(:empty)").inner_text())


@needs_chromium
def test_a_page_inside_line_knows_who_looks_and_adds_the_account(line, site, page, receiver):
    [aoi] = line.add_people(CHANNEL, ["Aoi"])
    page.context.add_cookies([{"name": "line_person", "value": aoi, "url": line.base_url}])

    page.goto(f"{line.base_url}/liff/{site.liff_id}?r=abc")
    page.get_by_role("button", name="許可する").click()
    page.get_by_role("button", name="友だち追加").click()

    assert shown(page) == {
        "sub": aoi,
        "friendFlag": True,
        "name": "Aoi",
        "query": "?r=abc",
        "path": "/liff/",
        "hash": "",
        "inClient": True,
    }
    assert b'"follow"' in receiver.received[0][1]


@needs_chromium
def test_in_another_browser_the_page_asks_to_log_in(line, site, page):
    [ren] = make_friends(line, "Ren")

    page.goto(f"{line.base_url}/liff/{site.liff_id}/shop?r=abc")
    page.get_by_role("button", name="Ren").click()
    page.get_by_role("button", name="許可する").click()

    seen = shown(page)
    assert (seen["sub"], seen["friendFlag"], seen["inClient"]) == (ren, True, False)
    assert (seen["path"], dict(parse_qsl(seen["query"][1:]))) == ("/liff/shop", {"r": "abc"})
