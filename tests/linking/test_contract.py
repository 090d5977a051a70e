"""What shops elsewhere do with us: their own sign-in page, signed addresses, the way back to them."""

import hmac
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone

from channels.models import Channel
from customers import erasing
from friends.models import Friend
from linking import contract, returning, services, signed
from linking.errors import ReturnRefused
from linking.models import Link, LinkAttempt, LinkSettings
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.factories import make_customer, make_followers
from tests.friends.webhooks import arrive
from tests.linking.login_ways import SHOP, agree, begin, come_back, give_login, give_settings
from tests.linking.test_account_link import account_link
from tests.routes.conftest import Passer, make_person, path_of, query_of

CONSENT = {"consent": "I agree.", "consented_at": "2026-11-21T10:00:00+09:00"}
SIGN_IN = "https://shop.example/line/sign-in"


@pytest.fixture
def door(channel, simulator) -> Channel:
    return give_login(simulator, channel)


@pytest.fixture
def phone(tenant) -> Passer:
    return Passer()


@pytest.fixture
def shop(call):  # noqa: F811
    give_settings(proofs=["shop"], shop_sign_in_url=SIGN_IN)
    return call("linking.add_link", "linking.view_link")


@pytest.fixture
def aoi(channel, simulator) -> Friend:
    [friend] = make_followers(simulator, channel, ["葵"])
    return friend


def state_of(phone: Passer, url: str) -> str:
    """What the shop gets when the page leads to it."""
    to_shop = phone.get(path_of(url)).url
    assert to_shop.startswith(f"{SIGN_IN}?state=")
    return query_of(to_shop)["state"]


def test_a_friend_signs_in_at_the_shops_own_page_and_agrees_in_lines_dialog(
    channel, simulator, phone, shop, aoi
):
    url = services.invite(aoi)
    state = state_of(phone, url)

    dialog = shop.post(f"link-sessions/{state}/customer/", {"customer": "A-100", **CONSENT}).json()["url"]
    result = simulator.open_link_dialog(channel.channel_id, aoi.line_user_id, dialog)
    arrive(account_link(aoi, dialog))

    assert result == "ok"
    assert query_of(url)["linkToken"] not in state
    link = Link.objects.active().get()
    assert (link.friend, link.customer.number, link.consent) == (aoi, "A-100", "I agree.")
    assert shop.get(f"link-sessions/{state}/").json()["state"] == "linked"


def test_a_state_serves_once_and_in_time(channel, simulator, phone, shop, aoi):
    used, late = state_of(phone, services.invite(aoi)), state_of(phone, services.invite(aoi))
    given = {"customer": "A-100", **CONSENT}

    first = shop.post(f"link-sessions/{used}/customer/", given)
    again = shop.post(f"link-sessions/{used}/customer/", given)
    unknown = shop.post("link-sessions/guessed/customer/", given)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        over = shop.post(f"link-sessions/{late}/customer/", given)

    assert [answer.status_code for answer in (first, again, unknown, over)] == [200, 409, 404, 410]
    assert [answer.json()["code"] for answer in (again, unknown, over)] == [
        "state_used",
        "not_found",
        "link_expired",
    ]


@pytest.mark.parametrize("number", ["", " ", "\u0000", "長" * 101, None])
def test_a_customer_number_that_is_none_is_refused(channel, phone, shop, aoi, number):
    state = state_of(phone, services.invite(aoi))

    answer = shop.post(f"link-sessions/{state}/customer/", {"customer": number, **CONSENT})

    assert answer.status_code in (400, 422)
    assert LinkAttempt.objects.get().customer is None


def test_after_line_login_the_shops_answer_counts_in_the_same_browser_alone(door, simulator, phone, shop):
    proof = come_back(phone, simulator, make_person(simulator, door), begin(phone)).url
    state = state_of(phone, proof)
    url = shop.post(f"link-sessions/{state}/customer/", {"customer": "A-100", **CONSENT}).json()["url"]

    lured = agree(Passer(), url)
    own = agree(phone, url)

    assert lured.status_code == 410
    assert own.status_code == 302
    assert Link.objects.active().get().customer.number == "A-100"


