"""The agency's anonymous median: when it is told, and what it does not tell of a single client."""

from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import schema_context
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agency
from agency_figures import medians
from agency_figures.medians import Median
from agency_figures.models import AgencyMedian, ClientFigure, Prices
from tests.agency_figures.factories import OCTOBER, make_client, make_clients, make_figure

RATES = ["0.10", "0.20", "0.234", "0.30", "0.40"]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(datetime(2026, 11, 5, 3, tzinfo=UTC), tick=False):
        yield


def told(metric: str = "block_rate", **given) -> Median | None:
    return medians.of(Agency.objects.get(slug="sakura"), OCTOBER, metric, **given)


def test_five_clients_have_a_median_in_two_digits_and_four_have_none(tenant):
    make_clients("block_rate", RATES[:4])
    assert told() is None

    make_clients("block_rate", RATES[4:])
    assert told() == Median(Decimal("0.23"), 5, is_final=False)


def test_what_was_told_of_a_month_stays_whoever_comes_leaves_or_is_corrected(tenant):
    clients = make_clients("block_rate", RATES)
    first = told()

    make_clients("block_rate", ["0.9", "0.9", "0.9"])
    with schema_context("public"):
        clients[0].delete()
        ClientFigure.objects.update(value=Decimal("0.5"))

    assert told() == first


def test_a_median_is_provisional_until_lines_figures_are_final_then_reckoned_anew_and_fixed(tenant, visit):
    make_clients("block_rate", RATES)
    first = told()
    with schema_context("public"):
        ClientFigure.objects.filter(metric="block_rate").update(value=Decimal("0.5"))
    later = told()

    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        final = told()
        with schema_context("public"):
            ClientFigure.objects.filter(metric="block_rate").update(value=Decimal("0.6"))
        assert told() == final

    assert first == later == Median(Decimal("0.23"), 5, is_final=False)
    assert final == Median(Decimal("0.50"), 5, is_final=True)


def test_what_was_told_stays_where_fewer_than_five_are_left_once_figures_are_final(tenant):
    clients = make_clients("block_rate", RATES)
    first = told()
    with schema_context("public"):
        clients[0].delete()

    with time_machine.travel(datetime(2026, 11, 16, 3, tzinfo=UTC), tick=False):
        final = told()

    assert first
    assert final == Median(first.value, first.clients, is_final=True)


def test_a_month_is_told_when_all_clients_are_counted_to_its_end_or_two_days_later(tenant):
    make_clients("block_rate", RATES)
    make_figure(make_client("Slow"), "block_rate", "0.99", counted_until=date(2026, 10, 30))

    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=False):
        assert told() is None
    assert told() == Median(Decimal("0.23"), 5, is_final=False)


def test_the_present_month_and_sums_have_none(tenant):
    make_clients("block_rate", RATES, counted_until=date(2026, 10, 20))
    make_clients("messages", ["1", "2", "3", "4", "5"])

    assert told() is None
    assert told("messages") is None
    assert told("nothing") is None


def test_clients_of_other_agencies_do_not_count(tenant):
    make_clients("block_rate", RATES[:4])
    with schema_context("public"):
        other = Agency.objects.create(name="Ume", slug="ume")
    make_figure(make_client("Theirs", other), "block_rate", "0.5")

    assert told() is None


def test_cost_is_compared_in_one_currency_and_in_the_same_prices(tenant):
    yen = {"currency": "JPY", "prices": Prices.CLIENT}
    make_clients("cost_per_click", ["10", "20", "31.4", "40", "50"], **yen)
    make_clients("cost_per_click", ["1", "1", "1", "1"], prices=Prices.CLIENT, currency="THB")
    make_clients("cost_per_click", ["7", "7", "7", "7", "7"], prices=Prices.NET, currency="JPY")

    assert told("cost_per_click") == Median(Decimal(31), 5, is_final=False)
    assert told("cost_per_click", currency="THB") is None
    assert told("cost_per_click", prices=Prices.NET) == Median(Decimal(7), 5, is_final=False)


@given(st.lists(st.decimals(-(10**6), 10**6, places=6), min_size=5, max_size=9))
def test_a_rounded_median_is_near_the_median(values):
    exact = median(values)

    found = medians.rounded(exact)

    assert abs(found - exact) <= abs(exact) / 20
    assert len(found.normalize().as_tuple().digits) <= 2


def test_a_client_reads_and_writes_its_own_figures_and_no_median(tenant, other_tenant):
    make_figure(tenant, "block_rate", "0.1")
    make_figure(other_tenant, "block_rate", "0.2")

    assert [row.tenant_id for row in ClientFigure.objects.all()] == [tenant.pk]
    assert ClientFigure.objects.filter(tenant=other_tenant.pk).update(value=1) == 0
    for act in (
        lambda: ClientFigure.objects.create(
            tenant_id=other_tenant.pk, month=OCTOBER, metric="reach", counted_at=datetime.now(UTC)
        ),
        lambda: AgencyMedian.objects.count(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_client_in_which_it_is_asked_stays_the_present_one(tenant):
    make_clients("block_rate", RATES)

    told()

    assert connection.schema_name == tenant.schema_name
