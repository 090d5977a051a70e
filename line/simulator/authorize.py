"""LINE Login in the browser: /oauth2/v2.1/authorize, from the app's request to its callback address.

Source: https://developers.line.biz/en/docs/line-login/integrate-line-login/#making-an-authorization-request
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from line.simulator import consent, dialogs
from line.simulator.channels import Person
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer, page
from line.simulator.login import SCOPES, LoginChannel, Permission
from line.simulator.viewers import remember, viewer
from line.simulator.world import World

PATH = "/oauth2/v2.1/authorize"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

routes = Routes(for_channel=False)


class BadRequest(Exception):
    """Nowhere to send the browser: the person sees LINE's error page with these words."""


class Refused(Exception):
    """The app is told with `error` and `error_description` at its callback address."""

    def __init__(self, error: str, description: str):
        super().__init__(error)
        self.error, self.description = error, description


@dataclass(frozen=True)
class Return:
    """Where the browser goes in the end, and the state it takes along."""

    uri: str
    state: str

    def to(self, **parameters: str) -> str:
        joint = "&" if "?" in self.uri else "?"
        state = {"state": self.state} if self.state else {}
        return f"{self.uri}{joint}{urlencode(parameters | state)}"

    def after(self, refused: Refused) -> str:
        return self.to(error=refused.error, error_description=refused.description)


@routes.add("GET", PATH)
@routes.add("POST", PATH)
async def authorize(world: World, request: Request) -> Answer:
    """One step of signing in: a screen, or on to the callback. Forms post back to the same address."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        login, back = _destination(world, request.query)
    except BadRequest as error:
        return page(dialogs.BAD_REQUEST.format(reason=escape(str(error))), 400)
    try:
        return await _step(world, login, back, request, form)
    except Refused as refused:
        return redirect(back.after(refused))


async def sign_in(world: World, user_id: str, url: str, form: Mapping[str, str]) -> str:
    """What a browser without cookies would be sent to, for somebody who fills in the screens so."""
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    try:
        login, back = _destination(world, query)
    except BadRequest as error:
        raise Refusal(400, str(error)) from error
    person = world.channel(login.channel_id).people.get(user_id)
    if person is None:
        raise Refusal(404, f"No person {user_id} in channel {login.channel_id}")
    try:
        permission, wish, challenge = _request_of(login, query)
        if query.get("prompt") == "none":
            _refuse_unless_silent(wish, person)
        decision = await consent.ask(world, wish, person, form)
        assert not isinstance(decision, Answer)  # noqa: S101 - the form answers every screen
        return _finish(world, back, replace(permission, user_id=user_id), login, decision, challenge)
    except Refused as refused:
        return back.after(refused)


async def _step(
    world: World, login: LoginChannel, back: Return, request: Request, form: dict[str, str]
) -> Answer:
    permission, wish, challenge = _request_of(login, request.query)
    account, prompt = world.channel(login.channel_id), request.query.get("prompt", "")
    chosen = form.pop("person", "")
    person = account.people.get(chosen or viewer(request))
    if prompt == "none":
        _refuse_unless_silent(wish, person)
    if person is None or (prompt == "login" and not chosen and not form):
        return consent.choose_person(account, request.query)
    how = "pwd" if prompt == "login" else "linesso" if chosen else permission.amr
    decision = await consent.ask(world, wish, person, form)
    if not isinstance(decision, Answer):
        done = replace(permission, user_id=person.user_id, amr=how)
        decision = redirect(_finish(world, back, done, login, decision, challenge))
    return replace(decision, headers={**decision.headers, **remember(chosen)}) if chosen else decision


def redirect(url: str) -> Answer:
    return Answer(b"", 302, "text/html; charset=utf-8", {"Location": url, "Cache-Control": "no-store"})


def _destination(world: World, query: Mapping[str, str]) -> tuple[LoginChannel, Return]:
    """Checked first, and never redirected to when wrong."""
    login = world.logins.get(query.get("client_id", ""))
    if login is None:
        raise BadRequest("Invalid client_id value. Check if it is a valid channel ID.")
    uri = query.get("redirect_uri", "")
    if not login.allows(uri):
        raise BadRequest("Invalid redirect_uri value. Check if it is registered in a LINE developers site.")
    return login, Return(uri, query.get("state", ""))


def _request_of(login: LoginChannel, query: Mapping[str, str]) -> tuple[Permission, consent.Wish, str]:
    """What the app asks for. Raises Refused."""
    if query.get("response_type") != "code":
        raise Refused("UNSUPPORTED_RESPONSE_TYPE", "The response_type must be code.")
    if not query.get("state"):
        raise Refused("INVALID_REQUEST", "The state parameter is required.")
    scopes = tuple(dict.fromkeys(query.get("scope", "").split()))
    if not SCOPES.intersection(scopes) - {"email"} or not SCOPES.issuperset(scopes):
        raise Refused("INVALID_SCOPE", "The scope must have profile or openid.")
    if "email" in scopes and "openid" not in scopes:
        raise Refused("INVALID_SCOPE", "The email scope needs openid.")
    _check_modes(query)
    wish = consent.Wish(
        login, scopes, query.get("bot_prompt", ""), "consent" in query.get("prompt", "").split()
    )
    return Permission("", scopes, query.get("nonce", "")), wish, _challenge(query)


def _check_modes(query: Mapping[str, str]) -> None:
    known = {
        "response_mode": {"query"},
        "prompt": {"consent", "none", "login"},
        "bot_prompt": {"normal", "aggressive"},
    }
    for name, values in known.items():
        if name in query and not set(query[name].split()) <= values:
            raise Refused(
                "INVALID_REQUEST", f"The {name} parameter is not one of {', '.join(sorted(values))}."
            )


def _challenge(query: Mapping[str, str]) -> str:
    """PKCE's challenge, or empty without PKCE. Only S256, as LINE has it."""
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method", "")
    if not challenge and not method:
        return ""
    if method != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise Refused("INVALID_REQUEST", "The code_challenge must be made by S256.")
    return challenge


