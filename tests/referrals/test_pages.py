"""Programmes on the dashboard: written, started, changed, stopped; who invited whom; what is decided."""

import io
from zipfile import ZipFile

import orjson
from django.db import connection

from campaigns import services as campaigns
from coupons.models import Coupon
from referrals import hearing, results, services
from referrals import rules as ruling
from referrals.forms import ProgrammeForm, initial_of
from referrals.models import Grant, Programme, Referral
from routes.models import Route
from segments.leaves import Moment, parse
from shops.models import Order
from tests.api.conftest import caller, make_key
from tests.coupons.factories import make_own_coupon as make_coupon
from tests.factories import make_campaign, make_customer, make_link, make_order
from tests.referrals.factories import (
    come,
    follow,
    invite,
    make_login,
    make_old_friend,
    make_part,
    make_programme,
    make_running,
)
from tests.referrals.test_settling import coupon, turn

FILLED = {
    "name": "Bring a friend",
    "shared": "Come!",
    "kind": "bought",
    "amount": "3000",
    "within_days": "30",
    "hold_days": "7",
    "link_days": "7",
    "review": "flagged",
    "review_from": "5",
}


def filled(**more: str) -> dict[str, str]:
    reward = turn()["reward"]
    return (
        FILLED
        | {"each": orjson.dumps(reward, option=orjson.OPT_SORT_KEYS).decode(), "each_yen": "100"}
        | more
    )


def test_a_marketer_writes_and_starts_a_programme(visit):
    make_login()
    marketer = visit()

    marketer.send("referrals/new/", filled(most="50", tier_at_0="1"))
    programme = Programme.objects.get()
    started = marketer.send(f"referrals/{programme.pk}/publish/", {"revision": str(programme.revision)})

    rules = ruling.read(programme.rules)
    assert (rules.action.kind, rules.action.amount, rules.most, rules.each.cost_yen) == (
        "bought",
        3000,
        50,
        100,
    )
    programme.refresh_from_db()
    assert (programme.status, programme.route.media) == ("running", Route.Media.REFERRAL)
    assert "The programme runs" in started


def test_what_is_wrong_is_said_and_what_was_typed_stays(visit):
    wrong = filled(kind="event", starts_at="2026-11-02T10:00", ends_at="2026-11-01T10:00")

    page = visit().post("referrals/new/", wrong).content.decode()

    assert "It would end before it begins." in page
    assert "Choose the event that counts." in page
    assert "Come!" in page
    assert not Programme.objects.exists()


def test_it_does_not_start_without_login_nor_with_a_reward_that_is_held_once(visit):
    programme = make_programme(rules={"each": coupon()})

    page = visit().send(f"referrals/{programme.pk}/publish/", {"revision": str(programme.revision)})

    assert "Connect a LINE Login channel" in page
    assert "Each person holds this reward once" in page
    programme.refresh_from_db()
    assert programme.status == "draft"


def test_two_who_change_it_at_once_do_not_undo_each_other(visit):
    programme, marketer = make_programme(), visit()
    before = filled(revision=str(programme.revision))

    marketer.send(f"referrals/{programme.pk}/edit/", before | {"name": "First"})
    second = marketer.send(f"referrals/{programme.pk}/edit/", before | {"name": "Second"})

    assert "in the meantime" in second
    assert Programme.objects.get().name == "First"


def test_the_form_keeps_what_it_has_no_room_for(tenant):
    tiers = [{"at": number, **turn()} for number in range(1, 7)]
    where = [
        {"property": "product", "op": "equals", "value": "tea"},
        {"property": "amount", "op": "at_least", "value": 5},
    ]
    rules = {"action": {"kind": "event", "event": "bought", "where": where}, "tiers": tiers}
    programme = make_programme(rules=rules)
    shown = {name: value for name, value in initial_of(programme).items() if value is not None}

    form = ProgrammeForm(shown, initial=shown, kept=programme.rules)

    assert form.is_valid(), form.errors
    assert ruling.read(form.rules()).as_json() == programme.rules


