"""A client whose shop sells in other money than LINE is paid in, and orders in yet another."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from accounts import current
from agency_figures.models import ClientFigure
from costs.spending import Eyes
from planning import publishing, trees
from shops.models import ShopSettings
from tests.api.conftest import caller, make_key
from tests.costs.factories import subscribe
from tests.planning.factories import NOVEMBER, counted_until, make_actual, make_days, make_kpi

TENTH = date(2026, 11, 10)
TREE = "planning/tree/client/?month=2026-11"


@pytest.fixture
def dollars(tenant):
    """LINE is paid in yen, the shop sells in dollars: 100 of them a day; ten days are counted."""
    with time_machine.travel("2026-11-11T03:00:00Z"):
        subscribe("standard", since=date(2026, 7, 1))
        ShopSettings.objects.create(pk=1, currency="USD")
        make_days("revenue", NOVEMBER, TENTH, 100, "broadcast:1")
        make_days("net", NOVEMBER, TENTH, 900, "broadcast:1")
        make_days("messages", NOVEMBER, TENTH, 300, "broadcast:1")
        counted_until(TENTH)
        eyes = Eyes(current.tenant())
        for metric, target in (("revenue", "5000"), ("roas", "3")):
            trees.set_target(make_kpi(metric), NOVEMBER, Decimal(target), eyes=eyes, by=None)
        yield


def test_what_divides_sales_by_cost_in_another_currency_is_left_out_and_says_why(dollars, visit, tenant):
    shown = visit("owner").read(TREE)
    program = caller(
        make_key(tenant, "planning.view_actual", "planning.view_kpi", "billing.view_ledgerentry")
    )
    sums = program.get("actuals/?since=2026-11-01&until=2026-11-10").json()
    tree = program.get("kpis/?month=2026-11").json()

    values = {row["code"]: row["value"] for row in sums}
    standings = {row["metric"]: row["standing"] for row in tree}
    assert "The shop sells in USD, LINE is paid in JPY." in shown
    assert "Sales and cost are in different currencies." in shown
    assert "USD 5,000.00" in shown
    assert values["roas"] is None
    assert Decimal(values["revenue"]) == 1_000
    assert (standings["roas"]["light"], standings["roas"]["reason"]) == ("grey", "apart")
    assert standings["roas"]["so_far"] is None


def test_nothing_is_proposed_of_what_cannot_be_told(dollars, tenant):
    proposed = (
        caller(make_key(tenant, "planning.view_kpi", "billing.view_ledgerentry"))
        .get("kpi-proposal/?month=2026-12")
        .json()
    )

    targets = {row["metric"]: row["target"] for row in proposed}
    assert targets["roas"] is None


def test_the_agency_is_told_of_each_figure_in_its_own_currency(dollars, tenant):
    publishing.tell([NOVEMBER], TENTH)

    told = {row.metric: (row.currency, row.value) for row in ClientFigure.objects.filter(tenant=tenant)}
    assert told["revenue"] == ("USD", 1_000)
    assert told.get("roas", ("", None))[1] is None


def test_orders_in_yet_another_currency_are_counted_and_said_to_be_in_no_sum(dollars, visit):
    make_actual("shop_orders_apart", TENTH, 2)

    shown = visit("owner").read(TREE)

    assert "Orders of these days in other currencies than USD: 2." in shown


def test_with_one_currency_nothing_is_said_of_it(tenant, visit):
    with time_machine.travel("2026-11-11T03:00:00Z"):
        subscribe("standard", since=date(2026, 7, 1))
        make_kpi("roas")

        assert "The shop sells in" not in visit("owner").read(TREE)
