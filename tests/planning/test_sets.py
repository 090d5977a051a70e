"""KPI sets: a tree that an agency keeps, taken over by its clients."""

from datetime import date
from decimal import Decimal

from django_tenants.utils import schema_context

from accounts import current
from accounts.models import Agency
from agency_library import kpi_sets
from agency_library.models import KpiSet
from costs.spending import Eyes
from planning import sets, trees, windows
from planning.models import Kpi, Target
from tests.factories import make_campaign
from tests.planning.factories import NOVEMBER, make_actual, make_kpi

WINDOW = windows.of_month(None, NOVEMBER)


def save(name: str = "Online shops", campaign=None) -> KpiSet:
    eyes = Eyes(current.tenant())
    return sets.save(campaign, name=name, note="", eyes=eyes, with_goals=True, by=None)


def aim(kpi: Kpi, value: str) -> None:
    trees.set_target(kpi, NOVEMBER, Decimal(value), eyes=Eyes(current.tenant()), by=None)


def test_a_set_brings_its_tree_and_targets_by_the_number_of_friends(tenant):
    campaign = make_campaign("Autumn")
    make_actual("friends", date(2026, 10, 31), 10_000)
    clicks = make_kpi("clicks", campaign)
    rate, revenue = make_kpi("click_rate", campaign, parent=clicks), make_kpi("revenue", campaign)
    for kpi, value in ((clicks, "500"), (rate, "0.03"), (revenue, "900000")):
        aim(kpi, value)
    made = save(campaign=campaign)
    make_actual("friends", date(2026, 11, 1), 20_000)

    sets.take(made, None, WINDOW, scaled=True, by=None)

    targets = dict(Target.objects.filter(kpi__campaign=None).values_list("kpi__metric", "value"))
    assert targets == {"clicks": 1_000, "click_rate": Decimal("0.03")}  # amounts of money are no client's
    assert Kpi.objects.get(campaign=None, metric="click_rate").parent.metric == "clicks"
    assert KpiSet.objects.get().used_count == 1


def test_what_is_in_the_tree_stays_and_targets_stay_blank_unless_asked_for(tenant):
    campaign = make_campaign("Autumn")
    aim(make_kpi("clicks", campaign), "500")
    make_kpi("", campaign, name="Visitors")
    made = save(campaign=campaign)
    present = make_kpi("clicks", green=80, yellow=70)

    sets.take(made, None, WINDOW, scaled=False, by=None)

    present.refresh_from_db()
    assert present.green == 80
    assert {kpi.name or kpi.metric for kpi in Kpi.objects.of(None)} == {"clicks", "Visitors"}
    assert not Target.objects.filter(kpi__campaign=None).exists()


def test_saved_again_a_set_has_a_new_version_and_keeps_the_old(tenant):
    make_kpi("clicks")
    save()
    make_kpi("orders")

    made = save()

    assert made.version == 2
    assert [len(each.tree) for each in made.versions.all()] == [2, 1]


def test_another_agencys_set_is_not_offered_nor_taken(tenant, visit):
    with schema_context("public"):
        other = Agency.objects.create(name="Other")
        theirs = kpi_sets.save(other.pk, name="Theirs", tree=[{"metric": "clicks"}], by=None)
    page = visit("account_manager")

    assert "Theirs" not in page.read("planning/tree/client/sets/")
    said = page.send("planning/tree/client/sets/", {"kpi_set": f"{theirs.pk}"})

    assert 'role="alert"' in said
    assert not Kpi.objects.exists()


def test_figures_that_are_not_known_are_left_out(tenant):
    agency_id = current.tenant().agency_id
    with schema_context("public"):
        tree = [{"metric": "of_tomorrow"}, {"metric": "clicks"}]
        made = kpi_sets.save(agency_id, name="🧭", tree=tree, by=None)

    sets.take(made, None, WINDOW, scaled=True, by=None)

    assert [kpi.metric for kpi in Kpi.objects.of(None)] == ["clicks"]