def test_pausing_ending_and_opening_again_ask_first(visit):
    programme, marketer = make_running(), visit()

    asked = marketer.read(f"referrals/{programme.pk}/pause/")
    for verb, status in (("pause", "paused"), ("resume", "running"), ("end", "ended"), ("resume", "running")):
        marketer.send(f"referrals/{programme.pk}/{verb}/", {})
        programme.refresh_from_db()
        assert programme.status == status

    assert "Pause the programme?" in asked
    assert Route.objects.get(pk=programme.route_id).archived_at is None


def test_a_programme_in_which_somebody_takes_part_stays(visit):
    manager, programme, empty = visit("account_manager"), make_running(), make_programme("Empty")
    make_part(programme, "aoi")

    page = manager.send(f"referrals/{programme.pk}/delete/", {})
    manager.send(f"referrals/{empty.pk}/delete/", {})

    assert "it stays. End it instead" in page
    assert list(Programme.objects.all()) == [programme]


def test_the_page_tells_what_came_of_it(visit):
    programme = make_running(rules={"each": turn()})
    part = make_part(programme, "aoi")
    invite(part, "ren")
    make_old_friend("yui")
    invite(part, "yui")

    page = visit().read(f"referrals/{programme.pk}/")

    assert "Where are friends lost on the way?" in page
    assert "Was a friend before" in page
    assert "¥100" in page
    assert "aoi" in page


def test_all_rewards_that_could_not_be_given_are_tried_again_with_one_click(visit, tenant):
    coupon = make_coupon()
    rules = {"invited": {"reward": {"kind": "coupon", "coupon": coupon.pk}, "cost_yen": 300}}
    programme = make_running(rules=rules)
    Coupon.objects.update(most=1)
    for name, invited in (("aoi", "a"), ("ren", "b"), ("mei", "c")):
        invite(make_part(programme, name), invited)
    shown = visit().read(f"referrals/{programme.pk}/")
    Coupon.objects.update(most=None)

    told = visit().send(f"referrals/{programme.pk}/rewards/again/", {})
    hearing.run()
    program = caller(make_key(tenant, "referrals.decide_referral"))
    by_program = program.put(f"referral-programmes/{programme.pk}/rewards/again/")

    assert "2 rewards could not be given" in shown
    assert "Rewards that are tried again in a moment: 2" in told
    assert not Grant.objects.filter(given_at=None).exists()
    assert by_program.json() == {"rewards": 0}


def test_orders_in_other_currencies_are_said_not_to_count(visit):
    programme = make_running(rules={"action": {"kind": "bought", "amount": 3000}, "hold_days": 0})
    part = make_part(programme, "aoi")
    friend = come(part, "ren")
    make_link(friend, make_customer("1"))
    follow("ren")
    make_order("1", customer="1", total=9000)
    Order.objects.update(currency="USD")
    hearing.run()

    shown = visit().read(f"referrals/{programme.pk}/")

    assert "Only orders in yen count" in shown
    assert "Orders of invited friends in other currencies, which do not count: 1" in shown


def test_the_first_inviters_are_those_who_brought_most_whoever_else_takes_part(visit):
    programme = make_running()
    make_part(programme, "nobody came")
    invite(make_part(programme, "one"), "a")
    best = make_part(programme, "two")
    invite(best, "b")
    invite(best, "c")

    names = [part.friend.display_name for part in results.top(programme, 10)]

    assert names == ["two", "one", "nobody came"]
    assert [part.friend.display_name for part in results.inviters(programme)] == names
    assert [(part.counted, part.invited) for part in results.top(programme, 1)] == [(2, 2)]


def test_a_list_shows_who_invited_whom_and_why_not(visit, django_assert_max_num_queries):
    programme = make_running()
    part = make_part(programme, "aoi")
    invite(part, "Ren Mori")
    make_old_friend("Yui Mori")
    invite(part, "Yui Mori")
    marketer = visit()

    with django_assert_max_num_queries(30):
        page = marketer.read(f"referrals/{programme.pk}/people/")
    counted = marketer.read(f"referrals/{programme.pk}/people/?state=counted")
    chain = marketer.read(f"referrals/inviter/{part.pk}/")

    assert "Was a friend before" in page
    assert "Ren Mori" in counted
    assert "Yui Mori" not in counted
    assert "Ren Mori" in chain
    assert "Nobody invited them." in chain


