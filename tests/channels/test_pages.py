"""The client's channel as people see and change it, from connecting it on."""

import base64
import re

import pytest
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity
from channels import drafts, health
from channels.access import client_of
from channels.models import Channel
from config.embedded import free_port
from line import wire
from line.simulator.control import Simulator
from tests.channels.conftest import give_channel
from tests.factories import make_channel_check, make_user
from tests.visiting import sign_in

NUMBER, LOGIN = "1656000001", "2000000001"
OTHER_TOOL = "https://tool.example.com/hook"
AT = "/c/apparel/channel/"
ENTERED = {"step": "enter", "channel_id": NUMBER, "channel_secret": "5ecre7"}


@pytest.fixture
def account(line, settings) -> Simulator:
    """An Official Account that another tool listens to."""
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"
    facts = {"name": "さくら洋品店", "basic_id": "@sakura", "quota": 5_000}
    line.add_channel(NUMBER, "5ecre7", webhook_url=OTHER_TOOL, **facts)
    line.add_channel(LOGIN, "l0gin")
    return line


@pytest.fixture
def manager(tenant) -> Client:
    return sign_in(make_user("account_manager"))


@pytest.fixture
def connected(tenant, account, manager, django_capture_on_commit_callbacks) -> Channel:
    """Receiving; what LINE delivers finds nobody, since nothing serves in this test."""
    with django_capture_on_commit_callbacks(execute=True):
        connect(manager)
    return Channel.objects.get(tenant=tenant)


