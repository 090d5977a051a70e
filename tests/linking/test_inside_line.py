"""Linking and one's own link on pages inside LINE, for who is known by an ID token."""

import jwt
import pytest
from django.utils import timezone

from channels.models import Channel
from friends.models import Friend
from linking import inside
from linking.models import Link, LinkAttempt
from routes.signing_in import liff_endpoint
from tests.factories import make_customer, make_link
from tests.linking.login_ways import give_login, give_settings, show_details
from tests.routes.conftest import LOGIN_CHANNEL, LOGIN_SECRET, Passer, make_person, path_of

PAGE, MINE = "/c/apparel/f/liff/link/?entry=menu&variant=a", "/c/apparel/f/liff/me/"


@pytest.fixture
def door(channel, simulator) -> Channel:
    return give_login(simulator, channel)


@pytest.fixture
def aoi(door, simulator) -> str:
    return make_person(simulator, door)


@pytest.fixture
def phone(tenant) -> Passer:
    return Passer()


def opened(simulator, user_id: str) -> dict:
    told = simulator.open_liff(user_id, inside.address("link", entry="menu"))
    return {name: told[name] for name in ("id_token", "access_token")}


def test_who_opens_the_page_in_line_shows_who_they_are_and_is_linked(door, simulator, phone, aoi):
    hanako = make_customer("A-100")

    page = phone.get(PAGE)
    proof = phone.post(PAGE, opened(simulator, aoi)).json()["next"]
    done = show_details(phone, proof)

    assert f"{simulator.base_url}" in page.headers["Content-Security-Policy"]
    assert done.status_code == 302
    link = Link.objects.active().get()
    assert (link.friend.line_user_id, link.customer, link.method) == (aoi, hanako, Link.Method.LIFF)
    assert (link.entry, link.variant) == ("menu", "a")


def test_the_proof_belongs_to_the_browser_that_line_vouched_for(door, simulator, phone, aoi):
    make_customer("A-100")
    proof = phone.post(PAGE, opened(simulator, aoi)).json()["next"]

    lured = show_details(Passer(), proof)
    own = show_details(phone, proof)

    assert (lured.status_code, own.status_code) == (410, 302)


def test_ones_own_link_is_shown_and_ended_after_a_question(door, simulator, phone, aoi):
    friend = Friend.objects.create(line_user_id=aoi)
    make_link(friend, make_customer("A-100", name="Hanako"), consent="I agree to all that.")
    tokens = opened(simulator, aoi)

    shown = phone.post(MINE, tokens).content.decode()
    ended = phone.post(MINE, tokens | {"act": "unlink"}).content.decode()
    afterwards = phone.post(MINE, tokens).content.decode()

    assert "H●●●" in shown
    assert "A-100" not in shown
    assert "I agree to all that." in shown
    assert "Unlink your account?" in shown
    assert "no longer linked" in ended
    assert Link.objects.get().ended == Link.Ended.BY_FRIEND
    assert "is not linked" in afterwards
    assert "H●●●" not in afterwards


def test_who_is_linked_sees_the_link_where_others_would_link(door, simulator, phone, aoi):
    make_link(Friend.objects.create(line_user_id=aoi), make_customer("A-100"))

    assert "is linked" in phone.post(PAGE, opened(simulator, aoi)).content.decode()
    assert not LinkAttempt.objects.exists()


def test_who_gave_line_no_leave_to_tell_their_name_links_all_the_same(door, simulator, phone, aoi):
    make_customer("A-100")
    liff_id = simulator.add_liff_app(LOGIN_CHANNEL, liff_endpoint(), scopes=["openid"])
    told = simulator.open_liff(aoi, f"{simulator.base_url}/liff/{liff_id}/link/")

    proof = phone.post(PAGE, {"id_token": told["id_token"], "access_token": told["access_token"]})
    show_details(phone, proof.json()["next"])

    assert Link.objects.active().get().friend.display_name == ""


def forged(**changes: object) -> str:
    now = int(timezone.now().timestamp())
    claims = {"iss": "https://access.line.me", "sub": "U" + "0" * 32, "aud": LOGIN_CHANNEL}
    claims |= {"exp": now + 600, "iat": now}
    algorithm = str(changes.pop("alg", "HS256"))
    return jwt.encode(claims | changes, LOGIN_SECRET if algorithm != "none" else None, algorithm=algorithm)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "\x00",
        forged(alg="none"),
        forged(aud="2000000009"),
        forged(iss="https://evil.example"),
        forged(exp=1_700_000_000),
    ],
)
def test_what_line_does_not_confirm_is_refused(door, simulator, phone, aoi, token):
    refused = phone.post(PAGE, {"id_token": token})
    allowed = phone.post(PAGE, opened(simulator, aoi))

    assert (refused.status_code, allowed.status_code) == (400, 200)
    assert refused.json()["code"] == "bad_token"


def test_a_token_of_another_login_channel_or_one_that_has_expired_is_refused(door, simulator, phone, aoi):
    simulator.add_login_channel("2000000002", "x" * 32, channel_id=door.channel_id, redirect_uris=[])
    other = simulator.add_liff_app("2000000002", liff_endpoint())
    foreign = simulator.open_liff(aoi, f"{simulator.base_url}/liff/{other}")
    own = opened(simulator, aoi)

    refused = phone.post(PAGE, {"id_token": foreign["id_token"]})
    simulator.advance(3_700)
    expired = phone.post(PAGE, own)

    assert (refused.status_code, expired.status_code) == (400, 400)
    assert not LinkAttempt.objects.exists()


def test_while_line_is_away_the_page_is_told_so(door, simulator, phone, aoi):
    tokens = opened(simulator, aoi)
    simulator.fail_next(path="/oauth2/v2.1/verify")

    answer = phone.post(PAGE, tokens)

    assert (answer.status_code, answer.json()["code"]) == (503, "line_away")


def test_plain_addresses_open_the_pages_inside_line(door, simulator, phone):
    to_line = [phone.get(f"/c/apparel/link/{page}/?entry=qr").url for page in ("liff", "me")]

    app = f"{simulator.base_url}/liff/{door.liff_id}"
    assert to_line == [f"{app}/link/?entry=qr", f"{app}/me/?entry=qr"]


def test_with_the_shops_sign_in_the_page_leads_there_and_back(door, simulator, phone, aoi, client):
    give_settings(proofs=["shop", "birthday"], shop_sign_in_url="https://shop.example/sign-in")
    proof = phone.post(PAGE, opened(simulator, aoi)).json()["next"]

    to_shop = phone.get(path_of(proof))
    by_birthday = phone.get(f"{path_of(proof)}&by=birthday")

    assert to_shop.url.startswith("https://shop.example/sign-in?state=")
    assert by_birthday.status_code == 200
    assert "By signing in at the shop" in by_birthday.content.decode()
