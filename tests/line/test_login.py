"""LINE Login: our client against the simulator's consent screen and API."""

from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import orjson
import pytest

from line import wire
from line.errors import Rejected, Unauthorized
from line.login import BadIdToken, LoginClient, new_code_verifier
from line.simulator.control import SimulatorError
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends

LOGIN = "1657000001"
LOGIN_SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
CALLBACK = "https://musubi.example/login/"
VERIFIER = new_code_verifier()


@pytest.fixture
def login(line, endpoints) -> LoginClient:
    """A Login channel with the account linked."""
    line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[CALLBACK])
    return LoginClient(LOGIN, LOGIN_SECRET, endpoints=endpoints)


@pytest.fixture
def aoi(line) -> str:
    return line.add_people(CHANNEL, ["Aoi"])[0]


def address(login, **changes) -> str:
    asked = {"redirect_uri": CALLBACK, "state": "s1", "nonce": "n1", "code_verifier": VERIFIER, **changes}
    return login.authorize_url(**asked)


def without(url, *names) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode([p for p in parse_qsl(parts.query) if p[0] not in names])).geturl()


def query(url) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def sign_in(line, login, user_id, **changes):
    """Tokens of somebody who agreed."""
    code = query(line.sign_in(user_id, address(login, **changes)))["code"]
    return wire.run(login.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=VERIFIER))


def kinds_of_events(receiver) -> list[str]:
    return [event["type"] for _, body in receiver.received for event in orjson.loads(body)["events"]]


def test_who_agrees_comes_back_with_a_code_and_is_known_by_it(line, login, aoi):
    back = line.sign_in(aoi, address(login))
    tokens = wire.run(login.issue_tokens(query(back)["code"], redirect_uri=CALLBACK, code_verifier=VERIFIER))

    claims = login.read_id_token(tokens.id_token, nonce="n1")
    assert back.startswith(CALLBACK)
    assert query(back)["state"] == "s1"
    assert "friendship_status_changed" not in query(back)
    assert (claims["sub"], claims["name"]) == (aoi, "Aoi")
    assert tokens.expires_in == 30 * 86_400
    assert wire.run(login.get_profile(tokens.access_token)) == {"userId": aoi, "displayName": "Aoi"}


def test_who_declines_comes_back_without_a_code(line, login, aoi):
    back = query(line.sign_in(aoi, address(login), agree=False))

    assert (back["error"], back["state"]) == ("ACCESS_DENIED", "s1")
    assert "code" not in back


@pytest.mark.parametrize("bot_prompt", ["normal", "aggressive"])
def test_adding_the_account_sends_its_follow_before_the_browser_comes_back(
    line, login, aoi, receiver, bot_prompt
):
    back = query(line.sign_in(aoi, address(login, bot_prompt=bot_prompt), add_friend=True))

    assert back["friendship_status_changed"] == "true"
    assert kinds_of_events(receiver) == ["follow"]


@pytest.mark.parametrize("bot_prompt", ["normal", "aggressive"])
def test_leaving_the_account_out_is_told_too(line, login, aoi, receiver, bot_prompt):
    back = query(line.sign_in(aoi, address(login, bot_prompt=bot_prompt), add_friend=False))

    assert back["friendship_status_changed"] == "false"
    assert kinds_of_events(receiver) == []


def test_a_friend_already_has_nothing_changed(line, login, receiver):
    [ren] = make_friends(line, "Ren")

    back = query(line.sign_in(ren, address(login, bot_prompt="normal"), add_friend=True))

    assert back["friendship_status_changed"] == "false"
    assert kinds_of_events(receiver) == ["follow"]


def test_who_blocks_the_account_unblocks_it(line, login, receiver):
    [ren] = make_friends(line, "Ren")
    line.unfollow(CHANNEL, [ren])

    line.sign_in(ren, address(login, bot_prompt="aggressive"), add_friend=True)

    [*_, follow] = orjson.loads(receiver.received[-1][1])["events"]
    assert follow["follow"] == {"isUnblocked": True}


