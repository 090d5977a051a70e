"""What follows when links are made and end, against the simulator: once, however often it is tried."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from time import sleep
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from PIL import Image

from accounts import current, secrets
from accounts.models import Due
from billing import ledger
from channels.login import login_client_for
from channels.models import login_secret_place
from channels.services import client_for
from chats.models import Message
from friends.models import Friend
from line import wire
from line.errors import LineError
from line.login import LoginClient, LoginTokens, new_code_verifier
from linking import after, bonds, duties, unlinking
from linking.bonds import Bond
from linking.models import (
    Link,
    LinkDuty,
    LinkSettings,
    LoginGrant,
    access_token_place,
    refresh_token_place,
)
from tests.factories import make_channel, make_customer, make_followers, make_tag

LOGIN_ID, LOGIN_SECRET = "2000000001", "the secret of the login channel, long enough"
BACK = "https://musubi.example/back/"
PUSH = "/v2/bot/message/push"
LOGIN = Link.Method.LINE_LOGIN


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    return make_followers(simulator, channel, ["aoi"])[0]


def tie(friend: Friend, method: Link.Method = LOGIN, **more: object) -> Link:
    [link] = bonds.tie([Bond(friend.pk, make_customer().pk, timezone.now(), method, **more)])
    return link


def unlink(friend: Friend) -> None:
    unlinking.unlink_friend(friend.pk, how=Link.Ended.BY_FRIEND)


def said_to(simulator, channel, friend: Friend) -> list[str]:
    return simulator.texts(channel.channel_id, friend.line_user_id)


def later(**given: float):
    return time_machine.travel(timezone.now() + timedelta(**given))


def test_tags_come_with_the_link_and_go_with_it(tenant, aoi):
    settings = LinkSettings.objects.create(pk=1)
    settings.tags.set([make_tag("linked"), make_tag("VIP")])

    tie(aoi)
    assert {tag.name for tag in aoi.tags.all()} == {"linked", "VIP"}
    unlink(aoi)

    assert not aoi.tags.exists()


def test_who_is_linked_anew_keeps_the_tags(tenant, aoi):
    LinkSettings.objects.create(pk=1).tags.set([make_tag("linked")])
    tie(aoi)

    tie(aoi)

    assert aoi.tags.count() == 1


def test_who_links_on_a_page_is_welcomed_once_and_it_is_booked(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(
        pk=1,
        welcome_by_push=True,
        welcome=[{"type": "text", "text": "{{display_name|お客様}}さん、ようこそ"}],
    )
    tie(aoi)

    duties.do_due()
    duties.do_due()

    assert said_to(simulator, channel, aoi) == ["aoiさん、ようこそ"]
    assert ledger.by_reference_prefix(tenant.pk, "linking/welcome:").messages == 1
    assert Message.objects.get().sender == Message.Sender.AUTOMATIC


def test_a_welcome_whose_answer_is_lost_arrives_once(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    tie(aoi)
    simulator.lose_next_answers(1, PUSH)

    duties.do_due()
    LinkSettings.objects.update(welcome=[{"type": "text", "text": "Changed since"}])
    with later(minutes=1):
        duties.do_due()

    assert len(said_to(simulator, channel, aoi)) == 1
    assert ledger.by_reference_prefix(tenant.pk, "linking/welcome:").messages == 1


def test_a_welcome_whose_key_line_has_forgotten_is_not_sent_again(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    tie(aoi)
    simulator.lose_next_answers(1, PUSH)
    duties.do_due()

    with later(hours=25):
        simulator.advance(25 * 3600)
        duties.do_due()

    assert len(said_to(simulator, channel, aoi)) == 1
    assert LinkDuty.objects.get().state == LinkDuty.State.FAILED


@pytest.mark.parametrize("method", [Link.Method.ACCOUNT_LINK, Link.Method.IMPORT, Link.Method.API])
def test_who_was_answered_in_the_chat_or_is_on_a_list_gets_no_paid_welcome(tenant, aoi, method):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)

    tie(aoi, method)

    assert not LinkDuty.objects.exists()


def test_who_signs_in_again_is_not_welcomed_again(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    link = tie(aoi)
    duties.do_due()

    bonds.tie([Bond(aoi.pk, link.customer_id, timezone.now(), LOGIN)])
    duties.do_due()

    assert len(said_to(simulator, channel, aoi)) == 1


def test_who_unlinks_before_the_welcome_gets_none(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    tie(aoi)
    unlink(aoi)

    duties.do_due()

    assert said_to(simulator, channel, aoi) == []
    assert LinkDuty.objects.get(kind="welcome").problem == LinkDuty.Problem.UNLINKED


def test_a_welcome_waits_for_who_adds_the_account_on_the_way(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    Friend.objects.update(status=Friend.Status.UNKNOWN)
    tie(aoi)

    duties.do_due()
    Friend.objects.update(status=Friend.Status.FRIEND)
    with later(minutes=1):
        duties.do_due()

    assert len(said_to(simulator, channel, aoi)) == 1


def test_who_never_becomes_a_friend_is_given_up(tenant, aoi):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    Friend.objects.update(status=Friend.Status.BLOCKED)
    tie(aoi)

    with later(minutes=11):
        duties.do_due()

    assert LinkDuty.objects.get().problem == LinkDuty.Problem.NO_FRIEND


@pytest.fixture
def menu(simulator, channel) -> str:
    return make_menu(channel)


def make_menu(channel) -> str:
    action = {"type": "message", "text": "x"}
    wanted = {
        "size": {"width": 2500, "height": 843},
        "selected": False,
        "name": "For the linked",
        "chatBarText": "Menu",
        "areas": [{"bounds": {"x": 0, "y": 0, "width": 10, "height": 10}, "action": action}],
    }
    client, picture = client_for(channel), BytesIO()
    Image.new("RGB", (2500, 843)).save(picture, "PNG")
    menu = wire.run(client.create_rich_menu(wanted))
    wire.run(client.set_rich_menu_image(menu, picture.getvalue(), "image/png"))
    return menu


def do_duties_elsewhere(tenant) -> None:
    try:
        with tenant_context(tenant):
            duties.do_due()
    finally:
        connection.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    for _try in range(1_000):
        if is_so():
            return
        sleep(0.02)
    raise TimeoutError


def menu_of(channel, friend: Friend) -> str | None:
    return wire.run(client_for(channel).get_rich_menu_id_of_user(friend.line_user_id))


def test_the_menu_of_the_linked_is_shown_and_taken_back(tenant, simulator, channel, aoi, menu):
    LinkSettings.objects.create(pk=1, linked_menu=menu)
    tie(aoi)
    duties.do_due()
    shown = menu_of(channel, aoi)

    unlink(aoi)
    duties.do_due()

    assert (shown, menu_of(channel, aoi)) == (menu, None)


def test_a_menu_that_is_gone_is_noted_and_not_tried_for_ever(tenant, simulator, channel, aoi):
    LinkSettings.objects.create(pk=1, linked_menu="richmenu-gone")
    tie(aoi)

    duties.do_due()

    duty = LinkDuty.objects.get()
    assert duty.state == LinkDuty.State.FAILED
    assert duty.problem


def test_line_being_down_delays_a_menu(tenant, simulator, channel, aoi, menu):
    LinkSettings.objects.create(pk=1, linked_menu=menu)
    tie(aoi)
    simulator.fail_next(1, 500, "/v2/bot/user")

    duties.do_due()
    assert (LinkDuty.objects.get().state, menu_of(channel, aoi)) == ("open", None)
    with schema_context("public"):
        assert Due.objects.get(kind="link_duties").due_at
    with later(minutes=1):
        duties.do_due()

    assert menu_of(channel, aoi) == menu


def test_who_unlinks_while_line_is_asked_for_their_menu_ends_without_it(own_tenant, simulator, settings):
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = simulator.base_url
    channel = make_channel(simulator, own_tenant, f"31{own_tenant.pk:08}")
    [aoi] = make_followers(simulator, channel, ["aoi"])
    menu = make_menu(channel)
    LinkSettings.objects.create(pk=1, linked_menu=menu)
    tie(aoi)
    simulator.delay(1_500, "/v2/bot/user")

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(do_duties_elsewhere, own_tenant)
        wait_for(lambda: LinkDuty.objects.filter(tries=1).exists())
        simulator.clear_faults()
        unlink(aoi)
        duties.do_due()
        slow.result()

    assert menu_of(channel, aoi) is None
    assert not LinkDuty.objects.exclude(state=LinkDuty.State.DONE).exists()


def test_the_menus_of_all_are_spread_and_owed_once(tenant, simulator, channel, menu):
    LinkSettings.objects.create(pk=1)
    for friend in make_followers(simulator, channel, 3):
        tie(friend)

    assert [after.owe_menus_to_all(), after.owe_menus_to_all()] == [3, 0]

    first, _second, last = LinkDuty.objects.order_by("due_at").values_list("due_at", flat=True)
    assert last - first == timedelta(milliseconds=10)


def test_a_turn_ends_in_time_and_the_rest_is_done_in_the_next(tenant, simulator, channel, aoi, monkeypatch):
    LinkSettings.objects.create(pk=1, welcome_by_push=True)
    tie(aoi)
    monkeypatch.setattr(duties, "TURN", 0)

    duties.do_due()

    assert LinkDuty.objects.get().tries == 0
    with schema_context("public"):
        assert Due.objects.get(kind="link_duties").due_at <= timezone.now()


@pytest.fixture
def login(simulator, channel) -> LoginClient:
    """The client's LINE Login channel."""
    simulator.add_login_channel(LOGIN_ID, LOGIN_SECRET, channel_id=channel.channel_id, redirect_uris=[BACK])
    channel.login_channel_id = LOGIN_ID
    place = login_secret_place(channel.tenant_id)
    channel.sealed_login_secret = secrets.seal(channel.tenant_id, place, LOGIN_SECRET)
    channel.save()
    client = login_client_for(channel)
    assert client
    return client


