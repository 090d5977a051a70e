"""Sends that a budget stops: when they are scheduled, when they begin, two at once; and how they go on."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity
from billing import ledger
from billing import services as billing
from billing.budgeting import commands, standing
from billing.errors import BudgetExceeded, PlanExceeded
from billing.models import Budget
from broadcasts import belonging, services
from broadcasts.models import Broadcast, TestSend
from broadcasts.sending import delivery, quota, stopping
from broadcasts.testing import sending as test_sending
from broadcasts.testing import testers
from broadcasts.timing import ahead
from campaigns import services as campaigns
from chats import sending as chats
from tests.billing.factories import make_entry
from tests.broadcasts.sending import send
from tests.factories import (
    make_broadcast,
    make_campaign,
    make_channel,
    make_conversation,
    make_followers,
    make_friend,
    make_segment,
    make_sending,
    make_series,
    make_user,
)

Status = Broadcast.Status
REPLY = [{"type": "text", "text": "Yes"}]
FREE = 30_000  # of Japan's standard plan; the next ones cost ¥3


@pytest.fixture
def used_up(tenant, simulator, channel):
    """The free messages of the month are used, no approval is asked, and three friends are there."""
    tenant.requires_approval = False
    make_followers(simulator, channel, 3)
    book(tenant, FREE)
    return tenant


def book(tenant, messages: int) -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages, at=timezone.now())])


def set_budget(tenant, amount: int, **fields: object) -> Budget:
    asked = {"amount": Decimal(amount), "warn_percents": [80, 100], "stops": True, "by": None}
    return commands.set_budget(tenant.pk, **(asked | fields))


def lower(budget: Budget, amount: int) -> None:
    commands.change(budget, amount=Decimal(amount), warn_percents=[], stops=True, by=None)


def scheduled(**fields: object) -> Broadcast:
    return services.send_now(make_broadcast(**fields), by=None)


def make_stopped(tenant, amount: int = 5) -> tuple[Budget, Broadcast]:
    """A broadcast to three friends that a budget, lowered since it was scheduled, has stopped."""
    budget = set_budget(tenant, 9)
    broadcast = scheduled()
    lower(budget, amount)
    delivery.start_due()
    broadcast.refresh_from_db()
    return budget, broadcast


def test_what_would_go_beyond_the_budget_is_not_scheduled(used_up):
    set_budget(used_up, 8)

    with pytest.raises(BudgetExceeded) as refusal:
        scheduled()

    assert (refusal.value.messages, refusal.value.fitting) == (3, 2)


def test_what_fits_is_sent(used_up, simulator):
    set_budget(used_up, 9)

    broadcast = make_sending()
    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.SENT
    assert standing.Books.of(used_up.pk, timezone.now()).client.amount == 9


def test_what_is_scheduled_already_counts(used_up):
    set_budget(used_up, 17)
    services.schedule_broadcast(make_broadcast(), send_at=timezone.now() + timedelta(minutes=1), by=None)

    with pytest.raises(BudgetExceeded):
        scheduled()


def test_a_send_that_the_budget_no_longer_covers_does_not_begin_and_says_so(used_up):
    budget, broadcast = make_stopped(used_up)

    assert (broadcast.status, broadcast.started_at) == (Status.PAUSED, None)
    assert broadcast.is_stopped_by_budget
    assert broadcast.stopped_by_budget == budget.pk
    assert "1" in broadcast.problem  # so many would fit
    assert Activity.objects.filter(tenant=used_up.pk, verb="broadcast.stopped_by_budget").exists()


def test_it_goes_on_by_itself_once_the_budget_is_lifted(used_up, simulator):
    budget, broadcast = make_stopped(used_up)
    stopping.let_go()
    broadcast.refresh_from_db()
    assert broadcast.status == Status.PAUSED

    commands.lift(budget, at=timezone.now(), up_to=Decimal(9), reason="Sale", by=make_user("owner"))
    stopping.let_go()
    delivery.start_due()
    send()

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.problem, broadcast.stopped_by_budget) == (Status.SENT, "", None)


def test_it_stays_where_the_lift_does_not_reach(used_up):
    budget, broadcast = make_stopped(used_up)

    commands.lift(budget, at=timezone.now(), up_to=Decimal(8), reason="A little", by=None)
    stopping.let_go()

    broadcast.refresh_from_db()
    assert broadcast.is_stopped_by_budget


def test_it_goes_on_when_the_budget_is_deleted(used_up):
    budget, broadcast = make_stopped(used_up)

    commands.delete(budget, by=None)
    stopping.let_go()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.PREPARING


def test_it_does_not_go_on_by_itself_in_another_month(used_up):
    budget, broadcast = make_stopped(used_up)
    Broadcast.objects.filter(pk=broadcast.pk).update(stopped_in=date(2026, 1, 1))

    commands.delete(budget, by=None)
    stopping.let_go()

    broadcast.refresh_from_db()
    assert broadcast.is_stopped_by_budget


def test_a_person_who_resumes_it_is_told_the_same_while_the_budget_stops_it(used_up):
    _budget, broadcast = make_stopped(used_up)

    services.resume(broadcast, by=None)
    broadcast.refresh_from_db()
    assert not broadcast.is_stopped_by_budget
    delivery.start_due()

    broadcast.refresh_from_db()
    assert broadcast.is_stopped_by_budget


def test_a_stopped_send_can_be_cancelled(used_up):
    budget, broadcast = make_stopped(used_up)

    services.cancel(broadcast, by=None)
    commands.delete(budget, by=None)
    stopping.let_go()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.CANCELLED


def test_what_begins_first_has_the_budget_and_what_is_later_is_stopped(used_up, simulator):
    budget = set_budget(used_up, 18)
    first = scheduled()
    later = services.schedule_broadcast(
        make_broadcast(), send_at=timezone.now() + timedelta(minutes=1), by=None
    )
    lower(budget, 9)

    delivery.start_due()
    send()
    Broadcast.objects.filter(pk=later.pk).update(send_at=timezone.now())
    delivery.start_due()

    first.refresh_from_db()
    later.refresh_from_db()
    assert (first.status, later.is_stopped_by_budget) == (Status.SENT, True)


def test_what_is_under_way_counts_in_full_until_it_is_over(used_up):
    budget = set_budget(used_up, 18)
    make_sending()
    second = scheduled()
    lower(budget, 17)

    delivery.start_due()

    second.refresh_from_db()
    assert second.is_stopped_by_budget


def test_a_campaigns_budget_stops_what_belongs_to_it_and_nothing_else(used_up):
    autumn = make_campaign()
    set_budget(used_up, 5, campaign_id=autumn.pk)

    with pytest.raises(BudgetExceeded) as refusal:
        scheduled(campaign=autumn)
    assert scheduled().status == Status.SCHEDULED

    assert refusal.value.campaign == "Autumn"


def test_two_sends_of_a_campaign_share_its_budget(used_up):
    autumn = make_campaign()
    set_budget(used_up, 17, campaign_id=autumn.pk)
    scheduled(campaign=autumn)

    with pytest.raises(BudgetExceeded) as refusal:
        scheduled(campaign=autumn)

    assert refusal.value.fitting == 2


def test_a_copy_belongs_to_the_campaign_of_its_original_unless_that_is_archived(tenant):
    autumn = make_campaign()
    original = make_broadcast(campaign=autumn)

    copy = services.duplicate(original, by=None)
    campaigns.archive(autumn, by=None)
    late_copy = services.duplicate(original, by=None)

    assert belonging.campaign_of(copy) == autumn
    assert belonging.campaign_of(late_copy) is None


def test_another_campaign_withdraws_no_approval(channel):
    broadcast = make_broadcast()
    broadcast.move(Status.DRAFT, to=Status.APPROVED, approved_at=timezone.now())

    services.change_broadcast(broadcast, by=None, campaign=make_campaign())

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.version) == (Status.APPROVED, 1)


def test_a_test_send_beyond_the_budget_is_refused(used_up):
    set_budget(used_up, 2)
    tester = testers.add(make_friend("tester"), by=None)

    with pytest.raises(BudgetExceeded):
        test_sending.send_test(make_broadcast(), [tester], by=None)
    assert not TestSend.objects.exists()


def test_test_sends_on_their_way_count_for_the_plan_too(tenant, simulator, channel):
    billing.subscribe(tenant.pk, plan="communication", since=timezone.now().date())
    book(tenant, 199)
    tester = testers.add(make_friend("tester"), by=None)

    test_sending.send_test(make_broadcast(), [tester], by=None)
    with pytest.raises(PlanExceeded):
        test_sending.send_test(make_broadcast(), [tester], by=None)

    assert TestSend.objects.count() == 1


def test_a_reply_in_a_chat_leaves_whatever_the_budget_says(used_up):
    set_budget(used_up, 0)
    make_conversation(aoi := make_friend("aoi"))

    sending = chats.send(aoi, REPLY, client_token="1", may_push=True, by=make_user("marketer"))

    assert (sending.way, sending.state) == ("push", "pending")


def test_what_goes_to_many_leaves_what_is_kept_back(tenant, simulator, channel):
    tenant.requires_approval = False
    make_followers(simulator, channel, 3)
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="light", since=date(2026, 1, 1))
    book(tenant, 4_990)
    commands.keep_back(tenant.pk, 8, since=timezone.localdate(), by=None)

    with pytest.raises(PlanExceeded):
        scheduled()
    commands.keep_back(tenant.pk, 7, since=timezone.localdate(), by=None)
    assert scheduled().status == Status.SCHEDULED


def test_a_reply_may_use_what_is_kept_back(tenant, channel):
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="light", since=date(2026, 1, 1))
    book(tenant, 4_999)
    commands.keep_back(tenant.pk, 100, since=timezone.localdate(), by=None)
    make_conversation(aoi := make_friend("aoi"))

    sending = chats.send(aoi, REPLY, client_token="1", may_push=True, by=make_user("marketer"))

    assert (sending.way, sending.state) == ("push", "pending")


def test_two_workers_do_not_both_take_the_last_yen(own_tenant, simulator, settings):
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    own_tenant.requires_approval = False
    with schema_context("public"):
        own_tenant.save()
    make_followers(simulator, make_channel(simulator, own_tenant, f"77{own_tenant.pk:08}"), 3)
    book(own_tenant, FREE)
    budget = set_budget(own_tenant, 18)
    both = [scheduled(), scheduled()]
    lower(budget, 9)
    barrier = threading.Barrier(2)

    def work() -> None:
        with tenant_context(own_tenant):
            barrier.wait()
            delivery.start_due()
        connection.close()

    threads = [threading.Thread(target=work) for _ in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ends = Broadcast.objects.filter(pk__in=[each.pk for each in both])
    assert sorted(ends.values_list("status", flat=True)) == [Status.PAUSED, Status.SENDING]
    assert quota.committed_messages(timezone.now(), only_begun=True) == 3


def test_a_worker_that_dies_after_it_was_let_through_leaves_the_budget_to_the_next(used_up, simulator):
    set_budget(used_up, 9)
    broadcast = scheduled()
    with transaction.atomic():
        delivery.start_due()
        transaction.set_rollback(True)

    delivery.start_due()
    delivery.start_due()
    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.SENT
    assert standing.Books.of(used_up.pk, timezone.now()).client.amount == 9


def test_one_that_is_taken_back_to_draft_is_stopped_no_more(used_up, visit):
    budget, broadcast = make_stopped(used_up)
    Broadcast.objects.filter(pk=broadcast.pk).update(status=Status.DRAFT)
    lower(budget, 9)

    again = services.schedule_broadcast(
        Broadcast.objects.get(pk=broadcast.pk), send_at=timezone.now() + timedelta(minutes=1), by=None
    )

    assert again.stopped_by_budget is None


def test_the_page_says_that_the_budget_has_stopped_it_and_where_it_is_lifted(used_up, visit):
    budget, broadcast = make_stopped(used_up)

    of_owner = visit("owner").read(f"broadcasts/{broadcast.pk}/")
    of_marketer = visit("marketer").read(f"broadcasts/{broadcast.pk}/")
    listed = visit("owner").read("broadcasts/stopped/")

    assert "Stopped by the budget" in of_owner
    assert f"cost/budgets/{budget.pk}/" in of_owner
    assert "Stopped by the budget" in of_marketer
    assert "Lift or raise" not in of_marketer
    assert f"/broadcasts/{broadcast.pk}/" in listed


def test_the_composer_says_that_the_budget_of_the_chosen_campaign_does_not_cover_it(used_up, visit):
    autumn = make_campaign()
    set_budget(used_up, 5, campaign_id=autumn.pk)
    segment = make_segment()
    visitor = visit("marketer")

    with_it = visitor.read("broadcasts/forecast/", {"segment": segment.pk, "campaign": autumn.pk})
    without = visitor.read("broadcasts/forecast/", {"segment": segment.pk})

    assert "stops this send" in with_it
    assert "stops this send" not in without
    assert with_it.index("stops this send") < with_it.index("Recipients")


def test_a_date_of_a_series_belongs_to_the_campaign_of_its_pattern(used_up):
    autumn = make_campaign()
    series = make_series()
    campaigns.assign(series.pattern.ledger_owner, autumn, by=None)
    Broadcast.objects.filter(pk=series.pattern_id).update(status=Status.APPROVED)

    ahead.advance()

    made = Broadcast.objects.filter(series=series).exclude(pk=series.pattern_id).first()
    assert made is not None
    assert belonging.campaign_of(made) == autumn
