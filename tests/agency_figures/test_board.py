"""The board of all clients: what stands on it, who sees which prices, how it is narrowed and sorted."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts import services as accounts
from accounts.models import Agency, Membership, Tenant
from agency_figures.models import Light, Prices
from tests.agency_figures.factories import NOVEMBER, OCTOBER, make_client, make_clients, make_figure
from tests.factories import make_user
from tests.visiting import Visitor, sign_in

IN_NOVEMBER = {"month": NOVEMBER, "counted_until": date(2026, 11, 15)}


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def staff() -> Visitor:
    return sign_in(make_user("account_manager", whole_agency=True))


def names(page: str) -> list[str]:
    """Clients in the order of the table."""
    table = page.partition('<table class="list board">')[2]
    rows = table.split('<th scope="row">')[1:]
    return [row.partition("</a>")[0].rpartition(">")[2] for row in rows]


def test_a_client_shows_what_came_what_will_come_its_target_light_and_trend(staff):
    shop = make_client("Shop")
    make_figure(shop, "friends", "1000")
    told = {"end": Decimal(1_200), "target": Decimal(1_500), "light": Light.RED, "reached": Decimal(80)}
    make_figure(shop, "friends", "1100", **IN_NOVEMBER, **told)

    page = staff.read("/agency/figures/?q=shop")

    assert ">1,100<" in page
    assert "→ 1,200" in page
    assert "/ 1,500" in page
    assert "Behind" in page
    assert "↗ +20.0 %" in page
    assert 'href="/c/shop/planning/tree/client/?month=2026-11"' in page


def test_who_needs_attention_comes_first_and_clients_without_figures_are_there(staff):
    for name, light in (("Aoi", Light.GREEN), ("Beni", Light.RED), ("Cha", Light.YELLOW)):
        make_figure(make_client(name), "friends", "10", light=light, **IN_NOVEMBER)

    assert names(staff.read("/agency/figures/"))[:3] == ["Beni", "Cha", "Aoi"]
    assert "Cosmetics" in names(staff.read("/agency/figures/"))


def test_it_is_sorted_by_any_figure_and_what_is_not_known_comes_last(staff):
    for name, value in (("Aoi", "5"), ("Beni", "50"), ("Cha", None)):
        make_figure(make_client(name), "friends", value, **IN_NOVEMBER)

    assert names(staff.read("/agency/figures/?sort=friends"))[:2] == ["Beni", "Aoi"]
    assert names(staff.read("/agency/figures/?sort=-friends"))[:2] == ["Aoi", "Beni"]
    assert names(staff.read("/agency/figures/?sort=nothing&month=2026-99&light=blue"))


def test_it_is_narrowed_by_light_by_responsible_person_and_by_name(staff):
    aoi = make_user("account_manager", email="aoi@example.jp", whole_agency=True)
    make_figure(make_client("Ours"), "friends", "1", responsible_id=aoi.pk, **IN_NOVEMBER)
    make_figure(make_client("Theirs"), "friends", "1", light=Light.RED, **IN_NOVEMBER)

    assert names(staff.read(f"/agency/figures/?responsible={aoi.pk}")) == ["Ours"]
    assert names(staff.read("/agency/figures/?light=red")) == ["Theirs"]
    assert names(staff.read("/agency/figures/?q=our")) == ["Ours"]
    assert "No client has this." in staff.read("/agency/figures/?light=yellow")


def test_cost_is_lines_for_who_sees_net_and_nothing_for_who_sees_no_cost(staff):
    shop = make_client("Shop")
    make_figure(shop, "cost", "3333", prices=Prices.NET, currency="JPY", **IN_NOVEMBER)
    make_figure(shop, "cost", "4444", prices=Prices.CLIENT, currency="JPY", **IN_NOVEMBER)

    seen = staff.read("/agency/figures/?q=shop")
    unseen = sign_in(make_user("creator", whole_agency=True)).read("/agency/figures/?q=shop")

    assert ("¥3,333" in seen, "¥4,444" in seen) == (True, False)
    assert ("¥3,333" in unseen, "¥4,444" in unseen) == (False, False)


def test_nobody_sees_clients_of_another_agency(staff):
    with schema_context("public"):
        other = Agency.objects.create(name="Ume", slug="ume")
    make_figure(make_client("Secret", other), "friends", "777", **IN_NOVEMBER)

    assert "Secret" not in staff.read("/agency/figures/")
    assert "Secret" not in staff.read("/agency/figures/file/?kind=utf-8")


def test_a_thousand_clients_take_as_many_queries_as_one(staff):
    make_figure(make_client("Shop"), "friends", "1", **IN_NOVEMBER)
    staff.read("/agency/figures/")
    with CaptureQueriesContext(connection) as one:
        staff.read("/agency/figures/")
    make_clients("friends", ["1"] * 30, **IN_NOVEMBER)

    with CaptureQueriesContext(connection) as many:
        staff.read("/agency/figures/")

    assert len(many) == len(one)


def test_a_file_has_a_line_for_each_client(staff):
    shop = make_client("=Shop")
    make_figure(shop, "block_rate", "0.25", target=Decimal("0.2"), light=Light.YELLOW, **IN_NOVEMBER)
    make_figure(shop, "friends", "21000", **IN_NOVEMBER)

    address = "/agency/figures/file/?kind=utf-8&q=shop&k=block_rate&k=friends"
    content = staff.get(address).content.decode("utf-8-sig")

    header, row = csv.reader(io.StringIO(content))
    assert header[:4] == ["Client", "Block rate: So far", "Block rate: Forecast", "Block rate: Target"]
    assert row[0] == "'=Shop"
    assert (float(row[1]), float(row[3]), row[4]) == (0.25, 0.2, "Nearly there")
    assert row[6] == "21000"


def test_how_far_clients_are_apart_is_drawn_and_said(staff):
    make_clients("friends", ["10", "20", "30", "40", "90"], **IN_NOVEMBER)

    assert "Friends: from 10 to 90, half of the clients below 30" in staff.read("/agency/figures/")


def ask(address: str) -> dict:
    with schema_context("public"):
        key = accounts.create_agency_key(Agency.objects.get(slug="sakura"), name="BI")[1]
        return Client(headers={"Authorization": f"Bearer {key}"}).get(f"/agency/api/v1/{address}").json()


def test_a_program_of_the_agency_reads_all_clients_at_once(tenant):
    shop = make_client("Shop")
    make_figure(shop, "cost", "3333", prices=Prices.NET, currency="JPY", **IN_NOVEMBER)
    make_figure(shop, "cost", "4444", prices=Prices.CLIENT, currency="JPY", **IN_NOVEMBER)
    make_figure(shop, "cost", "3000", prices=Prices.NET, currency="JPY", month=OCTOBER)

    told = ask("figures/?month=2026-11&code=cost")

    [row] = [each for each in told["clients"] if each["client"] == "shop"]
    [figure] = row["figures"]
    assert (figure["value"], figure["before"], figure["currency"]) == ("3333.000000", "3000.000000", "JPY")
    assert len(told["clients"]) == Tenant.objects.filter(agency__slug="sakura").count()


def test_a_program_of_the_agency_reads_medians_and_what_figures_there_are(tenant):
    make_clients("block_rate", ["0.1", "0.2", "0.234", "0.3", "0.4"])

    assert ask("figures/median/?month=2026-10&code=block_rate") == {
        "month": "2026-10",
        "code": "block_rate",
        "value": "0.230000",
        "clients": 5,
        "is_final": True,
    }
    assert ask("figures/median/?month=2026-10&code=link_rate")["value"] is None
    assert {"code": "roas", "has_median": True}.items() <= {
        each["code"]: each for each in ask("figures/known/")
    }["roas"].items()


def test_who_works_in_one_client_alone_has_no_board(tenant):
    alone = make_user("account_manager")

    assert Membership.objects.filter(user=alone.pk, tenant=None).count() == 0
    assert sign_in(alone).get("/agency/figures/").status_code == 403
