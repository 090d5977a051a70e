"""Who must have seen a broadcast before it leaves, and what withdraws their word."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Activity
from billing import ledger
from broadcasts import approving, services
from broadcasts.approving import commands, rules, turns
from broadcasts.errors import (
    ApprovedAlready,
    ChangedMeanwhile,
    NeedsApproval,
    NeedsCheck,
    NeedsSecondApproval,
    OwnBroadcast,
    WrongStatus,
)
from broadcasts.models import ApprovalRules, Broadcast, Review, Stage
from broadcasts.sending import delivery
from events import versions
from tests.factories import make_broadcast, make_followers, make_friend, make_user

Status = Broadcast.Status


def ask_for(**asked: object) -> None:
    rules.set_rules(ApprovalRules(**asked), by=None)


def stages(broadcast: Broadcast) -> list[str]:
    return list(broadcast.reviews.filter(holds=True).order_by("pk").values_list("stage", flat=True))


@pytest.fixture
def people(channel) -> dict:
    """Who writes, who checks, and two who approve."""
    roles = {"author": "marketer", "checker": "account_manager", "hana": "approver", "mio": "approver"}
    return {name: make_user(role, email=f"{name}@example.com") for name, role in roles.items()}


@pytest.fixture
def broadcast(people) -> Broadcast:
    make_friend("aoi")
    return make_broadcast(by=people["author"])


def test_a_broadcast_is_checked_approved_and_scheduled(tenant, broadcast, people):
    ask_for(needs_internal_check=True)

    checking = services.submit_for_approval(broadcast, by=people["author"])
    awaiting = services.check(broadcast, by=people["checker"])
    approved = services.approve(broadcast, by=people["hana"])
    scheduled = services.send_now(broadcast, by=people["author"])

    assert [each.status for each in (checking, awaiting, approved, scheduled)] == [
        *(Status.CHECKING, Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)
    ]
    log = Activity.objects.filter(tenant=tenant.pk, subject=f"broadcasts.broadcast:{broadcast.pk}")
    told = [(line.verb, line.user.email, line.detail.get("stage")) for line in log.order_by("pk")[1:4]]
    assert told == [
        ("broadcast.submitted", "author@example.com", "internal"),
        ("broadcast.checked", "checker@example.com", "internal"),
        ("broadcast.approved", "hana@example.com", "client"),
    ]


def test_the_client_is_not_asked_before_the_agency_has_checked(broadcast, people):
    ask_for(needs_internal_check=True)
    services.submit_for_approval(broadcast, by=people["author"])

    with pytest.raises(WrongStatus):
        services.approve(broadcast, by=people["hana"])
    assert not approving.waiting_for(people["hana"])


def test_a_check_where_the_client_wants_no_approval_is_the_last_word(tenant, broadcast, people):
    tenant.requires_approval = False
    ask_for(needs_internal_check=True)
    with pytest.raises(NeedsCheck):
        services.send_now(broadcast, by=people["author"])

    services.submit_for_approval(broadcast, by=people["author"])

    assert services.check(broadcast, by=people["checker"]).status == Status.APPROVED


def test_who_wrote_any_of_it_neither_checks_nor_approves(broadcast, people):
    ask_for(needs_internal_check=True)
    services.change_broadcast(broadcast, by=people["checker"], name="Corrected")
    services.submit_for_approval(broadcast, by=people["author"])

    with pytest.raises(OwnBroadcast):
        services.check(broadcast, by=people["checker"])
    assert services.check(broadcast, by=make_user("owner")).status == Status.AWAITING_APPROVAL


@pytest.mark.parametrize("limit", [{"second_above_people": 1}, {"second_above_amount": "0"}])
def test_a_large_send_needs_two_people(tenant, simulator, channel, broadcast, people, limit):
    make_followers(simulator, channel, 2)
    tenant_has_used_its_free_messages(tenant)
    ask_for(**limit)
    services.submit_for_approval(broadcast, by=people["author"])

    once = services.approve(broadcast, by=people["hana"])
    with pytest.raises(ApprovedAlready):
        services.approve(broadcast, by=people["hana"])
    twice = services.approve(broadcast, by=people["mio"])

    assert (once.status, twice.status) == (Status.AWAITING_APPROVAL, Status.APPROVED)
    assert stages(broadcast) == [Stage.CLIENT, Stage.SECOND]


def test_a_small_send_needs_one(broadcast, people):
    ask_for(second_above_people=1)
    services.submit_for_approval(broadcast, by=people["author"])

    assert services.approve(broadcast, by=people["hana"]).status == Status.APPROVED


def test_what_has_grown_since_it_was_approved_is_not_scheduled_without_a_second(broadcast, people):
    ask_for(second_above_people=1)
    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["hana"])
    another_friend()

    with pytest.raises(NeedsSecondApproval):
        services.send_now(broadcast, by=people["author"])
    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["mio"])

    assert services.send_now(broadcast, by=people["author"]).status == Status.SCHEDULED


def test_what_has_grown_since_it_was_scheduled_pauses_until_a_second_has_approved(broadcast, people):
    ask_for(second_above_people=1)
    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["hana"])
    services.send_now(broadcast, by=people["author"])
    another_friend()

    delivery.start_due()
    broadcast.refresh_from_db()
    assert (broadcast.status, "2 people" in broadcast.problem) == (Status.PAUSED, True)
    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["mio"])
    services.resume(broadcast, by=people["author"])
    delivery.start_due()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.SENDING


def test_a_rule_made_after_scheduling_holds_all_the_same(tenant, broadcast, people):
    tenant.requires_approval = False
    services.send_now(broadcast, by=people["author"])
    tenant.requires_approval = True

    delivery.start_due()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.PAUSED
    assert services.withdraw(broadcast, by=people["author"]).status == Status.DRAFT


def test_an_edit_withdraws_each_word_and_whoever_was_asked(broadcast, people):
    ask_for(needs_internal_check=True)
    services.submit_for_approval(broadcast, by=people["author"])
    services.check(broadcast, by=people["checker"])

    services.change_broadcast(broadcast, by=people["author"], messages=[{"type": "text", "text": "New"}])

    assert (stages(broadcast), turns.of(broadcast)) == ([], None)
    assert services.submit_for_approval(broadcast, by=people["author"]).status == Status.CHECKING


def test_what_is_sent_back_starts_over(broadcast, people):
    ask_for(needs_internal_check=True)
    services.submit_for_approval(broadcast, by=people["author"])
    services.check(broadcast, by=people["checker"])

    services.send_back(broadcast, by=people["hana"], comment="The price is wrong")

    broadcast.refresh_from_db()
    assert (broadcast.status, stages(broadcast)) == (Status.DRAFT, [])
    assert services.submit_for_approval(broadcast, by=people["author"]).status == Status.CHECKING
    assert broadcast.reviews.filter(verdict=Review.Verdict.SENT_BACK).get().stage == Stage.CLIENT


def test_the_checker_sends_back_only_while_it_is_checked(broadcast, people):
    services.submit_for_approval(broadcast, by=people["author"])

    with pytest.raises(WrongStatus):
        services.send_back(broadcast, by=people["checker"], comment="Too late", at_check=True)


def test_what_was_looked_at_is_what_is_checked(broadcast, people):
    ask_for(needs_internal_check=True)
    services.change_broadcast(broadcast, by=people["author"], name="Second version")
    services.submit_for_approval(broadcast, by=people["author"])

    with pytest.raises(ChangedMeanwhile):
        services.check(broadcast, by=people["checker"], version=1)


def test_a_sender_takes_back_what_waits_but_not_what_has_left(broadcast, people):
    services.submit_for_approval(broadcast, by=people["author"])
    assert services.withdraw(broadcast, by=people["author"]).status == Status.DRAFT
    with pytest.raises(NeedsApproval):
        services.send_now(broadcast, by=people["author"])

    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["hana"])
    services.send_now(broadcast, by=people["author"])
    delivery.start_due()
    with pytest.raises(WrongStatus):
        services.withdraw(broadcast, by=people["author"])


def test_whose_turn_it_is(broadcast, people, other_tenant):
    ask_for(second_above_people=0)
    services.submit_for_approval(broadcast, by=people["author"])
    assert [list(approving.waiting_for(people[name])) for name in ("hana", "mio")] == [[broadcast]] * 2

    services.approve(broadcast, by=people["hana"])

    assert [list(approving.waiting_for(people[name])) for name in people] == [[], [], [], [broadcast]]
    with tenant_context(other_tenant):
        assert not approving.waiting_for(people["mio"])


def test_a_copy_of_what_is_approved_has_its_approval(broadcast, people):
    services.submit_for_approval(broadcast, by=people["author"])
    services.approve(broadcast, by=people["hana"])
    broadcast.refresh_from_db()
    copy = services.duplicate(broadcast, by=None)

    commands.inherit(copy, broadcast)

    assert services.send_now(copy, by=None).status == Status.SCHEDULED
    assert stages(copy) == [Stage.CLIENT]


def tenant_has_used_its_free_messages(tenant) -> None:
    now = timezone.now() - timedelta(seconds=1)
    ledger.post(tenant.pk, [ledger.NewEntry("multicast", "elsewhere/1", "Earlier", 30_000, now)])


def another_friend() -> None:
    versions.touch("friends", friends=[make_friend().pk])