def test_who_agreed_before_is_not_asked_again_unless_the_app_insists(line, login, aoi):
    line.sign_in(aoi, address(login))

    silent = query(line.sign_in(aoi, address(login, bot_prompt="normal", prompt="none"), add_friend=True))
    asked = query(line.sign_in(aoi, address(login, bot_prompt="normal", prompt="consent"), add_friend=True))

    assert "friendship_status_changed" not in silent
    assert asked["friendship_status_changed"] == "true"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"client_id": "1657000009"}, "client_id"),
        ({"redirect_uri": "https://evil.example/login/"}, "redirect_uri"),
        ({"redirect_uri": CALLBACK + "more/"}, "redirect_uri"),
        ({"redirect_uri": CALLBACK + "?a\r\nSet-Cookie: a=b"}, "redirect_uri"),
    ],
)
def test_an_unknown_channel_or_callback_gets_an_error_page_and_no_redirect(line, login, aoi, broken, reason):
    url = f"{without(address(login), *broken)}&{urlencode(broken)}"

    with pytest.raises(SimulatorError, match=f"400.*{reason}"):
        line.sign_in(aoi, url)


def test_a_callback_may_have_a_query_of_its_own(line, login, aoi):
    back = line.sign_in(aoi, address(login, redirect_uri=CALLBACK + "?from=poster"))

    assert query(back)["from"] == "poster"
    assert "code" in query(back)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ({"response_type": "token"}, "UNSUPPORTED_RESPONSE_TYPE"),
        ({"state": ""}, "INVALID_REQUEST"),
        ({"scope": "email"}, "INVALID_SCOPE"),
        ({"scope": "email profile"}, "INVALID_SCOPE"),
        ({"scope": "profile everything"}, "INVALID_SCOPE"),
        ({"code_challenge_method": "plain"}, "INVALID_REQUEST"),
        ({"code_challenge": "short"}, "INVALID_REQUEST"),
        ({"bot_prompt": "pushy"}, "INVALID_REQUEST"),
        ({"prompt": "none"}, "INTERACTION_REQUIRED"),
    ],
)
def test_a_wrong_request_comes_back_as_an_error(line, login, aoi, broken, error):
    url = f"{without(address(login), *broken)}&{urlencode(broken)}"

    good, wrong = line.sign_in(aoi, address(login), agree=False), line.sign_in(aoi, url)

    assert query(good)["error"] == "ACCESS_DENIED"
    assert query(wrong)["error"] == error


def test_a_code_works_once(line, login, aoi):
    code = query(line.sign_in(aoi, address(login)))["code"]

    wire.run(login.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=VERIFIER))
    with pytest.raises(Rejected) as error:
        wire.run(login.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=VERIFIER))

    assert error.value.message == "invalid authorization code"


def test_a_code_is_good_for_ten_minutes(line, login, aoi):
    code = query(line.sign_in(aoi, address(login)))["code"]

    line.advance(601)

    with pytest.raises(Rejected):
        wire.run(login.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=VERIFIER))


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "another-verifier-of-more-than-43-characters-"}, {"redirect_uri": CALLBACK + "?x=1"}],
)
def test_a_code_needs_the_verifier_and_the_callback_it_was_made_for(line, login, aoi, wrong):
    code = query(line.sign_in(aoi, address(login)))["code"]

    with pytest.raises(Rejected):
        wire.run(login.issue_tokens(code, **({"redirect_uri": CALLBACK, "code_verifier": VERIFIER} | wrong)))


@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "a" * 42 + "/", "あ" * 43])
def test_a_verifier_has_43_to_128_plain_characters(line, login, aoi, verifier):
    code = query(line.sign_in(aoi, address(login, code_verifier=verifier)))["code"]

    with pytest.raises(Rejected) as error:
        wire.run(login.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=verifier))

    assert error.value.message == "code_verifier does not match"


