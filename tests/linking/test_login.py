"""LINE Login as a way to link: who signs up at a shop, who is signed in there, who shows us who they are."""

from datetime import date, timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from channels.login import login_client_for
from channels.models import Channel
from customers.models import Customer
from friends.models import Friend
from line.login import BadIdToken
from linking import attempts, contract
from linking.models import Link, LinkAttempt, LoginGrant
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.factories import make_customer, make_link
from tests.linking.login_ways import (
    SHOP,
    agree,
    begin,
    come_back,
    give_login,
    give_settings,
    show_details,
)
from tests.routes.conftest import LOGIN_CHANNEL, LOGIN_SECRET, Passer, make_person, path_of, query_of

State, Failure = LinkAttempt.State, LinkAttempt.Failure
CONSENT = {"consent": "I agree.", "consented_at": "2026-11-21T10:00:00+09:00"}


@pytest.fixture
def door(channel, simulator) -> Channel:
    return give_login(simulator, channel)


@pytest.fixture
def aoi(door, simulator) -> str:
    return make_person(simulator, door)


@pytest.fixture
def hanako(tenant) -> Customer:
    return make_customer("A-100", name="Hanako", birthday=date(1990, 4, 1))


@pytest.fixture
def phone(tenant) -> Passer:
    return Passer()


def test_who_signs_in_with_line_and_shows_who_they_are_is_linked_and_a_friend(
    door, simulator, phone, aoi, hanako
):
    to_line = begin(phone, "signup", variant="b", bot_prompt="normal")
    proof = come_back(phone, simulator, aoi, to_line, add_friend=True).url
    done = show_details(phone, proof)
    page = phone.get(path_of(done.url)).content.decode()

    link = Link.objects.active().get()
    assert (link.friend.line_user_id, link.customer, link.method) == (aoi, hanako, Link.Method.LINE_LOGIN)
    assert (link.entry, link.variant) == ("signup", "b")
    assert "Apparel" in link.consent
    assert link.consent_at
    assert query_of(to_line)["bot_prompt"] == "normal"
    assert query_of(to_line)["code_challenge_method"] == "S256"
    assert "●●●00" in page
    assert "連携解除" in page
    assert LinkAttempt.objects.get().has_added is True
    assert LoginGrant.objects.get().friend_id == link.friend_id


def test_who_taps_twice_or_goes_back_is_told_that_it_worked(door, simulator, phone, aoi, hanako):
    proof = come_back(phone, simulator, aoi, begin(phone)).url
    done = show_details(phone, proof)

    again = show_details(phone, proof)
    back = phone.get(path_of(proof))
    elsewhere = Passer().get(path_of(proof))

    assert (again.status_code, again.url) == (302, done.url)
    assert (back.status_code, back.url) == (302, done.url)
    assert elsewhere.status_code == 410
    assert Link.objects.count() == 1


def test_a_shop_registers_somebody_who_signed_up_with_line(door, simulator, phone, aoi, call):  # noqa: F811
    give_settings(asks_email=True)
    to_line = begin(phone, return_url=f"{SHOP}?from=line", state="the shop's own")
    back = come_back(phone, simulator, aoi, to_line, add_friend=True).url
    shop = call("linking.add_link")
    signed_in = shop.post("sign-ins/", {"code": query_of(back)["code"]})
    told = signed_in.json()
    linked = shop.put(f"sign-ins/{told['id']}/customer/", {"customer": "NEW-1", **CONSENT})

    assert back.startswith(f"{SHOP}?from=line&code=")
    assert query_of(back)["state"] == "the shop's own"
    assert query_of(to_line)["scope"] == "profile openid email"
    assert (signed_in.status_code, linked.status_code) == (201, 200), linked.content
    assert (told["line_user_id"], told["customer"], told["name"]) == (aoi, None, "Aoi")
    assert told["is_friend"] is True
    link = Link.objects.active().get()
    assert (link.customer.number, link.consent, link.entry) == ("NEW-1", "I agree.", "signup")
    assert link.consent_at.isoformat() == "2026-11-21T01:00:00+00:00"


def test_who_is_linked_signs_in_as_the_customer_they_are(door, simulator, phone, aoi, hanako, call):  # noqa: F811
    give_settings()
    make_link(Friend.objects.create(line_user_id=aoi), hanako)

    back = come_back(phone, simulator, aoi, begin(phone, return_url=SHOP)).url
    told = call().post("sign-ins/", {"code": query_of(back)["code"]}).json()

    assert told["customer"] == "A-100"


