"""Endpoints of KPI sets, proposals, the count of days, and people: as programs meet them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import schema_context

from accounts.models import Agency
from agency_library import kpi_sets
from agency_library.models import KpiSet
from costs.spending import Eyes
from planning import trees
from planning.models import Count, Kpi, Target
from tests.factories import make_user
from tests.planning.factories import NOVEMBER, counted_until, make_actual, make_days, make_kpi

SET_SCOPES = [
    "agency_library.view_kpiset",
    "agency_library.add_kpiset",
    "agency_library.delete_kpiset",
    "planning.add_kpi",
]


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        counted_until(date(2026, 11, 15))
        yield


def test_a_tree_is_saved_for_all_clients_and_taken_over_with_its_goals(tenant, call):
    make_actual("friends", date(2026, 11, 15), 1_000)
    clicks = make_kpi("clicks")
    trees.set_target(clicks, NOVEMBER, Decimal(500), eyes=Eyes(tenant), by=None)
    program = call(*SET_SCOPES)

    made = program.post("kpi-sets/", {"name": "Shops 🛍", "with_goals": True}).json()
    Kpi.objects.all().delete()
    taken = program.post(f"kpi-sets/{made['id']}/use/", {"month": "2026-12", "scaled": True})

    assert [each["metric"] for each in taken.json()] == ["clicks"]
    assert Target.objects.get().value == 500
    assert [each["name"] for each in program.get("kpi-sets/").json()["items"]] == ["Shops 🛍"]


def test_a_set_is_deleted_and_the_indicators_stay(tenant, call):
    make_kpi("clicks")
    program = call(*SET_SCOPES)
    made = program.post("kpi-sets/", {"name": "Shops"}).json()

    assert program.delete(f"kpi-sets/{made['id']}/").status_code == 204
    assert not KpiSet.objects.exists()
    assert Kpi.objects.exists()


def test_a_set_of_another_agency_is_not_found(tenant, call):
    with schema_context("public"):
        other = Agency.objects.create(name="Other", slug="other")
        theirs = kpi_sets.save(other.pk, name="Theirs", tree=[{"metric": "clicks"}], by=None)
    program = call(*SET_SCOPES)

    assert program.get("kpi-sets/").json()["items"] == []
    assert program.get(f"kpi-sets/{theirs.pk}/").status_code == 404
    assert program.post(f"kpi-sets/{theirs.pk}/use/", {}).status_code == 404
    assert program.delete(f"kpi-sets/{theirs.pk}/").status_code == 404
    assert not Kpi.objects.exists()


def test_an_empty_tree_is_no_set(tenant, call):
    answer = call(*SET_SCOPES).post("kpi-sets/", {"name": "Nothing"})

    assert (answer.status_code, KpiSet.objects.exists()) == (422, False)


def test_a_proposal_tells_targets_from_the_past_and_what_else_there_is(tenant, call):
    make_days("clicks", date(2026, 10, 1), date(2026, 10, 31), 100)

    found = call("planning.view_kpi").get("kpi-proposal/?purpose=awareness&month=2026-11").json()

    by_code = {each["metric"]: each for each in found}
    assert by_code["clicks"]["target"] == "3255.000000"
    assert (by_code["clicks"]["is_more"], by_code["opens"]["is_more"]) == (True, False)
    assert found[0]["depth"] == 0


def test_days_are_counted_again_when_a_program_asks(tenant, call):
    program = call("planning.view_actual", "planning.change_kpi")

    asked = program.post("figures/count/", {"since": "2026-10-01"})

    assert (asked.status_code, asked.json()["from_day"]) == (202, "2026-10-01")
    assert program.get("figures/count/").json()["counted_until"] == "2026-11-15"


@pytest.mark.parametrize("since", ["2026-11-16", "2020-01-01", "9999-12-31"])
def test_days_to_come_and_of_long_ago_are_not_counted_again(tenant, call, since):
    answer = call("planning.change_kpi").post("figures/count/", {"since": since})

    assert answer.status_code == 422
    assert Count.present().from_day is None


def test_people_who_can_be_responsible_are_told_by_number_and_name(tenant, call):
    aoi = make_user("marketer", email="aoi@example.jp")
    aoi.name = "青井"
    with schema_context("public"):
        aoi.save()

    told = call("planning.view_kpi").get("people/").json()

    assert {"id": aoi.pk, "name": "青井"} in told