def _refuse_unless_silent(wish: consent.Wish, person: Person | None) -> None:
    """`prompt=none`: no screen may be shown."""
    if person is None:
        raise Refused("LOGIN_REQUIRED", "The user is not logged in.")
    if not wish.login.has_consent(person.user_id, wish.scopes):
        raise Refused("INTERACTION_REQUIRED", "The user has not given consent.")


def _finish(
    world: World,
    back: Return,
    permission: Permission,
    login: LoginChannel,
    decision: consent.Decision,
    challenge: str,
) -> str:
    if not decision.agreed:
        return back.after(Refused("ACCESS_DENIED", "The resource owner denied the request."))
    code = login.new_code(permission, redirect_uri=back.uri, challenge=challenge, now=world.clock.now())
    changed = decision.friendship_changed
    friendship = {} if changed is None else {"friendship_status_changed": str(changed).lower()}
    return back.to(code=code, **friendship)


@routes.add("GET", "/.well-known/openid-configuration")
def discovery(world: World, request: Request) -> Answer:
    """Names LINE's hosts as LINE does; on this machine all of them are this one."""
    here = f"http://{request.headers.get('host', '127.0.0.1')}"
    return answer(
        {
            "issuer": "https://access.line.me",
            "authorization_endpoint": f"{here}{PATH}",
            "token_endpoint": f"{here}/oauth2/v2.1/token",
            "revocation_endpoint": f"{here}/oauth2/v2.1/revoke",
            "userinfo_endpoint": f"{here}/oauth2/v2.1/userinfo",
            "jwks_uri": f"{here}/oauth2/v2.1/certs",
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256"],
            "code_challenge_methods_supported": ["S256"],
        }
    )
