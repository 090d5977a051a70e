"""Endpoints of plan and actual: as programs meet them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import tenant_context

from campaigns import services as campaigns
from costs.spending import Eyes
from planning import trees
from planning.models import Kpi, Reading
from tests.costs.factories import subscribe
from tests.factories import make_campaign
from tests.planning.factories import NOVEMBER, counted_until, make_actual, make_days, make_kpi


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        counted_until(date(2026, 11, 15))
        yield


def test_a_tree_is_told_with_lights(tenant, call):
    campaign = make_campaign("Autumn", starts_on=NOVEMBER)
    campaigns.assign("broadcast:1", campaign, by=None)
    clicks = make_kpi("clicks", campaign)
    trees.set_target(clicks, NOVEMBER, Decimal(300), eyes=Eyes(tenant), by=None)
    make_days("clicks", NOVEMBER, date(2026, 11, 15), 10, "broadcast:1")

    [told] = call().get(f"campaigns/{campaign.pk}/kpis/?month=2026-11").json()

    assert told["label"] == "Clicks"
    standing = told["standing"]
    assert (standing["so_far"], standing["target"], standing["light"]) == (
        "150.000000",
        "300.000000",
        "green",
    )


def test_a_program_makes_an_indicator_and_enters_numbers_once_each(tenant, call):
    program = call()

    made = program.post("kpis/", {"name": "来店 👟", "grain": "day"}).json()
    for value in ("5", "7"):
        program.put(f"kpis/{made['id']}/readings/", {"day": "2026-11-02", "value": value})

    assert Reading.objects.get().value == 7
    assert program.get(f"kpis/{made['id']}/readings/").json() == [{"day": "2026-11-02", "value": "7.000000"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"metric": "nothing"}, 422),
        ({"metric": "net"}, 422),  # kept, but shown to nobody
        ({"name": ""}, 422),
        ({"metric": "clicks", "green": 10, "yellow": 90}, 422),
        ({"metric": "clicks", "parent": 999_999}, 400),
        ({"metric": "clicks", "campaign": 999_999}, 400),
    ],
)
def test_what_cannot_be_an_indicator_is_refused(tenant, call, body, status):
    assert call().post("kpis/", body).status_code == status
    assert not Kpi.objects.exists()


def test_who_may_not_see_cost_is_told_none(tenant, call):
    subscribe("standard")
    make_actual("net", date(2026, 11, 3), 12_345, "broadcast:1")
    scopes = ["planning.view_actual", "planning.view_kpi"]

    blind = call(*scopes).get("actuals/?code=cost").json()
    seeing = call(*scopes, "billing.view_ledgerentry").get("actuals/?code=cost").json()

    assert blind == [{"code": "cost", "value": None}]
    assert seeing == [{"code": "cost", "value": "12345.000000"}]


def test_days_are_told_and_a_period_must_be_one(tenant, call):
    make_days("friends", date(2026, 11, 1), date(2026, 11, 3), 100)
    program = call()

    days = program.get("daily/?code=friends&since=2026-11-01&until=2026-11-15").json()

    assert [day["value"] for day in days] == ["100.000000"] * 3
    assert program.get("daily/?since=2026-11-15&until=2026-11-01").status_code == 400
    assert program.get("daily/?since=0001-01-01").status_code == 400


def test_another_clients_indicator_is_not_found(tenant, call, other_tenant):
    with tenant_context(other_tenant):
        number = make_kpi("clicks").pk + 1_000

    assert call().get(f"kpis/{number}/").status_code == 404
    assert call().get("campaigns/999999/daily/").status_code == 404
