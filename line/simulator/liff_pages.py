"""Opening a LIFF app: https://liff.line.me/{liffId} is /liff/{liffId} here, and /liff/sdk.js the SDK.

LINE's own SDK talks to its app; this one finds its tokens in the address it is opened with.
Source: https://developers.line.biz/en/docs/liff/opening-liff-app/
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from line.simulator import consent, dialogs, id_tokens, liff, login_api
from line.simulator.authorize import redirect
from line.simulator.channels import Person
from line.simulator.exchange import Answer, Refusal, Request, Routes, page
from line.simulator.login import LoginChannel, Permission
from line.simulator.viewers import remember, viewer
from line.simulator.world import World

ACCESS_TOKEN_LIVES = 12 * 60 * 60
_SDK = Path(__file__).parent / "liff_sdk.js"

routes = Routes(for_channel=False)


@routes.add("GET", "/liff/sdk.js")
def sdk(world: World, request: Request) -> Answer:
    return Answer(_SDK.read_bytes(), content_type="text/javascript; charset=utf-8")


@routes.add("GET", "/liff/closed")
def closed(world: World, request: Request) -> Answer:
    return page(dialogs.CLOSED)


@routes.add("GET", "/liff/login/{liff_id}")
@routes.add("POST", "/liff/login/{liff_id}")
async def log_in(world: World, request: Request, liff_id: str) -> Answer:
    """`liff.login()` in an external browser: back to `redirect_uri`, which must lie under the endpoint."""
    login, app = liff.find(world, liff_id)
    target = request.query.get("redirect_uri") or app["view"]["url"]
    if not _is_under(target, app["view"]["url"]):
        reason = escape("redirect_uri does not begin with the endpoint URL")
        return page(dialogs.BAD_REQUEST.format(reason=reason), 400)
    form = _form(request)
    chosen = form.pop("person", "")
    person = world.channel(login.channel_id).people.get(chosen or viewer(request))
    if person is None:
        return consent.choose_person(world.channel(login.channel_id), request.query)
    shown = await _open(world, login, app, person, target, form, is_in_client=False)
    return _signed_in(shown, chosen)


@routes.add("POST", "/liff/friendship/{liff_id}")
async def request_friendship(world: World, request: Request, liff_id: str) -> Answer:
    """The person taps "add" in the window that `liff.requestFriendship()` shows."""
    login, found = login_api.bearer(world, request)
    if not login.is_linked or liff_id not in login.liff_apps:
        raise Refusal(403, "No LINE Official Account is linked", headers=login_api.FOR_PAGES)
    account, person = world.channel(login.channel_id), login_api.person_of(world, login, found)
    await consent.befriend(world, account, person)
    return login_api.for_pages({})


@routes.add("GET", "/liff/account/{liff_id}")
def account_of(world: World, request: Request, liff_id: str) -> Answer:
    """Whom `liff.requestFriendship()` offers to add."""
    login, _ = liff.find(world, liff_id)
    name = world.channel(login.channel_id).settings.name if login.is_linked else ""
    return login_api.for_pages({"name": name})


@routes.add("OPTIONS", "/liff/account/{liff_id}")
@routes.add("OPTIONS", "/liff/friendship/{liff_id}")
def preflight(world: World, request: Request, liff_id: str) -> Answer:
    return login_api.preflight(world, request)


@routes.add("GET", "/liff/{liff_id}")
@routes.add("POST", "/liff/{liff_id}")
async def open_app(world: World, request: Request, liff_id: str) -> Answer:
    return await open_path(world, request, liff_id, "")


@routes.add("GET", "/liff/{liff_id}/{rest:path}")
@routes.add("POST", "/liff/{liff_id}/{rest:path}")
async def open_path(world: World, request: Request, liff_id: str, rest: str) -> Answer:
    """As the person of the phone; without one as in an external browser, where the page has to log in."""
    login, app = liff.find(world, liff_id)
    target = primary_url(app, rest, request.query)
    person = world.channel(login.channel_id).people.get(viewer(request))
    if person is None:
        return redirect(target)
    return await _open(world, login, app, person, target, _form(request), is_in_client=True)


def primary_url(app: dict, rest: str, query: Mapping[str, str]) -> str:
    """The endpoint URL; what was added to the LIFF URL goes along as `liff.state`."""
    endpoint, added = app["view"]["url"], f"/{rest}" if rest else ""
    if query:
        added += f"?{urlencode(dict(query))}"
    if not added:
        return endpoint
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode({'liff.state': added})}"


def tokens_for(
    world: World, login: LoginChannel, app: dict, person: Person, *, is_in_client: bool
) -> dict[str, str]:
    """What the SDK learns: an access token for twelve hours, and an ID token for one where `openid` is in."""
    permission = Permission(person.user_id, tuple(app["scope"]))
    now = world.clock.now()
    given = {"access_token": login.new_access_token(permission, now, ACCESS_TOKEN_LIVES)}
    if "openid" in permission.scopes:
        given["id_token"] = id_tokens.make(login, permission, person, now, world.signing_key)
    return given | {
        "liff_id": app["liffId"],
        "in_client": "1" if is_in_client else "",
        "view": app["view"]["type"],
    }


async def _open(
    world: World,
    login: LoginChannel,
    app: dict,
    person: Person,
    target: str,
    form: Mapping[str, str],
    *,
    is_in_client: bool,
) -> Answer:
    bot_prompt = app["botPrompt"].replace("none", "")
    decision = await consent.ask(world, consent.Wish(login, tuple(app["scope"]), bot_prompt), person, form)
    if isinstance(decision, Answer):
        return decision
    if not decision.agreed:
        return page(dialogs.CLOSED)
    tokens = tokens_for(world, login, app, person, is_in_client=is_in_client)
    return redirect(f"{target}#{urlencode(tokens)}")


def _is_under(address: str, endpoint: str) -> bool:
    """Whether a page belongs to the app: the endpoint URL itself, or what lies below it."""
    base = endpoint.partition("?")[0]
    goes_on = address.removeprefix(base)[:1] in ("", "/", "?", "#") or base.endswith("/")
    return address.isprintable() and address.startswith(base) and goes_on


def _signed_in(shown: Answer, chosen: str) -> Answer:
    if not chosen:
        return shown
    return Answer(shown.body, shown.status, shown.content_type, {**shown.headers, **remember(chosen)})


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))
