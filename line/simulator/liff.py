"""LIFF apps: pages of a company that open inside LINE and know who is looking. LINE's server API for them.

Source: https://developers.line.biz/en/reference/liff-server/
"""

import secrets
import string
from urllib.parse import urlsplit

from line.simulator import oauth
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.login import LoginChannel
from line.simulator.world import World

MOST_APPS = 30
PATH = "/liff/v1/apps"
SCOPES = ("openid", "email", "profile", "chat_message.write")
_CHOICES = {"type": ("compact", "tall", "full"), "botPrompt": ("normal", "aggressive", "none")}
_LETTERS = string.ascii_letters + string.digits
_HERE = ("localhost", "127.0.0.1")

routes = Routes(for_channel=False)


@routes.add("GET", PATH)
def get_all(world: World, request: Request) -> Answer:
    login = oauth.login_channel_of(world, request)
    if not login.liff_apps:
        raise Refusal(404, "no apps")
    return answer({"apps": list(login.liff_apps.values())})


@routes.add("POST", PATH)
def add(world: World, request: Request) -> Answer:
    return answer({"liffId": add_app(oauth.login_channel_of(world, request), request.json())})


@routes.add("PUT", PATH + "/{liff_id}")
def update(world: World, request: Request, liff_id: str) -> Answer:
    """What is given; the rest stays."""
    app = _app(oauth.login_channel_of(world, request), liff_id)
    changes = request.json()
    changed = app | changes | {"view": app["view"] | (changes.get("view") or {}), "liffId": liff_id}
    _check(changed)
    app.update(changed)
    return Answer(b"")


@routes.add("DELETE", PATH + "/{liff_id}")
def delete(world: World, request: Request, liff_id: str) -> Answer:
    login = oauth.login_channel_of(world, request)
    _app(login, liff_id)
    del login.liff_apps[liff_id]
    return Answer(b"")


def add_app(login: LoginChannel, given: dict) -> str:
    """The new app's id. Refused with 400 when something is wrong, or thirty are there."""
    app = {"scope": ["profile", "chat_message.write"], "botPrompt": "none", **given}
    _check(app)
    if len(login.liff_apps) >= MOST_APPS:
        raise Refusal(400, "the number of LIFF apps reached the limit")
    liff_id = f"{login.id}-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"
    login.liff_apps[liff_id] = {"liffId": liff_id, "permanentLinkPattern": "concat", **app}
    return liff_id


def find(world: World, liff_id: str) -> tuple[LoginChannel, dict]:
    """The app and its channel, whose id the app's begins with."""
    login = world.logins.get(liff_id.partition("-")[0])
    if login is None:
        raise Refusal(404, "not found")
    return login, _app(login, liff_id)


def _app(login: LoginChannel, liff_id: str) -> dict:
    app = login.liff_apps.get(liff_id)
    if app is None:
        raise Refusal(404, "not found")
    return app


def _check(app: dict) -> None:
    view = app.get("view")
    if not isinstance(view, dict):
        raise Refusal(400, "invalid view")
    if view.get("type") not in _CHOICES["type"] or not _is_endpoint(view.get("url")):
        raise Refusal(400, "invalid view")
    if app["botPrompt"] not in _CHOICES["botPrompt"]:
        raise Refusal(400, "invalid botPrompt")
    if not isinstance(app["scope"], list) or not set(app["scope"]).issubset(SCOPES):
        raise Refusal(400, "invalid scope")
    if "line" in str(app.get("description", "")).lower():
        raise Refusal(400, "invalid description")


def _is_endpoint(url: object) -> bool:
    """https without a fragment; http to this machine passes, as for webhooks."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    host = parts.hostname or ""
    is_here = parts.scheme == "http" and (host in _HERE or host.endswith(".localhost"))
    return bool(host) and not parts.fragment and (parts.scheme == "https" or is_here)
