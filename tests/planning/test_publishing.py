"""What the agency is told of a client: what the client sees, and again when something changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import tenant_context

from accounts.models import Due
from agency_figures.models import ClientFigure
from costs.spending import Eyes
from friends.models import AudienceDay
from planning import counting, publishing, tasks, trees
from planning.models import Actual
from tests.costs.factories import AT, agree, make_send, subscribe
from tests.factories import make_order, make_user
from tests.planning.factories import counted_until, make_actual, make_days, make_kpi

NOW = datetime(2026, 11, 12, 3, tzinfo=UTC)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOW, tick=False):
        yield


def count() -> None:
    counting.work(lambda: True)


def told(metric: str, month: date = NOVEMBER, prices: str = "") -> ClientFigure | None:
    return ClientFigure.objects.filter(metric=metric, month=month, prices=prices).first()


def tell() -> None:
    counted_until(date(2026, 11, 11))
    publishing.tell_again()


def test_the_nightly_count_tells_all_months_at_first_and_the_last_ones_from_then_on(tenant):
    for month in (8, 9, 10, 11):
        make_order(f"{month}", placed_at=datetime(2026, month, 3, 3, tzinfo=UTC).isoformat(), total=1_000)

    count()
    first = set(ClientFigure.objects.filter(metric="shop_orders").values_list("month", "value"))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        count()

    assert first == {(date(2026, month, 1), 1) for month in (8, 9, 10, 11)}
    assert told("shop_orders").counted_until == date(2026, 11, 12)
    assert told("shop_orders", date(2026, 8, 1)).counted_until == date(2026, 8, 31)


def test_counting_again_tells_the_same_rows(tenant):
    make_order("1", placed_at=AT.isoformat(), total=1_000)
    count()
    before = list(ClientFigure.objects.order_by("pk").values_list("pk", "metric", "value"))

    count()

    assert list(ClientFigure.objects.order_by("pk").values_list("pk", "metric", "value")) == before


def test_what_is_no_longer_known_is_taken_away(tenant):
    make_actual("friends", date(2026, 11, 5), 900)
    tell()
    assert told("friends").value == 900

    Actual.objects.all().delete()
    make_actual("messages", date(2026, 11, 5), 5)
    tell()

    assert told("friends") is None


def test_a_target_is_told_as_soon_as_it_is_set_with_light_and_person(tenant):
    person = make_user("marketer")
    make_days("clicks", NOVEMBER, date(2026, 11, 11), 10)
    counted_until(date(2026, 11, 11))
    kpi = make_kpi("clicks", responsible_id=person.pk)
    trees.set_target(kpi, NOVEMBER, Decimal(1_000), eyes=Eyes(tenant), by=None)

    tasks.tell_agency.apply(headers={"musubi_schema": tenant.schema_name}, throw=True)

    found = told("clicks")
    assert (found.value, found.target, found.light) == (110, 1_000, "red")
    assert found.responsible_id == person.pk
    assert Due.objects.get(tenant=tenant.pk, kind=publishing.KIND).due_at is None


def test_of_an_indicator_that_is_taken_out_the_agency_keeps_no_target(tenant):
    make_days("clicks", NOVEMBER, date(2026, 11, 11), 10)
    kpi = make_kpi("clicks")
    trees.set_target(kpi, NOVEMBER, Decimal(1_000), eyes=Eyes(tenant), by=None)
    trees.remove(kpi, by=None)

    tell()

    assert (told("clicks").target, told("clicks").light) == (None, "grey")


def test_cost_is_told_in_lines_prices_and_in_the_clients(tenant):
    subscribe("standard")
    agree(kind="markup", rate=Decimal("0.5"), shows="gross")
    make_send(40_000)  # 10,000 beyond the free ones, for ¥3 each

    count()

    assert (told("cost", prices="net").value, told("cost", prices="client").value) == (30_000, 45_000)
    assert told("cost", prices="net").currency == "JPY"
    assert told("cost") is None


def test_growth_is_a_share_of_the_friends_at_the_beginning(tenant):
    for day, added in ((31, 1_200), (1, 1_210), (11, 1_250)):
        month = 10 if day == 31 else 11
        AudienceDay.objects.create(
            day=date(2026, month, day), added=added, reach=700, blocks=200, fetched_at=NOW
        )
    count()

    assert told("friends").value == 1_050
    assert told("growth_rate").value == Decimal("0.05")


def test_numbers_that_are_absurd_stop_no_count(tenant):
    make_actual("revenue", date(2026, 11, 2), "9999999999999")
    make_actual("net", date(2026, 11, 2), "0.0001")
    kpi = make_kpi("revenue")
    trees.set_target(kpi, NOVEMBER, Decimal("0.000001"), eyes=Eyes(tenant), by=None)

    tell()

    assert told("revenue").reached == 10**9
    assert told("roas", prices="net") is None or told("roas", prices="net").value is None


def test_a_client_tells_of_itself_alone(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_actual("messages", date(2026, 11, 2), 7)
        counted_until(date(2026, 11, 11))
        publishing.tell_again()
    make_actual("messages", date(2026, 11, 2), 3)

    tell()

    assert [row.value for row in ClientFigure.objects.filter(metric="messages", month=NOVEMBER)] == [3]
