"""LINE Login's API: codes for tokens, and what a token tells about a person.

Source: https://developers.line.biz/en/reference/line-login/
"""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qsl

from line.simulator import id_tokens, oauth
from line.simulator.channels import Person
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.id_tokens import BadIdToken
from line.simulator.login import ACCESS_TOKEN_LIVES, AccessToken, LoginChannel, RefreshToken
from line.simulator.world import World

FOR_PAGES = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization,content-type"}
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

routes = Routes(for_channel=False)


class OAuthError(Refusal):
    """A refusal in OAuth's shape."""

    def __init__(self, error: str, description: str):
        super().__init__(400, description)
        self.error = error

    def answer(self) -> Answer:
        return answer({"error": self.error, "error_description": self.message}, self.status)


@routes.add("POST", "/oauth2/v2.1/token")
def token(world: World, request: Request) -> Answer:
    form = _form(request)
    login = _login_with_secret(world, form)
    match form.get("grant_type"):
        case "authorization_code":
            return answer(_exchange_code(world, login, form))
        case "refresh_token":
            return answer(_refresh(world, login, form))
    raise OAuthError("unsupported_grant_type", "unsupported grant type")


@routes.add("GET", "/oauth2/v2.1/verify")
def verify_access_token(world: World, request: Request) -> Answer:
    login, found = _find(world, request.query.get("access_token", ""))
    left = int(found.good_until - world.clock.now())
    scope = _scope(found.permission.scopes)
    return answer({"scope": scope, "client_id": login.id, "expires_in": left})


@routes.add("POST", "/oauth2/v2.1/verify")
def verify_id_token(world: World, request: Request) -> Answer:
    form = _form(request)
    login = world.logins.get(form.get("client_id", ""))
    if login is None:
        raise OAuthError("invalid_request", "Invalid IdToken Audience.")
    try:
        claims = id_tokens.read(form.get("id_token", ""), login, world.clock.now(), world.signing_key)
    except BadIdToken as error:
        raise OAuthError("invalid_request", str(error)) from error
    if "nonce" in form and form["nonce"] != claims.get("nonce"):
        raise OAuthError("invalid_request", "Invalid IdToken Nonce.")
    if "user_id" in form and form["user_id"] != claims["sub"]:
        raise OAuthError("invalid_request", "Invalid IdToken Subject Identifier.")
    return answer(claims)


@routes.add("POST", "/oauth2/v2.1/revoke")
def revoke(world: World, request: Request) -> Answer:
    """200 also for a token that is unknown or was revoked before."""
    form = _form(request)
    login = _login_with_secret(world, form)
    if found := login.access_tokens.get(form.get("access_token", "")):
        found.is_revoked = True
    return Answer(b"")


@routes.add("POST", "/user/v1/deauthorize")
def deauthorize(world: World, request: Request) -> Answer:
    """With the channel's own token; the person has to consent anew."""
    login = oauth.login_channel_of(world, request)
    found = login.access_tokens.get(str(request.json().get("userAccessToken")))
    if found is None or found.is_revoked or found.good_until < world.clock.now():
        raise Refusal(400, "invalid token")
    login.forget(found.permission.user_id)
    return Answer(b"", 204)


@routes.add("GET", "/oauth2/v2.1/userinfo")
@routes.add("POST", "/oauth2/v2.1/userinfo")
def userinfo(world: World, request: Request) -> Answer:
    login, found = _bearer(world, request, "openid")
    somebody = person_of(world, login, found)
    name = {"name": somebody.name} if "profile" in found.permission.scopes else {}
    return for_pages({"sub": somebody.user_id, **name})


@routes.add("GET", "/v2/profile")
def profile(world: World, request: Request) -> Answer:
    login, found = _bearer(world, request, "profile")
    somebody = person_of(world, login, found)
    return for_pages({"userId": somebody.user_id, "displayName": somebody.name})


@routes.add("GET", "/friendship/v1/status")
def friendship(world: World, request: Request) -> Answer:
    login, found = _bearer(world, request, "profile")
    if not login.is_linked:
        raise Refusal(400, "No LINE Official Account is linked to this channel", headers=FOR_PAGES)
    friends = world.channel(login.channel_id).friends
    return for_pages({"friendFlag": found.permission.user_id in friends})


