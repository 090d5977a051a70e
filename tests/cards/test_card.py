"""The card inside LINE, and its settings."""

import re

import pytest
from django.test import Client
from django_tenants.utils import tenant_context

from cards import services
from cards.models import CardSettings
from events.models import Event
from friends.models import Friend
from linking import inside
from linking.models import Link
from tests.factories import make_customer, make_field, make_link  # noqa: F401
from tests.routes.conftest import IN_LINE, Passer, make_person

PAGE = "/c/apparel/f/liff/card/"
FORM = {"symbol": "nw7", "colour": "#aa0000", "title": "Club", "note": "", "is_on": "on"}


@pytest.fixture
def aoi(door, simulator) -> str:
    """The LINE user id of somebody with LINE; the card is on."""
    services.change_settings(is_on=True, points_field="points", rank_field="rank", expiry_field="until")
    return make_person(simulator, door)


def open_card(simulator, user_id: str) -> tuple[Passer, object]:
    """What this person's page inside LINE is answered."""
    opened = simulator.open_liff(user_id, inside.address("card"))
    passer = Passer(IN_LINE)
    return passer, passer.post(PAGE, {"id_token": opened["id_token"]})


def make_friend_of(user_id: str) -> Friend:
    return Friend.objects.get_or_create(line_user_id=user_id)[0]


def test_a_linked_friend_sees_number_points_and_rank(simulator, aoi):
    customer = make_customer("1234-5678", name="Aoi 👩‍👧", points=1250, rank="Gold", until="2027-03-31")
    make_link(make_friend_of(aoi), customer)

    _passer, answer = open_card(simulator, aoi)

    page = answer.content.decode()
    for words in ("1234-5678", "1,250", "Gold", "2027/03/31", "Aoi 👩‍👧", "<svg"):
        assert words in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert "style=" not in page


def test_who_is_not_linked_is_led_to_linking(simulator, aoi):
    _passer, answer = open_card(simulator, aoi)

    page = answer.content.decode()
    assert "Link your account to see your card" in page
    assert "entry=card" in page


def test_whoever_unlinks_sees_nothing_any_more(simulator, aoi):
    friend = make_friend_of(aoi)
    make_link(friend, make_customer("1234-5678"))
    open_card(simulator, aoi)
    Link.objects.update(unlinked_at="2026-11-20T00:00Z", ended=Link.Ended.BY_FRIEND)

    _passer, answer = open_card(simulator, aoi)

    assert "1234-5678" not in answer.content.decode()


@pytest.mark.parametrize("token", ["", "wrong", "a.b.c", "x" * 5000, "トークン"])
def test_without_lines_word_nothing_is_told(aoi, token):
    make_link(make_friend_of(aoi), make_customer("1234-5678"))

    answer = Passer(IN_LINE).post(PAGE, {"id_token": token})

    assert answer.status_code in {400, 422}
    assert "1234-5678" not in answer.content.decode()


def test_the_page_itself_knows_nobody(aoi):
    make_link(make_friend_of(aoi), make_customer("1234-5678"))

    answer = Passer(IN_LINE).get(PAGE)

    assert answer.status_code == 200
    assert "1234-5678" not in answer.content.decode()
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_another_friends_number_is_not_shown(simulator, door, aoi):
    make_link(make_friend_of(aoi), make_customer("1234-5678"))
    ren = make_person(simulator, door, "Ren")
    make_link(make_friend_of(ren), make_customer("9999-0000"))

    _passer, answer = open_card(simulator, ren)

    assert "9999-0000" in answer.content.decode()
    assert "1234-5678" not in answer.content.decode()


def test_showing_it_stands_on_the_timeline_once_an_hour(simulator, aoi):
    make_link(make_friend_of(aoi), make_customer())

    for _ in range(3):
        open_card(simulator, aoi)

    assert Event.objects.filter(type="card_shown").count() in {1, 2}  # the hour may end meanwhile


def test_a_card_that_is_off_is_not_shown(simulator, aoi):
    make_link(make_friend_of(aoi), make_customer("1234-5678"))
    services.change_settings(is_on=False)

    _passer, answer = open_card(simulator, aoi)

    assert answer.status_code == 422
    assert "1234-5678" not in answer.content.decode()
    assert Passer().get("/c/apparel/m/").status_code == 404


def test_its_address_opens_it_in_line(aoi):
    answer = Passer().get("/c/apparel/m/")

    assert answer.url == inside.address("card")


def test_a_number_that_is_no_jan_is_shown_as_qr(simulator, aoi):
    services.change_settings(symbol="ean13")
    make_link(make_friend_of(aoi), make_customer("A-1 会員"))

    _passer, answer = open_card(simulator, aoi)

    assert "scan square" in answer.content.decode()


def test_the_card_is_set_up_with_a_preview(visit, tenant):
    manager = visit("account_manager")

    shown = manager.post("card/preview/", FORM | {"title": "Draft <b>"}).content.decode()
    manager.send("card/", FORM)

    assert "Draft &lt;b&gt;" in shown
    settings = CardSettings.present()
    assert (settings.is_on, settings.title, settings.symbol) == (True, "Club", "nw7")
    assert "Club" in manager.read("card/")


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"symbol": "pdf417"}, {"points_field": "unknown"}])
def test_settings_that_make_no_sense_are_refused(visit, wrong):
    page = visit("account_manager").send("card/", FORM | wrong)

    assert "errorlist" in page
    assert not CardSettings.objects.exists()


def test_who_may_not_change_it_sees_it_as_it_is(visit, tenant):
    viewer = visit("viewer")

    viewer.post("card/", FORM)

    assert not CardSettings.objects.exists()
    assert not re.search("<button[^>]*>\\s*Save", viewer.read("card/"))


def test_each_client_has_its_own_card(visit, other_tenant):
    visit("account_manager").send("card/", FORM)

    with tenant_context(other_tenant):
        assert CardSettings.present().title == ""


def test_programs_read_how_it_is_set_up(call):
    services.change_settings(is_on=True, symbol="qr")

    answer = call("cards.view_cardsettings").ask("GET", "card/").json()

    assert (answer["is_on"], answer["symbol"]) == (True, "qr")
    assert answer["address"].endswith("/c/apparel/m/")


def test_nobody_without_a_role_sets_it_up(tenant):
    with tenant_context(tenant):
        assert Client().get("/c/apparel/card/").status_code == 302