def signed_address(key: str = "", **fields: str) -> str:
    given = {"customer": "A-100", "entry": "thanks", "expires": str(int(timezone.now().timestamp()) + 600)}
    said = urlencode(given | fields)
    secret = key or signed.secret(LinkSettings.present())
    signature = hmac.new(secret.encode(), said.encode(), "sha256").hexdigest()
    return f"/c/apparel/link/start/?{said}&signature={signature}"


def test_an_address_that_the_shop_has_signed_leads_to_one_link(door, simulator, phone):
    give_settings()
    address = signed_address(return_url=f"{SHOP}orders/7", variant="b")

    session = phone.get(f"{address}&utm_source=mail").url
    back = come_back(phone, simulator, make_person(simulator, door), agree(phone, session).url).url
    again = phone.get(address)

    assert back == f"{SHOP}orders/7?linked=1"
    link = Link.objects.active().get()
    assert (link.customer.number, link.entry, link.variant) == ("A-100", "thanks", "b")
    assert again.status_code == 410


def test_an_address_opened_in_two_browsers_before_either_has_linked_leads_to_one_link(door, simulator):
    give_settings()
    address = signed_address()
    first, second, third = Passer(), Passer(), Passer()
    to_line = [agree(browser, browser.get(address).url).url for browser in (first, second)]
    unused = third.get(address).url

    come_back(first, simulator, make_person(simulator, door, "aoi"), to_line[0])
    late = come_back(second, simulator, make_person(simulator, door, "ren"), to_line[1])
    refused = third.get(path_of(unused))

    assert [late.status_code, refused.status_code] == [410, 410]
    assert Link.objects.get().friend.line_user_id == Link.objects.active().get().friend.line_user_id


def test_a_state_for_the_shop_opens_no_page_of_its_customer(phone, shop, aoi):
    make_customer("A-100")
    state = state_of(phone, services.invite(aoi))
    shop.post(f"link-sessions/{state}/customer/", {"customer": "A-100", **CONSENT})

    page = Passer().get(f"/c/apparel/link/session/?key={state}")

    assert page.status_code == 410
    assert LinkAttempt.objects.get().state_hash is None


def test_a_code_of_a_sign_in_is_no_state_and_still_serves(door, simulator, phone, shop):
    back = come_back(phone, simulator, make_person(simulator, door), begin(phone, return_url=SHOP)).url
    code = query_of(back)["code"]

    mixed_up = shop.post(f"link-sessions/{code}/customer/", {"customer": "A-100", **CONSENT})
    meant = shop.post("sign-ins/", {"code": code})

    assert (mixed_up.status_code, meant.status_code) == (404, 201)


def test_a_customer_whose_data_was_erased_is_not_linked_by_the_shop(phone, shop, aoi):
    erasing.erase(make_customer("A-100"))
    state = state_of(phone, services.invite(aoi))

    refused = shop.post(f"link-sessions/{state}/customer/", {"customer": "A-100", **CONSENT})
    other = shop.post(f"link-sessions/{state}/customer/", {"customer": "A-101", **CONSENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "customer_erased")
    assert other.status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("A-100", "A-101"),
        lambda address: address.replace("&signature=", "&customer=A-101&signature="),
        lambda address: address[:-1] + ("0" if address[-1] != "0" else "1"),
        lambda address: address.partition("&signature=")[0],
        lambda address: signed_address(key="guessed"),
        lambda address: signed_address(expires="1700000000"),
        lambda address: signed_address(expires="９９９９９９９９９９"),
        lambda address: signed_address(expires=str(int(timezone.now().timestamp()) + 90_000)),
        lambda address: signed_address(customer=" "),
        lambda address: signed_address(other="x"),
        lambda address: address.replace("/apparel/", "/cosmetics/"),
    ],
)
def test_what_the_shop_has_not_signed_so_or_no_longer_is_refused(door, phone, other_tenant, change):
    address = signed_address()

    refused = phone.get(change(address))
    allowed = phone.get(address)

    assert (refused.status_code, allowed.status_code) == (410, 302)