def test_a_wrong_secret_is_refused(line, login, endpoints, aoi):
    code = query(line.sign_in(aoi, address(login)))["code"]
    stranger = LoginClient(LOGIN, "f" * 32, endpoints=endpoints)

    with pytest.raises(Rejected, match="invalid client_secret"):
        wire.run(stranger.issue_tokens(code, redirect_uri=CALLBACK, code_verifier=VERIFIER))
    with pytest.raises(Unauthorized):
        wire.run(stranger.check())
    assert wire.run(login.check()) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "1657000009"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"nonce": "n2"},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_an_id_token_for_something_else_is_refused(line, login, aoi, changed):
    good = sign_in(line, login, aoi).id_token
    claims = jwt.decode(good, LOGIN_SECRET, algorithms=["HS256"], audience=LOGIN) | changed
    bad = jwt.encode(
        {name: value for name, value in claims.items() if value is not None}, LOGIN_SECRET, "HS256"
    )

    assert login.read_id_token(good, nonce="n1")["sub"] == aoi
    with pytest.raises(BadIdToken):
        login.read_id_token(bad, nonce="n1")


def test_an_unsigned_id_token_is_refused(line, login, aoi):
    claims = jwt.decode(
        sign_in(line, login, aoi).id_token, LOGIN_SECRET, algorithms=["HS256"], audience=LOGIN
    )

    with pytest.raises(BadIdToken):
        login.read_id_token(jwt.encode(claims, "", "none"), nonce="n1")


@pytest.mark.parametrize("rubbish", ["", "a.b.c", "🍊" * 100, "x" * 100_000])
def test_rubbish_is_no_id_token(login, rubbish):
    with pytest.raises(BadIdToken):
        login.read_id_token(rubbish, nonce="n1")
    with pytest.raises(BadIdToken):
        wire.run(login.verify_id_token(rubbish))


def test_line_confirms_an_id_token(line, login, aoi):
    id_token = sign_in(line, login, aoi).id_token

    assert wire.run(login.verify_id_token(id_token, nonce="n1"))["sub"] == aoi
    with pytest.raises(BadIdToken, match="Nonce"):
        wire.run(login.verify_id_token(id_token, nonce="n2"))
    line.advance(3601)
    with pytest.raises(BadIdToken, match="expired"):
        wire.run(login.verify_id_token(id_token))


def test_line_does_not_confirm_the_token_of_another_channel(line, login, endpoints, aoi):
    line.add_login_channel("1657000002", "e" * 32, channel_id=CHANNEL, redirect_uris=[CALLBACK])
    other = LoginClient("1657000002", "e" * 32, endpoints=endpoints)
    id_token = sign_in(line, login, aoi).id_token

    with pytest.raises(BadIdToken):
        wire.run(other.verify_id_token(id_token))


def test_friendship_is_told_as_it_is_now(line, login, aoi):
    tokens = sign_in(line, login, aoi)

    before = wire.run(login.is_friend(tokens.access_token))
    line.follow(CHANNEL, [aoi])

    assert (before, wire.run(login.is_friend(tokens.access_token))) == (False, True)


def test_without_the_profile_scope_only_the_id_is_told(line, login, aoi):
    tokens = sign_in(line, login, aoi, scope="openid")

    assert "name" not in login.read_id_token(tokens.id_token, nonce="n1")
    with pytest.raises(Rejected) as error:
        wire.run(login.is_friend(tokens.access_token))
    assert error.value.status == 403


def test_a_revoked_token_tells_nothing(line, login, aoi):
    tokens = sign_in(line, login, aoi)

    wire.run(login.revoke(tokens.access_token))

    with pytest.raises(Unauthorized):
        wire.run(login.get_profile(tokens.access_token))


def test_who_is_deauthorized_is_asked_again(line, login, aoi):
    tokens = sign_in(line, login, aoi)

    wire.run(login.deauthorize(tokens.access_token))

    with pytest.raises(Unauthorized):
        wire.run(login.get_profile(tokens.access_token))
    with pytest.raises(Rejected, match="invalid token"):
        wire.run(login.deauthorize(tokens.access_token))
    assert query(line.sign_in(aoi, address(login, prompt="none")))["error"] == "INTERACTION_REQUIRED"