@routes.add("OPTIONS", "/v2/profile")
@routes.add("OPTIONS", "/friendship/v1/status")
def preflight(world: World, request: Request) -> Answer:
    """LIFF pages ask from their own origin."""
    return Answer(b"", 204, headers=FOR_PAGES)


@routes.add("GET", "/oauth2/v2.1/certs")
def certs(world: World, request: Request) -> Answer:
    return answer({"keys": [id_tokens.key_set(world.signing_key)]})


def for_pages(content: dict) -> Answer:
    """JSON that a page of another origin may read."""
    return answer(content, 200, **FOR_PAGES)


def person_of(world: World, login: LoginChannel, token: AccessToken) -> Person:
    return world.channel(login.channel_id).people[token.permission.user_id]


def bearer(world: World, request: Request) -> tuple[LoginChannel, AccessToken]:
    """The token a request carries; refused with 401 without a good one."""
    try:
        return _find(world, request.headers.get("authorization", "").removeprefix("Bearer "))
    except OAuthError as error:
        raise Refusal(401, error.message, headers=FOR_PAGES) from error


def _bearer(world: World, request: Request, scope: str) -> tuple[LoginChannel, AccessToken]:
    login, found = bearer(world, request)
    if scope not in found.permission.scopes:
        raise Refusal(403, f"The access token has no {scope} scope", headers=FOR_PAGES)
    return login, found


def _find(world: World, value: str) -> tuple[LoginChannel, AccessToken]:
    for login in world.logins.values():
        if (found := login.access_tokens.get(value)) is None:
            continue
        if found.is_revoked:
            raise OAuthError("invalid_request", "The access token revoked")
        if found.good_until < world.clock.now():
            raise OAuthError("invalid_request", "The access token expired")
        return login, found
    raise OAuthError("invalid_request", "The access token not JWS")


def _exchange_code(world: World, login: LoginChannel, form: dict[str, str]) -> dict:
    now = world.clock.now()
    code = login.take_code(form.get("code", ""), now)
    if code is None:
        raise OAuthError("invalid_grant", "invalid authorization code")
    if code.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("invalid_grant", "redirect_uri does not match")
    if code.challenge and not _is_verifier(form.get("code_verifier", ""), code.challenge):
        raise OAuthError("invalid_grant", "code_verifier does not match")
    permission = code.permission
    person = world.channel(login.channel_id).people[permission.user_id]
    given = {
        "access_token": login.new_access_token(permission, now),
        "expires_in": ACCESS_TOKEN_LIVES,
        "refresh_token": login.new_refresh_token(permission, now),
        "scope": _scope(permission.scopes),
        "token_type": "Bearer",
    }
    if "openid" in permission.scopes:
        given["id_token"] = id_tokens.make(login, permission, person, now)
    return given


def _refresh(world: World, login: LoginChannel, form: dict[str, str]) -> dict:
    """A new access token; the refresh token stays as it is and lives no longer for it."""
    now, value = world.clock.now(), form.get("refresh_token", "")
    found: RefreshToken | None = login.refresh_tokens.get(value)
    if found is None or found.good_until < now:
        raise OAuthError("invalid_grant", "invalid refresh token")
    return {
        "token_type": "Bearer",
        "scope": _scope(found.permission.scopes),
        "access_token": login.new_access_token(found.permission, now),
        "expires_in": ACCESS_TOKEN_LIVES,
        "refresh_token": value,
    }


def _login_with_secret(world: World, form: dict[str, str]) -> LoginChannel:
    login = world.logins.get(form.get("client_id", ""))
    if login is None:
        raise OAuthError("invalid_client", "invalid client_id")
    if not secrets.compare_digest(login.secret.encode(), form.get("client_secret", "").encode()):
        raise OAuthError("invalid_client", "invalid client_secret")
    return login


def _scope(scopes: tuple[str, ...]) -> str:
    """As answers write it: never with `email`."""
    return " ".join(scope for scope in scopes if scope != "email")


def _is_verifier(verifier: str, challenge: str) -> bool:
    """PKCE by S256: 43 to 128 letters, digits and -._~ that the challenge was made from."""
    digest = hashlib.sha256(verifier.encode()).digest()
    made_of_it = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return bool(_VERIFIER.fullmatch(verifier)) and secrets.compare_digest(challenge.encode(), made_of_it)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