def test_a_code_is_exchanged_once_in_time_and_by_its_own_client(door, simulator, phone, aoi, call):  # noqa: F811
    give_settings()
    codes = [
        query_of(come_back(phone, simulator, aoi, begin(phone, return_url=SHOP)).url)["code"]
        for _ in range(2)
    ]
    shop = call()

    first, again, unknown = (
        shop.post("sign-ins/", {"code": code}) for code in (codes[0], codes[0], "guessed")
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        late = shop.post("sign-ins/", {"code": codes[1]})

    assert [answer.status_code for answer in (first, again, unknown, late)] == [201, 404, 404, 410]
    assert late.json()["code"] == "link_expired"


def test_the_customer_of_a_sign_in_is_named_once_and_within_an_hour(door, simulator, phone, aoi, call):  # noqa: F811
    give_settings()
    shop = call()

    def exchanged() -> int:
        back = come_back(phone, simulator, aoi, begin(phone, return_url=SHOP)).url
        return shop.post("sign-ins/", {"code": query_of(back)["code"]}).json()["id"]

    one, two = exchanged(), exchanged()
    named = shop.put(f"sign-ins/{one}/customer/", {"customer": "1", **CONSENT})
    again = shop.put(f"sign-ins/{one}/customer/", {"customer": "2", **CONSENT})
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        late = shop.put(f"sign-ins/{two}/customer/", {"customer": "2", **CONSENT})

    assert [answer.status_code for answer in (named, again, late)] == [200, 409, 410]
    assert Link.objects.active().get().customer.number == "1"


def test_who_is_signed_in_at_the_shop_is_led_to_their_link(door, simulator, phone, aoi, hanako, call):  # noqa: F811
    give_settings(reason="100 points at once")
    shop = call()
    asked = {"customer": "A-100", "entry": "thanks", "variant": "a", "return_url": f"{SHOP}done"}

    session = shop.post("link-sessions/", asked).json()
    page = phone.get(path_of(session["url"]))
    to_line = agree(phone, session["url"]).url
    back = come_back(phone, simulator, aoi, to_line, add_friend=True).url
    told = shop.get(f"link-sessions/{session['state']}/").json()

    shown = page.content.decode()
    assert "H●●●" in shown
    assert "A-100" not in shown
    assert "100 points at once" in shown
    assert "https://shop.example" in page.headers["Content-Security-Policy"]
    assert back == f"{SHOP}done?linked=1"
    link = Link.objects.active().get()
    assert (link.customer, link.entry, link.variant) == (hanako, "thanks", "a")
    assert (told["state"], told["friend"], told["customer"]) == ("linked", link.friend_id, "A-100")


def test_the_address_of_a_session_serves_once_and_ten_minutes(door, phone, hanako):
    used, _attempt = contract.open_session(hanako, entry="thanks")
    unused, _attempt = contract.open_session(hanako, entry="thanks")
    looks = [phone.get(path_of(used)).status_code for _ in range(2)]
    agree(phone, used)

    again = agree(phone, used)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        late = agree(phone, unused)

    assert looks == [200, 200]
    assert (again.status_code, late.status_code) == (410, 410)


def test_without_consent_nobody_is_sent_to_line(door, phone, hanako):
    url, attempt = contract.open_session(hanako, entry="thanks")

    page = phone.post(path_of(url), {})

    assert page.status_code == 200
    assert "Nothing is linked without it" in page.content.decode()
    attempt.refresh_from_db()
    assert attempt.state_hash is None


def test_a_state_that_comes_back_in_another_browser_links_nobody_and_is_over(
    door, simulator, phone, aoi, hanako
):
    url, _attempt = contract.open_session(hanako, entry="thanks")
    to_line = agree(phone, url).url
    back = simulator.sign_in(aoi, to_line)

    elsewhere = Passer().get(path_of(back))
    afterwards = phone.get(path_of(back))

    assert (elsewhere.status_code, afterwards.status_code) == (410, 410)
    assert "another browser" in elsewhere.content.decode()
    assert not Link.objects.exists()
    assert LinkAttempt.objects.get().failure == Failure.OTHER_BROWSER


def test_two_browsers_that_swap_their_states_link_nobody(door, simulator, hanako):
    people = [make_person(simulator, door, name) for name in ("Aoi", "Ren")]
    phones = [Passer(), Passer()]
    backs = []
    for person, phone in zip(people, phones, strict=True):
        backs.append(simulator.sign_in(person, begin(phone)))

    answers = [phone.get(path_of(back)) for phone, back in zip(phones, reversed(backs), strict=True)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert not Friend.objects.exists()


@pytest.mark.parametrize("state", ["", "forged", "\x00", "a" * 4000])
def test_a_forged_state_is_refused_with_a_page(door, phone, state):
    answer = phone.get("/c/apparel/link/callback/", {"state": state, "code": "x"})

    assert answer.status_code == 410
    assert "Nothing was linked" in answer.content.decode()


def test_a_state_serves_once(door, simulator, phone, aoi):
    back = simulator.sign_in(aoi, begin(phone))
    first = phone.get(path_of(back))

    again = phone.get(path_of(back))

    assert (first.status_code, again.status_code) == (302, 410)


def test_a_state_is_good_for_ten_minutes(door, simulator, phone, aoi):
    back = simulator.sign_in(aoi, begin(phone))

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert phone.get(path_of(back)).status_code == 410
    assert not Friend.objects.exists()


def test_the_nonce_of_another_sign_in_is_refused(door, simulator, phone, aoi, hanako):
    url, _attempt = contract.open_session(hanako, entry="thanks")
    back = simulator.sign_in(aoi, agree(phone, url).url)
    LinkAttempt.objects.update(id_token_nonce="of somebody else")

    answer = phone.get(path_of(back))

    assert answer.status_code == 503
    assert not Link.objects.exists()
    assert LinkAttempt.objects.get().failure == Failure.LINE


def test_an_id_token_that_has_expired_is_refused(door, simulator, phone, aoi):
    back_then = timezone.now() - timedelta(hours=2)
    simulator.set_clock(back_then)
    back = simulator.sign_in(aoi, begin(phone))

    assert phone.get(path_of(back)).status_code == 503
    assert not Friend.objects.exists()


def claims(**changes: object) -> dict:
    now = int(timezone.now().timestamp())
    base = {"iss": "https://access.line.me", "sub": "U1", "aud": LOGIN_CHANNEL, "exp": now + 600, "iat": now}
    return base | {"nonce": "n"} | changes


EC_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("changes", "algorithm", "key"),
    [
        ({}, "none", None),
        ({}, "HS256", "another secret, which is long enough too"),
        ({}, "ES256", EC_KEY),
        ({"aud": "2000000009"}, "HS256", LOGIN_SECRET),
        ({"iss": "https://evil.example"}, "HS256", LOGIN_SECRET),
        ({"exp": 1_700_000_000}, "HS256", LOGIN_SECRET),
        ({"nonce": "other"}, "HS256", LOGIN_SECRET),
    ],
)
def test_only_lines_own_id_token_for_this_channel_and_sign_in_counts(door, changes, algorithm, key):
    client = login_client_for(door)
    good = jwt.encode(claims(), LOGIN_SECRET, algorithm="HS256")
    bad = jwt.encode(claims(**changes), key, algorithm=algorithm)

    assert client.read_id_token(good, nonce="n")["sub"] == "U1"
    with pytest.raises(BadIdToken):
        client.read_id_token(bad, nonce="n")


def test_who_declines_at_line_reads_how_to_begin_again(door, simulator, phone, aoi):
    page = come_back(phone, simulator, aoi, begin(phone, "thanks", variant="b"), agree=False)

    assert page.status_code == 200
    assert "/link/login/thanks/?variant=b" in page.content.decode()
    assert LinkAttempt.objects.get().failure == Failure.DECLINED


def test_a_shop_that_waits_is_told_of_who_declines(door, simulator, phone, aoi):
    give_settings()

    back = come_back(phone, simulator, aoi, begin(phone, return_url=SHOP, state="s"), agree=False).url

    assert query_of(back) == {"linked": "0", "error": "access_denied", "state": "s"}


def test_while_line_is_away_the_page_says_so_and_the_next_try_works(door, simulator, phone, aoi):
    back = simulator.sign_in(aoi, begin(phone))
    simulator.fail_next(path="/oauth2/v2.1/token")

    away = phone.get(path_of(back))
    later = come_back(phone, simulator, aoi, begin(phone))

    assert away.status_code == 503
    assert "Begin again" in away.content.decode()
    assert later.status_code == 302


def test_who_is_linked_already_is_told_so_and_may_link_another_number(door, simulator, phone, aoi, hanako):
    make_link(Friend.objects.create(line_user_id=aoi), hanako)

    page = phone.get(path_of(come_back(phone, simulator, aoi, begin(phone)).url)).content.decode()

    assert "Your account is linked already" in page
    assert "Link with another customer number" in page


def test_without_a_login_channel_the_address_is_a_page_that_says_so(channel, phone):
    answer = phone.get("/c/apparel/link/login/signup/")

    assert answer.status_code == 404
    assert "not set up" in answer.content.decode()


def test_what_is_odd_in_an_address_is_left_out(door, phone):
    begin(phone, "Ünknown entry", variant="<script>")

    attempt = LinkAttempt.objects.get()
    assert (attempt.entry, attempt.variant) == ("", "")


def test_a_sign_in_of_another_client_is_over_here(door, simulator, phone, aoi, other_tenant):
    back = simulator.sign_in(aoi, begin(phone))

    assert phone.get(path_of(back).replace("/apparel/", "/cosmetics/")).status_code == 410
    assert phone.get(path_of(back)).status_code == 302


def test_what_nobody_finished_keeps_nothing_of_the_person(door, simulator, phone, aoi):
    give_settings()
    come_back(phone, simulator, aoi, begin(phone, return_url=SHOP))

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        attempts.expire()

    attempt = LinkAttempt.objects.get()
    assert (attempt.state, attempt.sealed_person, attempt.code_verifier) == (State.EXPIRED, None, "")