def read(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def send(browser: Client, address: str, **form: str) -> str:
    """What a form answers, on the page to which it leads."""
    return browser.post(address, form, follow=True).content.decode()


def webhook_at_line(secret: str = "5ecre7") -> str:
    return wire.run(client_of(NUMBER, secret).get_webhook_endpoint())["endpoint"]


def sealed(page: str) -> str:
    return re.search(r'name="draft" value="([^"]+)"', page)[1]


def connect(browser: Client, mode: str = "receiving", **entered: str) -> str:
    """The page after the last of the steps."""
    said = send(browser, f"{AT}connect/", **(ENTERED | entered))
    chosen = {"step": "choose", "draft": sealed(said), "mode": mode, "account_type": "unverified"}
    asked = send(browser, f"{AT}connect/", **chosen)
    return send(browser, f"{AT}connect/", step="confirm", draft=sealed(asked))


def test_a_client_without_a_channel_is_led_to_connecting_one(manager, tenant):
    assert f"{AT}connect/" in read(manager, AT)
    assert "Where to find them" in read(manager, f"{AT}connect/")


def test_the_first_step_shows_what_line_says_and_saves_nothing(manager, tenant, account):
    page = send(manager, f"{AT}connect/", **ENTERED)

    assert "さくら洋品店" in page
    assert "@sakura" in page
    assert "5,000" in page
    assert "Unverified account" in page
    assert "LINE does not list the existing friends of an unverified account" in page
    assert not Channel.objects.filter(tenant=tenant).exists()


def test_the_address_of_another_tool_is_a_warning_and_no_choice_is_made_for_one(manager, tenant, account):
    page = send(manager, f"{AT}connect/", **ENTERED)

    assert "Another tool receives the webhook now" in page
    assert OTHER_TOOL in page
    assert "checked" not in page
    assert webhook_at_line() == OTHER_TOOL


def test_no_step_shows_the_secret_and_what_the_browser_carries_is_sealed(manager, tenant, account):
    said = send(manager, f"{AT}connect/", **ENTERED)

    assert "5ecre7" not in said + connect(manager)
    assert b"5ecre7" not in base64.urlsafe_b64decode(sealed(said))


def test_the_last_step_connects_takes_the_webhook_and_says_what_is_left_to_do(
    manager, tenant, account, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = connect(manager)

    channel = Channel.objects.get(tenant=tenant)
    assert (channel.mode, channel.account_type, channel.previous_webhook_url) == (
        "receiving",
        "unverified",
        OTHER_TOOL,
    )
    assert webhook_at_line() == channel.webhook_url
    assert "is connected" in page
    assert "Switch on “Webhook redelivery”" in page
    assert OTHER_TOOL in page


def test_sending_only_leaves_the_webhook_alone(manager, tenant, account, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = connect(manager, "send_only")

    assert not Channel.objects.get(tenant=tenant).receives
    assert webhook_at_line() == OTHER_TOOL
    assert "No greeting and no keyword replies" in page
    assert "Webhook redelivery" not in page


def test_a_verified_account_is_told_apart_and_a_person_says_whether_it_is_premium(manager, tenant, account):
    account.configure(NUMBER, verified=True)

    said = send(manager, f"{AT}connect/", **ENTERED)
    chosen = {"mode": "receiving", "account_type": "premium"}
    asked = send(manager, f"{AT}connect/", step="choose", draft=sealed(said), **chosen)
    send(manager, f"{AT}connect/", step="confirm", draft=sealed(asked))

    assert "Verified account" in said
    assert Channel.objects.get(tenant=tenant).account_type == "premium"


def test_a_login_channel_and_the_provider_are_connected_along(manager, tenant, account):
    entered = {"login_channel_id": LOGIN, "login_secret": "l0gin", "liff_id": f"{LOGIN}-AbcdEfgh"}

    connect(manager, provider_id="1234567890", provider_name="さくら株式会社", **entered)

    channel = Channel.objects.get(tenant=tenant)
    assert (channel.login_channel_id, channel.login_secret()) == (LOGIN, "l0gin")
    assert (channel.provider_id, channel.provider_name) == ("1234567890", "さくら株式会社")


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"channel_secret": "wrong"}, "LINE does not know this channel ID"),
        ({"channel_id": ""}, "This field is required"),
        ({"channel_id": "１６５６０００００１"}, "These are digits only"),
        ({"channel_id": "9" * 5_000}, "at most 20 characters"),
        ({"channel_secret": "🔑" * 30}, "LINE does not know this channel ID"),
        ({"login_channel_id": LOGIN, "login_secret": "wrong"}, "LINE does not know this LINE Login channel"),
        ({"login_channel_id": LOGIN}, "needs both its channel ID and its channel secret"),
        ({"login_channel_id": NUMBER, "login_secret": "5ecre7"}, "This is the Messaging API channel itself"),
        ({"liff_id": "https://liff.line.me/1"}, "A LIFF ID looks like"),
    ],
)
def test_what_line_does_not_take_is_said_on_the_form(manager, tenant, account, entered, words):
    page = send(manager, f"{AT}connect/", **(ENTERED | entered))

    assert words in page
    assert not Channel.objects.filter(tenant=tenant).exists()


def test_a_channel_of_another_client_is_refused(manager, tenant, other_tenant, account):
    give_channel(other_tenant, channel_id=NUMBER)

    assert "is connected to another client" in send(manager, f"{AT}connect/", **ENTERED)


def test_a_secret_reissued_between_the_steps_saves_nothing(manager, tenant, account):
    said = send(manager, f"{AT}connect/", **ENTERED)
    chosen = {"step": "choose", "draft": sealed(said), "mode": "receiving", "account_type": "unverified"}
    asked = send(manager, f"{AT}connect/", **chosen)
    account.configure(NUMBER, channel_secret="reissued")

    page = send(manager, f"{AT}connect/", step="confirm", draft=sealed(asked))

    assert "LINE does not know this channel ID" in page
    assert not Channel.objects.filter(tenant=tenant).exists()