def test_a_marketer_refuses_with_a_reason_and_confirms(visit):
    programme = make_running(rules={"review": "all", "each": turn()})
    referral, marketer = invite(make_part(programme, "aoi"), "ren"), visit()

    without = marketer.send(f"referrals/referral/{referral.pk}/refuse/", {})
    marketer.send(f"referrals/referral/{referral.pk}/refuse/", {"note": "Two phones of one person"})
    refused = marketer.read(f"referrals/referral/{referral.pk}/")
    marketer.send(f"referrals/referral/{referral.pk}/confirm/", {"note": "A mistake"})
    hearing.run()

    assert "Say why" in without
    assert "Two phones of one person" in refused
    assert Referral.objects.get().state == "counted"
    assert Grant.objects.get().given_at


def test_files_have_everything_and_no_formulas(visit):
    programme = make_running(rules={"each": turn()})
    invite(make_part(programme, "=HYPERLINK(1)"), "ren")
    manager = visit("account_manager")

    csv = manager.get(f"referrals/{programme.pk}/file/").content.decode("utf-8-sig")
    excel = manager.get(f"referrals/{programme.pk}/file/?format=xlsx").content
    nonsense = manager.get(f"referrals/{programme.pk}/file/?format=%00")
    sheets = [name for name in ZipFile(io.BytesIO(excel)).namelist() if "worksheets/sheet" in name]

    assert "'=HYPERLINK(1)" in csv
    assert len(sheets) == 3
    assert nonsense.status_code == 200


def test_it_belongs_to_one_campaign_at_a_time(visit):
    programme, autumn, winter = make_running(), make_campaign("Autumn"), make_campaign("Winter")
    campaigns.assign(programme.ledger_owner, autumn, by=None)
    campaigns.assign(programme.ledger_owner, winter, by=None)

    page = visit().read("referrals/")

    assert "Winter" in page
    assert "Autumn" not in page
    assert programme.name in visit("owner").read(f"campaigns/{winter.pk}/")


def test_an_empty_list_says_what_to_do(visit):
    assert "Make the first programme" in visit().read("referrals/")
    assert "No programme has ended." in visit().read("referrals/?tab=ended")


def test_conditions_find_inviters_and_invited(tenant):
    programme = make_running(rules={"review": "all"})
    other = make_running("Other")
    aoi, ren = make_part(programme, "aoi"), make_part(other, "ren")
    waiting = invite(aoi, "waits")
    counted = [invite(ren, name) for name in ("a", "b")]

    assert found({"type": "has_invited", "at_least": 2}) == {ren.friend_id}
    assert found({"type": "has_invited", "at_least": 1}) == {ren.friend_id}
    assert found({"type": "has_invited", "state": "any"}) == {aoi.friend_id, ren.friend_id}
    assert found({"type": "has_invited", "programme": programme.pk, "state": "any"}) == {aoi.friend_id}
    assert found({"type": "was_invited"}) == {row.friend_id for row in counted}
    assert found({"type": "was_invited", "state": "any", "programme": programme.pk}) == {waiting.friend_id}
    leaf = parse({"type": "has_invited", "programme": programme.pk, "at_least": 3})
    assert (
        leaf.words(type(leaf).look_up([leaf])) == "invited 3 or more friends who count, in “Bring a friend”"
    )
    assert "no referral programme 99" in parse({"type": "was_invited", "programme": 99}).missing({})


def found(raw: dict) -> set[int]:
    sql, params = parse(raw).query(Moment.present())
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {number for (number,) in cursor.fetchall()}


def test_a_friends_page_tells_by_whom_they_came(visit):
    programme = make_running()
    part = make_part(programme, "aoi")
    referral = invite(part, "ren")

    shown = visit().read(f"referrals/friends/{referral.friend_id}/")
    inviter = visit("creator").read(f"referrals/friends/{part.friend_id}/")

    assert "aoi" in shown
    assert "1 came, 1 count" in inviter


def test_a_copy_is_a_draft_of_its_own(visit):
    programme = make_running()

    visit().send(f"referrals/{programme.pk}/copy/", {})

    made = Programme.objects.latest("pk")
    assert (made.name, made.status, made.rules) == ("Bring a friend (copy)", "draft", programme.rules)
    assert services.faults(made) == []