def test_a_token_is_renewed_for_ninety_days(line, login, aoi):
    tokens = sign_in(line, login, aoi)
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens.refresh_token,
        "client_id": LOGIN,
        "client_secret": LOGIN_SECRET,
    }

    line.advance(31 * 86_400)
    renewed = post(login, "/oauth2/v2.1/token", form)
    profile = wire.run(login.get_profile(renewed["access_token"]))
    line.advance(60 * 86_400)

    assert profile["userId"] == aoi
    assert renewed["refresh_token"] == tokens.refresh_token
    assert post(login, "/oauth2/v2.1/token", form)["error"] == "invalid_grant"


def test_a_person_reads_agrees_and_adds_the_account_in_the_browser(line, login, aoi, receiver):
    url = address(login, bot_prompt="aggressive").removeprefix(login.endpoints.access)

    asked = browse(login, aoi, "GET", url)
    offered = browse(login, aoi, "POST", url, {"decision": "agree"})
    done = browse(login, aoi, "POST", url, {"decision": "agree", "friend": "yes"})

    assert "<b>Aoi</b> さん" in asked.text
    assert "友だち追加しますか" in offered.text
    assert query(done.location)["friendship_status_changed"] == "true"
    assert kinds_of_events(receiver) == ["follow"]


def test_the_option_is_on_the_consent_screen_itself(line, login, aoi):
    url = address(login, bot_prompt="normal").removeprefix(login.endpoints.access)

    unticked = browse(login, aoi, "GET", url).text
    line.add_login_channel(
        LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[CALLBACK], is_certified=True
    )
    ticked = browse(login, aoi, "GET", url).text

    assert 'type="checkbox" name="friend" value="yes">' in unticked
    assert 'type="checkbox" name="friend" value="yes" checked>' in ticked


def test_a_browser_without_a_person_is_asked_who_it_is(line, login, aoi):
    line.add_people(CHANNEL, ["<Ren>"])
    url = address(login).removeprefix(login.endpoints.access)

    asked = browse(login, "", "GET", url)
    chosen = browse(login, "", "POST", url, {"person": aoi})

    assert "Aoi" in asked.text
    assert "&lt;Ren&gt;" in asked.text
    assert "許可しますか" in chosen.text
    assert chosen.cookie.startswith(f"line_person={aoi}")


def test_prompt_login_asks_who_it_is_though_somebody_is_signed_in(line, login, aoi):
    path = login.endpoints.access
    known = browse(login, aoi, "GET", address(login).removeprefix(path))
    asked = browse(login, aoi, "GET", address(login, prompt="login").removeprefix(path))

    assert "許可しますか" in known.text
    assert "どなたとして" in asked.text


def test_an_account_that_is_not_linked_is_not_offered(line, login, aoi, receiver):
    line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[CALLBACK], is_linked=False)

    back = query(line.sign_in(aoi, address(login, bot_prompt="aggressive"), add_friend=True))

    assert "code" in back
    assert "friendship_status_changed" not in back
    assert receiver.received == []


def test_a_person_of_another_provider_cannot_sign_in(line, login, aoi):
    line.add_channel("1650000002", "e" * 32)
    [stranger] = line.add_people("1650000002", ["Stranger"])

    with pytest.raises(SimulatorError, match="404"):
        line.sign_in(stranger, address(login))
    assert "code" in query(line.sign_in(aoi, address(login)))


def test_line_says_where_things_are_and_by_which_keys_it_signs(login):
    known = get(login, "/.well-known/openid-configuration")

    [key] = get(login, "/oauth2/v2.1/certs")["keys"]
    assert known["issuer"] == "https://access.line.me"
    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")


class Shown:
    """What a browser got."""

    def __init__(self, response):
        self.location = response.headers.get("Location", "")
        self.cookie = response.headers.get("Set-Cookie", "")
        self.text = response.read().decode()


def browse(login, person, method, path, form=None) -> Shown:
    connection = HTTPConnection(login.endpoints.access.removeprefix("http://"))
    connection.request(method, path, form and urlencode(form), {"Cookie": f"line_person={person}"})
    return Shown(connection.getresponse())


def post(login, path, form) -> dict:
    return orjson.loads(browse(login, "", "POST", path, form).text)


def get(login, path) -> dict:
    return orjson.loads(browse(login, "", "GET", path).text)