def test_while_line_is_silent_the_last_step_can_be_taken_again(manager, tenant, account):
    said = send(manager, f"{AT}connect/", **ENTERED)
    chosen = {"step": "choose", "draft": sealed(said), "mode": "send_only", "account_type": "unverified"}
    asked = send(manager, f"{AT}connect/", **chosen)
    account.fail_next(times=1, path="/oauth2/v3/token")

    refused = send(manager, f"{AT}connect/", step="confirm", draft=sealed(asked))
    assert "LINE does not answer at the moment" in refused
    assert not Channel.objects.filter(tenant=tenant).exists()

    send(manager, f"{AT}connect/", step="confirm", draft=sealed(refused))
    assert Channel.objects.filter(tenant=tenant).exists()


def test_what_another_person_or_client_has_sealed_connects_nothing(manager, tenant, other_tenant, account):
    said = send(manager, f"{AT}connect/", **ENTERED)
    somebody = sign_in(make_user("owner"))
    with tenant_context(other_tenant):
        elsewhere = sign_in(make_user("owner"))

    here = send(somebody, f"{AT}connect/", step="confirm", draft=sealed(said))
    there = send(elsewhere, "/c/cosmetics/channel/connect/", step="confirm", draft=sealed(said))

    assert "no longer kept" in here
    assert "no longer kept" in there
    with schema_context("public"):
        assert not Channel.objects.filter(channel_id=NUMBER).exists()


@pytest.mark.parametrize(
    "draft", ["", "not base64!", "AAAA", "あ" * 100], ids=["empty", "no base64", "too short", "no ASCII"]
)
def test_a_draft_that_is_none_begins_anew(manager, tenant, draft):
    assert "no longer kept" in send(manager, f"{AT}connect/", step="confirm", draft=draft)


def test_a_draft_is_kept_for_half_an_hour(manager, tenant, account, monkeypatch):
    said = send(manager, f"{AT}connect/", **ENTERED)
    monkeypatch.setattr(drafts, "SECONDS_KEPT", -1)

    assert "no longer kept" in send(manager, f"{AT}connect/", step="confirm", draft=sealed(said))


def test_a_connected_client_is_not_connected_again(manager, connected):
    response = manager.get(f"{AT}connect/")

    assert (response.status_code, response["Location"]) == (302, AT)


def test_the_page_shows_trouble_first_and_what_to_do_about_it(manager, tenant):
    give_channel(tenant)
    make_channel_check(tenant, "webhook_off", state="bad")

    page = read(manager, AT)

    assert "“Use webhook” is switched off at LINE" in page
    assert "Switch on “Use webhook” under “Messaging API”" in page


def test_check_now_asks_line(manager, connected, account):
    account.configure(NUMBER, webhook_active=False)

    assert "“Use webhook” is switched off at LINE" in send(manager, f"{AT}check/")


def test_the_webhook_is_taken_back_from_whoever_took_it(manager, connected, account):
    account.configure(NUMBER, webhook_url=OTHER_TOOL)

    page = send(manager, f"{AT}webhook/")

    assert webhook_at_line() == connected.webhook_url
    assert "LINE cannot deliver to Musubi: COULD_NOT_CONNECT" in page  # nothing answers there in this test


def test_steps_done_by_hand_are_ticked_off_and_taken_back(manager, connected, tenant):
    send(manager, f"{AT}steps/", step="redelivery", is_done="1")
    assert Channel.objects.get(tenant=tenant).done_by_hand == ["redelivery"]

    send(manager, f"{AT}steps/", step="redelivery")
    assert Channel.objects.get(tenant=tenant).done_by_hand == []
    assert manager.post(f"{AT}steps/", {"step": "address"}).status_code == 404


def test_a_reissued_secret_takes_over_and_the_old_one_is_dropped_on_request(
    manager, connected, account, tenant
):
    account.configure(NUMBER, channel_secret="reissued")

    page = send(manager, f"{AT}secret/", channel_secret="reissued")
    assert "accepted until" in page
    assert "reissued" not in page.replace("was probably reissued", "")
    assert Channel.objects.get(tenant=tenant).secrets() == ["reissued", "5ecre7"]

    send(manager, f"{AT}secret/finish/")
    assert Channel.objects.get(tenant=tenant).secrets() == ["reissued"]