def sign_in(simulator, login: LoginClient, friend: Friend, **kept: object) -> LoginTokens:
    """Aoi signs in by LINE Login; what it allowed is kept as after linking."""
    verifier = new_code_verifier()
    url = login.authorize_url(redirect_uri=BACK, state="s", nonce="n", code_verifier=verifier)
    back = simulator.sign_in(friend.line_user_id, url)
    [code] = parse_qs(urlsplit(back).query)["code"]
    tokens = wire.run(login.issue_tokens(code, redirect_uri=BACK, code_verifier=verifier))
    now, tenant_id = timezone.now(), current.tenant().pk
    given = {
        "sealed_access_token": secrets.seal(tenant_id, access_token_place(friend.pk), tokens.access_token),
        "sealed_refresh_token": secrets.seal(tenant_id, refresh_token_place(friend.pk), tokens.refresh_token),
        "access_until": now + timedelta(days=30),
        "refresh_until": now + timedelta(days=90),
        "granted_at": now,
    }
    LoginGrant.objects.create(friend=friend, **(given | kept))
    return tokens


def is_allowed(login: LoginClient, tokens: LoginTokens) -> bool:
    try:
        wire.run(login.get_profile(tokens.access_token))
    except LineError:
        return False
    return True


def test_what_line_login_allowed_is_taken_back_when_they_unlink(simulator, aoi, login):
    tokens = sign_in(simulator, login, aoi)
    tie(aoi)
    assert is_allowed(login, tokens)

    unlink(aoi)
    duties.do_due()

    assert not is_allowed(login, tokens)
    assert not LoginGrant.objects.exists()


