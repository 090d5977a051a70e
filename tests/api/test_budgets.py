"""Budgets and campaigns by API: what programs are told, and how they are refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from billing import ledger
from billing import services as billing
from broadcasts.models import Broadcast
from campaigns import services as campaigns
from contracts.models import Contract
from tests.billing.factories import make_entry
from tests.factories import make_broadcast, make_budget, make_campaign, make_segment

BUDGETS = ["billing.view_budget", "billing.add_budget", "billing.change_budget", "billing.delete_budget"]
CAMPAIGNS = ["campaigns.view_campaign", "campaigns.add_campaign", "campaigns.change_campaign"]


@pytest.fixture
def on_a_plan(tenant):
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="standard", since=date(2026, 1, 1))
    return tenant


def book(tenant, messages: int, owner: str = "broadcast:1") -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages, f"{owner}/batch:1", at=timezone.now())])


def test_a_budget_is_told_with_how_it_stands(on_a_plan, call):
    budget = make_budget(on_a_plan, 6_000)
    book(on_a_plan, 31_600)

    told = call(*BUDGETS).ask("GET", f"budgets/{budget.pk}/").json()

    standing = told["standing"]
    assert (told["amount"], told["stops"], told["month"]) == ("6000.00", True, None)
    assert (Decimal(standing["used"]), standing["percent"], standing["limit"]) == (4_800, 80, "6000.00")


def test_what_is_given_changes_and_the_rest_stays(on_a_plan, call):
    budget = make_budget(on_a_plan, 6_000)

    told = call(*BUDGETS).ask("PATCH", f"budgets/{budget.pk}/", {"stops": False}).json()

    assert (told["amount"], told["warn_percents"], told["stops"]) == ("6000.00", [50, 80, 100], False)


def test_a_second_budget_and_a_campaign_that_is_not_there_are_refused(on_a_plan, call):
    make_budget(on_a_plan, 6_000)
    program = call(*BUDGETS)

    taken = program.ask("POST", "budgets/", {"amount": "1"})
    unknown = program.ask("POST", "budgets/", {"amount": "1", "campaign": 987_654})
    negative = program.ask("POST", "budgets/", {"amount": "-1", "month": "2026-12"})

    assert (taken.json()["code"], unknown.json()["code"]) == ("budget_taken", "no_such_campaign")
    assert negative.status_code == 400


def test_a_deleted_budget_and_one_of_another_client_are_not_found(on_a_plan, other_tenant, call):
    with tenant_context(other_tenant):
        foreign = make_budget(other_tenant, 1)
    budget = make_budget(on_a_plan, 1)
    program = call(*BUDGETS)

    assert program.ask("GET", f"budgets/{foreign.pk}/").status_code == 404
    assert program.ask("DELETE", f"budgets/{budget.pk}/").status_code == 204
    assert program.ask("GET", f"budgets/{budget.pk}/").status_code == 404


def test_a_program_of_a_client_that_sees_gross_reads_and_writes_gross(on_a_plan, call):
    with schema_context("public"):
        terms = {"kind": "markup", "rate": Decimal("0.2"), "shows": "gross"}
        Contract.objects.create(tenant=on_a_plan, valid_from=date(2026, 1, 1), **terms)
    book(on_a_plan, 31_000)

    told = call(*BUDGETS).ask("POST", "budgets/", {"amount": "12000"}).json()

    assert (told["amount"], Decimal(told["standing"]["used"])) == ("12000.00", 3_600)
    assert on_a_plan.budgets.get().amount == 10_000


def test_what_is_kept_back_is_set_and_read(on_a_plan, call):
    program = call("billing.view_reserve", "billing.add_reserve")

    program.ask("PUT", "reserve/", {"messages": 500})

    assert program.ask("GET", "reserve/").json() == {"messages": 500, "used": 0, "left": 500}
    assert program.ask("PUT", "reserve/", {"messages": -1}).status_code == 400


def test_a_broadcast_is_written_for_a_campaign_and_moved_to_another(tenant, call):
    autumn, winter, segment = make_campaign("Autumn"), make_campaign("Winter"), make_segment()
    program = call("broadcasts.add_broadcast", "broadcasts.change_broadcast", "broadcasts.view_broadcast")
    said = {"name": "Sale", "segment": segment.pk, "messages": [{"type": "text", "text": "Hello"}]}

    made = program.ask("POST", "broadcasts/", said | {"campaign": autumn.pk}).json()
    moved = program.ask("PATCH", f"broadcasts/{made['id']}/", {"campaign": winter.pk}).json()

    assert (made["campaign"], moved["campaign"], moved["version"]) == (autumn.pk, winter.pk, 1)
    assert campaigns.owners(winter.pk) == [Broadcast.objects.get().ledger_owner]
    assert program.ask("GET", "broadcasts/").json()["items"][0]["campaign"] == winter.pk


def test_what_belongs_to_a_campaign_is_told_with_its_cost_to_who_may_see_that(on_a_plan, call):
    autumn = make_campaign()
    broadcast = make_broadcast(name="Knitwear", campaign=autumn)
    book(on_a_plan, 31_000, broadcast.ledger_owner)

    [shown] = (
        call(*CAMPAIGNS, "billing.view_ledgerentry").ask("GET", f"campaigns/{autumn.pk}/members/").json()
    )
    [hidden] = call(*CAMPAIGNS).ask("GET", f"campaigns/{autumn.pk}/members/").json()

    assert (shown["name"], shown["messages"], Decimal(shown["amount"])) == ("Knitwear", 31_000, 3_000)
    assert (hidden["messages"], hidden["amount"]) == (None, None)


def test_things_are_put_into_a_campaign_and_taken_out(tenant, call):
    autumn, broadcast = make_campaign(), make_broadcast()
    program, member = call(*CAMPAIGNS), f"campaigns/{autumn.pk}/members/{broadcast.ledger_owner}/"

    assert program.ask("PUT", member).status_code == 204
    assert campaigns.of(broadcast.ledger_owner) == autumn
    assert program.ask("DELETE", member).status_code == 204
    assert campaigns.of(broadcast.ledger_owner) is None
    assert program.ask("PUT", f"campaigns/{autumn.pk}/members/broadcast:999999/").status_code == 404


def test_a_name_that_is_taken_is_refused_in_words(tenant, call):
    make_campaign("Autumn")

    answer = call(*CAMPAIGNS).ask("POST", "campaigns/", {"name": "Autumn", "starts_on": "2026-12-01"})

    assert (answer.status_code, answer.json()["code"]) == (422, "campaign_name_taken")
