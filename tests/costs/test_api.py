"""Endpoints of costs, and the figures that targets are set against."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

import pytest
import time_machine
from django_tenants.utils import tenant_context

from accounts import current
from costs import actuals
from routes import costs as ads
from routes.costs import NewCost
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.costs.factories import AT, IN_NOVEMBER, NOVEMBER, agree, make_result, make_send, subscribe
from tests.factories import make_arrival, make_customer, make_friend, make_link, make_route, make_user

NOVEMBER_OF_API = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 12, 20, 3, tzinfo=UTC)):
        yield


def ask(key, address: str, query: dict):
    return key().get(f"{address}?{urlencode(query)}")


@pytest.fixture
def send(tenant):
    """¥30,000 of messages, ¥15,000 of fee, ¥9,000 of ads that brought three friends; two links, an order."""
    subscribe("standard")
    friends = [make_friend(name) for name in ("aoi", "ren", "mei")]
    made = make_send(40_000)
    make_result(
        made, opened=500, clickers=(friends[0].pk, friends[1].pk), linked=2, orders=3, revenue=108_000
    )
    route = make_route("Ads")
    ads.add_cost(NewCost(route, IN_NOVEMBER.first, IN_NOVEMBER.last, Decimal(9_000)), by=None)
    for number, friend in enumerate(friends):
        make_arrival(friend, route=route, at=AT)
        if number:
            make_link(friend, make_customer(str(number)), linked_at=AT)
    return made


def test_rows_say_what_was_spent_and_what_came_of_it(send, call):  # noqa: F811
    found = ask(call, "costs/", NOVEMBER_OF_API).json()

    first, paid = found["rows"]
    came = {each["code"]: each for each in first["came"]}
    assert (found["by"], found["view"], found["orders"], found["currency"]) == (
        "send",
        "marginal",
        "reached",
        "JPY",
    )
    assert (first["key"], first["messages"]) == (send.ledger_owner, 40_000)
    assert first["spend"] == {
        "messages": "30000.0000",
        "line_fee": "15000.0000",
        "agency": "0.0000",
        "tool": "0.0000",
        "ads": "0.0000",
        "total": "45000.0000",
    }
    assert came["opens"]["each"] == "90.0000"
    assert (paid["key"], paid["spend"]["total"]) == ("ads", "9000.0000")
    assert found["total"]["spend"]["total"] == "54000.0000"
    assert found["total"]["roas"] == "2.0000"


@pytest.mark.parametrize("by", ["campaign", "scenario", "route", "month"])
def test_rows_are_of_what_is_asked_for(send, call, by):  # noqa: F811
    found = ask(call, "costs/", NOVEMBER_OF_API | {"by": by, "view": "average", "orders": "clicked"}).json()

    assert found["by"] == by
    assert found["total"]["spend"]["total"] == "54000.0000"


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-11-30", "until": "2026-11-01"},
        {"since": "2020-01-01", "until": "2026-11-01"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"since": "いつ"},
        {"by": "friend"},
        {"view": "cheap"},
        {"orders": "all"},
        {"fees": "maybe"},
    ],
)
def test_what_cannot_be_asked_is_refused(tenant, call, asked):  # noqa: F811
    assert ask(call, "costs/", asked).status_code == 400


def test_a_client_is_told_of_its_own_costs_alone(send, call, other_tenant):  # noqa: F811
    with tenant_context(other_tenant):
        subscribe("standard")
        make_send(77, name="Of another client")

    answer = ask(call, "costs/", NOVEMBER_OF_API)

    assert "Of another client" not in answer.content.decode()
    assert answer.json()["total"]["messages"] == 40_000


def test_a_months_figures_for_targets(send):
    found = actuals.of_month(current.tenant(), NOVEMBER)

    assert found["spend"] == 54_000
    assert (found["message_cost"], found["line_fee"], found["ad_cost"]) == (30_000, 15_000, 9_000)
    assert (found["cost_per_friend"], found["cost_per_link"], found["cost_per_order"]) == (
        3_000,
        27_000,
        18_000,
    )
    assert (found["cost_per_open"], found["cost_per_click"]) == (90, 22_500)
    assert (found["cost_per_message"], found["roas"]) == (Decimal("1.125"), 2)


def test_a_month_in_which_nothing_happened_has_figures_too(tenant):
    found = actuals.of_month(tenant, NOVEMBER)

    assert (found["spend"], found["messages"], found["links"]) == (0, 0, 0)
    assert {found[name] for name in ("cost_per_open", "cost_per_order", "cost_per_link", "roas")} == {None}


def test_figures_for_targets_are_those_that_the_reader_may_see(send):
    agree(kind="markup", rate="0.2", shows="gross")

    assert actuals.of_month(current.tenant(), NOVEMBER, reader=make_user("viewer"))["message_cost"] == 36_000
    assert actuals.of_month(current.tenant(), NOVEMBER)["message_cost"] == 30_000


def test_the_figures_are_answered_too(send, call):  # noqa: F811
    found = ask(call, "costs/actuals/", {"month": "2026-11"}).json()

    assert (found["month"], found["spend"], found["roas"]) == ("2026-11", "54000.0000", "2.0000")
    assert ask(call, "costs/actuals/", {"month": "2026-13"}).status_code == 400
    assert ask(call, "costs/actuals/", {"month": "1999-01"}).status_code == 400


def test_fees_of_tools_are_added_and_listed(tenant, call):  # noqa: F811
    made = call().post("tool-fees/", {"since": "2026-11", "name": "Musubi", "amount": "9000.00"})

    assert made.status_code == 201
    assert [each["amount"] for each in call().get("tool-fees/").json()["items"]] == ["9000.00"]
    assert call().post("tool-fees/", {"since": "2026-11", "name": "A", "amount": "-1"}).status_code == 422
    assert call().post("tool-fees/", {"since": "2026-11", "name": "A"}).status_code == 400
    assert call().post("tool-fees/", {"since": "1999-01", "name": "A", "amount": "1"}).status_code == 400