def test_an_access_token_that_is_over_is_renewed_to_take_it_back(simulator, aoi, login):
    tokens = sign_in(simulator, login, aoi, access_until=timezone.now() - timedelta(days=1))
    tie(aoi)

    unlink(aoi)
    duties.do_due()

    assert LinkDuty.objects.get().state == LinkDuty.State.DONE
    assert not is_allowed(login, tokens)


def test_one_that_line_refuses_is_renewed_too(simulator, aoi, login):
    tokens = sign_in(simulator, login, aoi)
    wire.run(login.revoke(tokens.access_token))
    tie(aoi)

    unlink(aoi)
    duties.do_due()

    assert LinkDuty.objects.get().state == LinkDuty.State.DONE


def test_when_both_tokens_are_over_it_is_noted_and_forgotten(simulator, aoi, login):
    over = timezone.now() - timedelta(days=1)
    sign_in(simulator, login, aoi, access_until=over, refresh_until=over)
    tie(aoi)

    unlink(aoi)
    duties.do_due()

    assert LinkDuty.objects.get().problem == LinkDuty.Problem.EXPIRED
    assert not LoginGrant.objects.exists()


def test_who_has_linked_again_meanwhile_keeps_what_they_allowed(simulator, aoi, login):
    tokens = sign_in(simulator, login, aoi)
    tie(aoi)
    unlink(aoi)
    tie(aoi)

    duties.do_due()

    assert is_allowed(login, tokens)
    assert LoginGrant.objects.exists()


def test_line_login_being_down_delays_taking_back(simulator, aoi, login):
    tokens = sign_in(simulator, login, aoi)
    tie(aoi)
    unlink(aoi)
    simulator.fail_next(1, 500, "/user/v1/deauthorize")

    duties.do_due()
    assert is_allowed(login, tokens)
    with later(minutes=1):
        duties.do_due()

    assert not is_allowed(login, tokens)


def test_many_links_and_their_duties_cost_few_queries(simulator, channel, django_assert_max_num_queries):
    LinkSettings.objects.create(pk=1, welcome_by_push=True, linked_menu="richmenu-1").tags.set([make_tag()])
    friends = make_followers(simulator, channel, 50)
    wanted = [Bond(friend.pk, make_customer().pk, timezone.now(), LOGIN) for friend in friends]

    with django_assert_max_num_queries(25):
        bonds.tie(wanted)

    assert LinkDuty.objects.count() == 100