def test_a_new_secret_leaves_the_former_one_a_day(door, phone):
    before = signed_address()
    signed.rotate()

    now = [phone.get(before).status_code, phone.get(signed_address()).status_code]
    LinkSettings.objects.update(old_signing_until=timezone.now() - timedelta(seconds=1))

    assert now == [302, 302]
    assert phone.get(before).status_code == 410


@pytest.mark.parametrize(
    "address",
    [
        SHOP,
        f"{SHOP}?a=1&linked=1",
        f"{SHOP}orders/7",
        "https://SHOP.example/account/",
        "https://shop.example:443/account/",
        "https://other.example/exact",
        "https://other.example/exact/below",
        "https://bare.example",
        "https://bare.example/anything?x=%2F",
    ],
)
def test_addresses_that_the_client_has_named_and_those_below_are_gone_back_to(tenant, address):
    give_settings(return_addresses=[SHOP, "https://other.example/exact", "https://bare.example"])

    assert returning.check(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example/account/",
        "/account/",
        "http://shop.example/account/",
        "javascript:alert(1)",
        "https://evil.example/account/",
        "https://shop.example@evil.example/account/",
        "https://user:pass@shop.example/account/",
        "https://shop.example.evil.example/account/",
        "https://evilshop.example/account/",
        "https://a.shop.example/account/",
        "https://shop.example:8443/account/",
        "https://shop.example:bad/account/",
        "https://shop.example\\@evil.example/account/",
        "https:\\\\evil.example/account/",
        "https://shop.example/account\\..\\",
        "https://shop.example/account/../evil",
        "https://shop.example/account/%2e%2e/evil",
        "https://shop.example/account/%2E%2E%2Fevil",
        "https://shop.example/account/..%5cevil",
        "https://shop.example/account//evil.example",
        "https://shop.example/accounts/",
        "https://shop.example/account",
        "https://shop.example/account/#part",
        "https://shop.example/account/\r\nSet-Cookie: a=b",
        "https://shop.example/account/ x",
        " https://shop.example/account/",
        "https://ｓhop.example/account/",
        "https://other.example/exactly",
        "https://[::1/account/",
        f"{SHOP}{'a' * 3000}",
    ],
)
def test_no_other_address_is_gone_back_to(door, phone, address):
    give_settings(return_addresses=[SHOP, "https://other.example/exact"])

    with pytest.raises(ReturnRefused):
        returning.check(address)
    assert phone.get("/c/apparel/link/login/signup/", {"return_url": address or "x"}).status_code == 410


def test_a_session_leads_back_to_named_addresses_only(door, shop):
    refused = shop.post(
        "link-sessions/", {"customer": "1", "return_url": "https://shop.example@evil.example/"}
    )
    allowed = shop.post("link-sessions/", {"customer": "1", "return_url": SHOP})

    assert (refused.status_code, allowed.status_code) == (422, 201)
    assert refused.json()["code"] == "return_refused"


def test_what_others_wrote_into_the_way_back_is_overwritten(tenant):
    told = returning.with_answer(f"{SHOP}?linked=1&code=evil&a=%E9%80%A3", linked="0")

    assert told == f"{SHOP}?a=%E9%80%A3&linked=0"


def test_a_session_of_another_client_is_unknown(door, shop, phone, other_tenant):
    url, _attempt = contract.open_session(make_customer("A-100"), entry="")

    assert phone.get(path_of(url).replace("/apparel/", "/cosmetics/")).status_code == 410
    assert phone.get(path_of(url)).status_code == 200


def test_the_settings_are_read_without_the_secret(door, call):  # noqa: F811
    give_settings(proofs=["email"], reason="100 points")

    told = call("linking.view_linksettings").get("link-settings/").json()

    assert (told["proofs"], told["reason"], told["return_addresses"]) == (["email"], "100 points", [SHOP])
    assert signed.secret(LinkSettings.present()) not in str(told)