@pytest.mark.parametrize(
    ("secret", "words"),
    [("wrong", "LINE does not know"), ("5ecre7", "This is the secret in use"), ("", "required")],
)
def test_a_secret_that_cannot_take_over_is_refused(manager, connected, tenant, secret, words):
    assert words in send(manager, f"{AT}secret/", channel_secret=secret)
    assert Channel.objects.get(tenant=tenant).secrets() == ["5ecre7"]


def test_the_webhook_is_given_back_to_the_other_tool_and_taken_again(
    manager, connected, account, tenant, django_capture_on_commit_callbacks
):
    assert OTHER_TOOL in read(manager, f"{AT}mode/")
    send(manager, f"{AT}mode/", hand_over_to=OTHER_TOOL)
    assert not Channel.objects.get(tenant=tenant).receives
    assert webhook_at_line() == OTHER_TOOL

    with django_capture_on_commit_callbacks(execute=True):
        send(manager, f"{AT}mode/")
    assert Channel.objects.get(tenant=tenant).receives
    assert webhook_at_line() == connected.webhook_url
    assert Activity.objects.filter(tenant=tenant, verb="channel.mode_changed").count() == 2


def test_an_address_that_line_refuses_changes_nothing(manager, connected, account, tenant):
    page = send(manager, f"{AT}mode/", hand_over_to="http://tool.example.com/")

    assert "LINE does not take this webhook address" in page
    assert Channel.objects.get(tenant=tenant).receives


def test_while_line_is_silent_the_webhook_is_not_taken(manager, tenant, account):
    connect(manager, "send_only")
    account.fail_next(times=5, path="/v2/bot/channel/webhook")

    assert "LINE does not answer at the moment" in send(manager, f"{AT}mode/")
    assert not Channel.objects.get(tenant=tenant).receives


def test_the_login_channel_is_connected_later_changed_and_removed(manager, connected, account, tenant):
    send(manager, f"{AT}login/", login_channel_id=LOGIN, login_secret="l0gin")
    assert Channel.objects.get(tenant=tenant).login_secret() == "l0gin"

    send(manager, f"{AT}login/", login_channel_id=LOGIN, liff_id=f"{LOGIN}-AbcdEfgh")
    kept = Channel.objects.get(tenant=tenant)
    assert (kept.login_secret(), kept.liff_id) == ("l0gin", f"{LOGIN}-AbcdEfgh")

    send(manager, f"{AT}login/")
    assert Channel.objects.get(tenant=tenant).login_channel_id == ""


def test_provider_and_account_type_are_noted(manager, connected, tenant):
    send(
        manager,
        f"{AT}details/",
        account_type="unverified",
        provider_name="さくら 株式会社 🌸",
        provider_id="1234567890",
    )

    assert "さくら 株式会社 🌸" in read(manager, AT)


def test_the_page_takes_few_queries(manager, connected, django_assert_max_num_queries):
    health.check(connected.tenant)

    with django_assert_max_num_queries(16):
        read(manager, AT)


def test_home_and_console_say_what_is_wrong(manager, tenant):
    give_channel(tenant)
    make_channel_check(tenant, "webhook_off", state="bad")
    agency = sign_in(make_user("account_manager", whole_agency=True))

    assert "“Use webhook” is switched off" in read(manager, "/c/apparel/")
    assert "“Use webhook” is switched off" in read(sign_in(make_user("viewer")), "/c/apparel/")
    needy = read(agency, "/agency/?show=attention")
    assert "Apparel" in needy
    assert "Webhook: Broken" in needy


def test_a_client_in_order_is_not_among_those_that_need_attention(manager, tenant):
    give_channel(tenant)
    agency = sign_in(make_user("account_manager", whole_agency=True))

    assert "In order" in read(agency, "/agency/")
    assert "Apparel</a>" not in read(agency, "/agency/?show=attention")
