"""Pages of plan and actual: the board, trees, one indicator, friends by day; what each role sees of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import tenant_context

from accounts import current
from accounts.models import Activity
from campaigns import services as campaigns
from campaigns.models import Campaign
from costs.spending import Eyes
from friends.models import AudienceDay
from planning import proposals, trees
from planning.models import Count, Kpi, Reading, Target
from tests.costs.factories import agree, subscribe
from tests.factories import make_broadcast, make_campaign, make_user
from tests.planning.factories import NOVEMBER, counted_until, make_actual, make_days, make_kpi

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
TODAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOW, tick=False):
        counted_until(date(2026, 11, 15))
        yield


@pytest.fixture
def page(tenant, visit):
    return visit("marketer")


def aim(kpi: Kpi, value: int | str, month: date = NOVEMBER, tenant=None) -> None:
    trees.set_target(kpi, month, Decimal(value), eyes=Eyes(tenant or current.tenant()), by=None)


def test_the_tree_shows_what_came_what_will_come_and_the_light(page):
    clicks = make_kpi("clicks")
    aim(clicks, 300)
    make_days("clicks", NOVEMBER, date(2026, 11, 15), 10)

    shown = page.read("planning/tree/client/")

    assert "On track" in shown
    assert ">150<" in shown  # so far
    assert "300" in shown


@pytest.mark.parametrize(("target", "light"), [(300, "On track"), (330, "Nearly there"), (400, "Behind")])
def test_the_light_is_by_the_forecast_and_never_by_colour_alone(page, target, light):
    aim(make_kpi("clicks"), target)
    make_days("clicks", NOVEMBER, date(2026, 11, 15), 10)

    assert light in page.read("planning/tree/client/")


def test_without_a_target_or_a_count_the_light_says_why_it_is_grey(page):
    kpi = make_kpi("", name="Visitors")

    assert "No target is set." in page.read(f"planning/kpis/{kpi.pk}/")
    aim(kpi, 10)
    assert "No number is entered." in page.read(f"planning/kpis/{kpi.pk}/")


def test_all_targets_of_a_month_are_set_at_once_and_what_is_no_number_is_said(page):
    clicks, rate = make_kpi("clicks"), make_kpi("click_rate")

    shown = page.send(
        "planning/tree/client/targets/",
        {"month": "2026-11", f"target-{clicks.pk}": "９００", f"target-{rate.pk}": "many 🎯"},
    )

    assert "Enter a number." in shown
    assert Target.objects.get(kpi=clicks).value == 900
    assert not Target.objects.filter(kpi=rate).exists()


def test_shares_are_typed_in_per_cent(page):
    rate = make_kpi("click_rate")

    page.send("planning/tree/client/targets/", {"month": "2026-11", f"target-{rate.pk}": "3.5"})

    assert Target.objects.get(kpi=rate).value == Decimal("0.035")
    assert 'value="3.5"' in page.read("planning/tree/client/?month=2026-11&edit=1")


def test_targets_that_contradict_each_other_are_told(page):
    for code, value in (("messages", 10_000), ("click_rate", "0.03"), ("clicks", 900)):
        aim(make_kpi(code), value)

    shown = page.read("planning/tree/client/")

    assert "Messages sent: 10,000 × Click rate: 3.0% gives 300 for “Clicks”, not 900." in shown


def test_a_proposed_tree_comes_with_targets_from_the_past_and_their_arithmetic(page):
    for month, day_count in ((9, 30), (10, 31)):
        first = date(2026, month, 1)
        make_days("clicks", first, first + timedelta(days=day_count - 1), 100)
    make_days("messages", date(2026, 9, 1), date(2026, 10, 31), 1_000)

    shown = page.read("planning/tree/client/proposal/?purpose=understanding")
    page.send(
        "planning/tree/client/proposal/?purpose=understanding",
        {"purpose": "understanding", "kpi-answers": "on", "kpi-clicks": "on", "target-clicks": "3202"},
    )

    assert "Median of 2 months: 3,050; +5 % = 3,202 (2026/09 3,000 · 2026/10 3,100)" in shown.replace(
        "3,203", "3,202"
    )
    assert [kpi.metric for kpi, _depth in trees.ordered(list(Kpi.objects.of(None)))] == ["answers", "clicks"]
    assert Target.objects.get(kpi__metric="clicks").value == 3202


def test_an_indicator_says_what_moved_it_with_numbers_and_links(page):
    campaign = make_campaign("Autumn", starts_on=date(2026, 10, 1))
    sale = make_broadcast(name="Knitwear", campaign=campaign)
    make_actual("clicks", date(2026, 11, 3), 800, sale.ledger_owner)
    make_actual("clicks", date(2026, 10, 3), 300, "broadcast:999999")
    kpi = make_kpi("clicks", campaign)
    campaigns.assign("broadcast:999999", campaign, by=None)

    shown = page.read(f"planning/kpis/{kpi.pk}/")

    assert "800, against 300 on the same days of the month before: +500." in shown
    assert "Most came from “Knitwear” (+800)." in shown
    assert f"/broadcasts/{sale.pk}/" in shown


def test_a_rate_is_explained_by_the_two_figures_it_is_made_of(page):
    make_actual("clicks", date(2026, 11, 3), 30)
    make_actual("messages", date(2026, 11, 3), 1_000)
    kpi = make_kpi("click_rate")

    shown = page.read(f"planning/kpis/{kpi.pk}/")

    assert "3.0%" in shown
    assert "Messages sent" in shown


def test_who_may_not_see_cost_sees_none_of_it_and_its_targets(tenant, visit):
    subscribe("standard")
    kpi = make_kpi("cost")
    aim(kpi, 50_000)
    make_actual("net", date(2026, 11, 3), 12_345, "broadcast:1")

    shown = visit("creator").read("planning/tree/client/")
    one = visit("creator").read(f"planning/kpis/{kpi.pk}/")

    assert "¥" not in shown + one
    assert "50000" not in shown + one
    assert "Cost is not shown to you." in one


def test_cost_and_its_target_are_shown_as_each_reader_sees_them(tenant, visit):
    subscribe("standard")
    agree(kind="markup", rate=Decimal("0.5"), shows="gross")
    kpi = make_kpi("cost")
    aim(kpi, 40_000)
    make_actual("net", date(2026, 11, 3), 20_000, "broadcast:1")

    agency = visit("account_manager").read(f"planning/kpis/{kpi.pk}/")
    own = visit("marketer").read(f"planning/kpis/{kpi.pk}/")

    assert "¥20,000" in agency
    assert "¥40,000" in agency
    assert "¥30,000" in own
    assert "¥60,000" in own
    assert "20,000" not in own.replace("¥120,000", "")


def test_with_a_price_per_message_a_target_of_cost_is_not_told_nor_set(tenant, visit):
    subscribe("standard")
    agree(kind="per_message", unit_price=Decimal(5), shows="gross")
    kpi = make_kpi("cost")
    aim(kpi, 40_000)

    page = visit("marketer")
    shown = page.read(f"planning/kpis/{kpi.pk}/")
    said = page.send(f"planning/kpis/{kpi.pk}/target/", {"month": "2026-11", "value": "9"})

    assert "of which your price does not tell" in shown
    assert "cannot be set here" in said
    assert Target.objects.get().value == 40_000


def test_numbers_of_an_own_indicator_are_entered_by_day_and_taken_away(page):
    kpi = make_kpi("", name="来店数 👟")
    address = f"planning/kpis/{kpi.pk}/number/"

    page.send(address, {"day": "2026-11-02", "value": "12"})
    page.send(address, {"day": "2026-11-02", "value": "15"})
    assert Reading.objects.get().value == 15
    page.send(address, {"day": "2026-11-02", "value": ""})

    assert not Reading.objects.exists()


def test_numbers_by_month_are_entered_for_months(page):
    kpi = make_kpi("", name="Awareness", unit="share", adds="last", grain="month")

    page.send(f"planning/kpis/{kpi.pk}/number/", {"day": "2026-11", "value": "42"})

    assert (Reading.objects.get().day, Reading.objects.get().value) == (NOVEMBER, Decimal("0.42"))


@pytest.mark.parametrize("value", ["1e99", "NaN", "Infinity", "九千 apples", "9" * 30])
def test_what_is_no_number_is_refused(page, value):
    kpi = make_kpi("", name="Visitors")

    said = page.send(f"planning/kpis/{kpi.pk}/number/", {"day": "2026-11-02", "value": value})

    assert "Enter a day and a number." in said
    assert not Reading.objects.exists()


def test_what_is_taken_out_is_put_back_with_its_targets(page):
    parent = make_kpi("orders")
    child = make_kpi("clicks", parent=parent)
    aim(parent, 10)

    shown = page.send(f"planning/kpis/{parent.pk}/remove/", {})
    assert "Put back" in shown
    child.refresh_from_db()
    assert child.parent is None
    page.send(f"planning/kpis/{parent.pk}/restore/", {})

    assert Kpi.objects.of(None).filter(pk=parent.pk).exists()
    assert Target.objects.filter(kpi=parent).exists()


def test_indicators_are_moved_by_buttons_alone(page):
    first, second = make_kpi("orders"), make_kpi("clicks")

    page.send(f"planning/kpis/{second.pk}/move/", {"way": "up"})
    assert [kpi.metric for kpi in Kpi.objects.of(None)] == ["clicks", "orders"]
    page.send(f"planning/kpis/{first.pk}/move/", {"way": "in"})
    first.refresh_from_db()
    assert first.parent == second
    page.send(f"planning/kpis/{first.pk}/move/", {"way": "out"})
    first.refresh_from_db()

    assert first.parent is None


def test_an_own_indicator_is_added_and_changed_on_its_form(page):
    page.send(
        "planning/tree/client/new/",
        {
            "metric": "own",
            "name": "Calls",
            "unit": "count",
            "green": "95",
            "yellow": "80",
            "direction": "down",
        },
    )
    kpi = Kpi.objects.get()
    assert (kpi.name, kpi.green, kpi.yellow, kpi.direction) == ("Calls", 95, 80, "down")

    said = page.send(f"planning/kpis/{kpi.pk}/edit/", {"name": "Calls", "green": "80", "yellow": "95"})

    assert "Green must begin no lower than yellow" in said


def test_the_board_shows_each_campaign_with_its_light_in_a_constant_number_of_queries(
    page, django_assert_max_num_queries
):
    page.read("planning/")
    for number in range(8):
        campaign = make_campaign(f"Campaign {number}", starts_on=NOVEMBER, purpose="sales")
        aim(make_kpi("clicks", campaign), 30)
        campaigns.assign(f"broadcast:{number}", campaign, by=None)
        make_actual("clicks", date(2026, 11, 3), 20, f"broadcast:{number}")

    with django_assert_max_num_queries(40):
        shown = page.read("planning/")

    assert shown.count("On track") >= 8
    assert "Sales" in shown


def test_a_campaign_shows_its_indicators_of_its_own_days(page):
    campaign = make_campaign("Short", starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 12))
    campaigns.assign("broadcast:1", campaign, by=None)
    make_days("clicks", date(2026, 11, 9), date(2026, 11, 13), 10, "broadcast:1")
    aim(make_kpi("clicks", campaign), 30)

    shown = page.read(f"planning/tree/{campaign.pk}/part/")

    assert ">30<" in shown
    assert "100 %" in shown


def test_the_whole_time_of_a_campaign_is_one_window(page):
    campaign = make_campaign("Long", starts_on=date(2026, 10, 20), ends_on=date(2026, 11, 12))
    kpi = make_kpi("clicks", campaign)
    campaigns.assign("broadcast:1", campaign, by=None)
    make_days("clicks", date(2026, 10, 20), date(2026, 11, 12), 1, "broadcast:1")
    aim(kpi, 12, date(2026, 10, 1))
    aim(kpi, 12)

    shown = page.read(f"planning/kpis/{kpi.pk}/?month=all")

    assert "The whole campaign" in shown
    assert ">24<" in shown


def test_friends_are_shown_by_day_and_as_a_file(page):
    AudienceDay.objects.create(day=date(2026, 11, 15), added=10, reach=8, blocks=1, fetched_at=NOW)
    make_days("friends", date(2026, 11, 1), date(2026, 11, 15), 1_234)

    shown = page.read("planning/days/")
    file = page.get("planning/days/file/?kind=utf-8")

    assert "1,234" in shown
    assert "1234" in file.content.decode()
    assert Activity.objects.filter(verb="planning.days_exported").exists()


def test_days_are_counted_again_when_a_person_asks(page):
    page.send("planning/recount/", {"first": "2026-10-01"})
    assert Count.present().from_day == date(2026, 10, 1)

    said = page.send("planning/recount/", {"first": "2001-01-01"})

    assert "Give a day from" in said
    assert Count.present().from_day == date(2026, 10, 1)


@pytest.mark.parametrize("month", ["0000-00", "9999-12", "🎌", "2026-13", "all", "%00"])
def test_a_month_that_is_none_is_this_month(page, month):
    assert page.get(f"planning/tree/client/?month={month}").status_code == 200


def test_what_is_another_clients_is_not_found(page, other_tenant):
    with tenant_context(other_tenant):
        campaign = make_campaign("Other")
        kpi = make_kpi("clicks", campaign)
        numbers = campaign.pk + 1_000, kpi.pk + 1_000

    for address in (
        f"planning/tree/{numbers[0]}/",
        f"planning/kpis/{numbers[1]}/",
        "planning/tree/%E2%91%A0/",
    ):
        assert page.get(address).status_code == 404


def test_a_person_of_another_client_cannot_be_responsible(tenant, page, other_tenant):
    with tenant_context(other_tenant):
        stranger = make_user("marketer", email="stranger@example.com")
    kpi = make_kpi("clicks")

    page.send(f"planning/kpis/{kpi.pk}/edit/", {"responsible_id": f"{stranger.pk}"})

    kpi.refresh_from_db()
    assert kpi.responsible_id is None


def test_the_purpose_and_the_responsible_person_stand_on_the_campaign(tenant, page):
    shown = page.send(
        "campaigns/new/",
        {"name": "Leads 🌱", "purpose": "own", "purpose_words": "", "starts_on": "2026-11-01"},
    )
    assert "Say in words what the purpose is." in shown

    shown = page.send(
        "campaigns/new/",
        {"name": "Leads 🌱", "purpose": "own", "purpose_words": "Find sellers", "starts_on": "2026-11-01"},
    )

    assert "Find sellers" in shown
    assert Campaign.objects.get().purpose_in_words == "Find sellers"


@pytest.mark.parametrize("purpose", [*Campaign.Purpose.values])
def test_whatever_the_purpose_every_usual_indicator_can_be_chosen(page, purpose):
    shown = page.read(f"planning/tree/client/proposal/?purpose={purpose}")

    assert [code for code in proposals.ALWAYS if f'name="kpi-{code}"' not in shown] == []


def test_a_proposed_target_that_cannot_be_read_is_said_and_the_rest_taken(page):
    shown = page.send(
        "planning/tree/client/proposal/?purpose=sales",
        {"purpose": "sales", "kpi-answers": "on", "target-answers": "many", "kpi-clicks": "on"},
    )

    assert "Survey answers: Enter a number." in shown
    assert {kpi.metric for kpi in Kpi.objects.of(None)} == {"answers", "clicks"}


def test_friends_of_a_month_that_is_over_are_those_last_counted_not_a_forecast(page):
    make_actual("friends", date(2026, 10, 20), 1_000)
    make_actual("friends", date(2026, 10, 30), 1_100)
    kpi = make_kpi("friends")
    aim(kpi, 1_105, date(2026, 10, 1))

    shown = page.read(f"planning/kpis/{kpi.pk}/?month=2026-10")

    assert "Forecast for the end</dt><dd>1,100<" in shown


def test_numbers_of_ones_own_are_in_the_clients_money(page):
    subscribe("basic", country="TH")
    kpi = make_kpi("", name="Sales at the shop", unit="money")
    trees.enter(kpi, date(2026, 11, 2), Decimal(500), by=None)

    assert "฿500.00" in page.read(f"planning/kpis/{kpi.pk}/")
