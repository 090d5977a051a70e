"""From draft to schedule: what is checked, who must agree, and what may be undone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity, Due
from billing import ledger
from billing import services as billing
from billing.errors import PlanExceeded
from broadcasts import services
from broadcasts.errors import (
    ChangedMeanwhile,
    EmptySegment,
    InThePast,
    NeedsApproval,
    NoChannel,
    OwnBroadcast,
    SegmentChangedSince,
    WrongStatus,
)
from broadcasts.models import Batch, Broadcast
from broadcasts.sending import delivery
from channels.models import Channel
from composing.errors import InvalidMessages
from segments import services as segments
from tests.factories import make_broadcast, make_followers, make_friend, make_segment, make_sending, make_user

Status = Broadcast.Status
SOON = timedelta(minutes=10)


def approved(**fields: object) -> Broadcast:
    broadcast = make_broadcast(**fields)
    services.submit_for_approval(broadcast, by=None)
    return services.approve(broadcast, by=make_user("approver"))


def test_a_draft_is_approved_and_scheduled(tenant, channel):
    make_friend("aoi")
    send_at = timezone.now() + SOON

    broadcast = services.schedule_broadcast(approved(), send_at=send_at, by=make_user("marketer"))

    assert (broadcast.status, broadcast.send_at, broadcast.estimated_count) == (Status.SCHEDULED, send_at, 1)
    assert Due.objects.get(tenant=tenant.pk, kind=delivery.KIND).due_at == send_at
    verbs = list(Activity.objects.filter(tenant=tenant.pk).values_list("verb", flat=True).order_by("pk"))
    assert verbs[-3:] == ["broadcast.submitted", "broadcast.approved", "broadcast.scheduled"]


def test_nothing_leaves_without_the_clients_approval(channel):
    make_friend("aoi")

    with pytest.raises(NeedsApproval):
        services.send_now(make_broadcast(), by=None)


def test_a_client_that_asks_for_no_approval_needs_none(tenant, channel):
    make_friend("aoi")
    tenant.requires_approval = False

    assert services.send_now(make_broadcast(), by=None).status == Status.SCHEDULED


def test_an_edit_withdraws_the_approval(channel):
    make_friend("aoi")
    broadcast = approved()

    services.change_broadcast(broadcast, by=None, messages=[{"type": "text", "text": "Something else"}])

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.approved_at, broadcast.version) == (Status.DRAFT, None, 2)
    with pytest.raises(NeedsApproval):
        services.send_now(broadcast, by=None)


def test_what_is_sent_back_is_a_draft_again_with_the_approvers_words(channel):
    broadcast = make_broadcast()
    services.submit_for_approval(broadcast, by=None)

    services.send_back(broadcast, by=make_user("approver"), comment="The price is wrong")

    broadcast.refresh_from_db()
    assert broadcast.status == Status.DRAFT
    assert broadcast.reviews.get().comment == "The price is wrong"


def test_two_people_cannot_approve_and_change_the_same_version(channel):
    broadcast = make_broadcast()
    services.change_broadcast(broadcast, by=None, version=1, name="First")

    with pytest.raises(ChangedMeanwhile):
        services.change_broadcast(broadcast, by=None, version=1, name="Second")


def test_what_was_looked_at_is_what_is_approved_and_scheduled(channel):
    make_friend("aoi")
    broadcast = make_broadcast()
    services.change_broadcast(broadcast, by=None, name="Changed while the approver read")
    services.submit_for_approval(broadcast, by=None)

    with pytest.raises(ChangedMeanwhile):
        services.approve(broadcast, by=None, version=1)
    services.approve(broadcast, by=None, version=2)
    with pytest.raises(ChangedMeanwhile):
        services.send_now(broadcast, by=None, version=1)


def test_a_limit_is_told_in_the_readers_language(tenant):
    with translation.override("ja"):
        with pytest.raises(InvalidMessages) as refusal:
            make_broadcast("a" * 5001)

        assert refusal.value.message == "messages[0].text：5000文字以内で入力してください。"


@pytest.mark.parametrize(
    ("messages", "path"),
    [
        ([], "messages"),
        ("text", "messages"),
        ([{"type": "text", "text": ""}], "messages[0].text"),
        ([{"type": "text", "text": "a" * 5001}], "messages[0].text"),
        ([{"type": "text", "text": "Hello {{nickname}}"}], "messages[0].text"),
        ([{"type": "text", "text": "Hello {{display_name}}"}], "messages[0].text"),
        ([{"type": "text", "text": "fine"}, {"type": "image"}], "messages[1].originalContentUrl"),
    ],
)
def test_a_message_over_lines_limits_is_refused_naming_the_field(tenant, messages, path):
    with pytest.raises(InvalidMessages) as refusal:
        make_broadcast(messages=messages)

    assert refusal.value.problems[0]["path"] == path
    assert path in refusal.value.message


def test_a_time_in_the_past_is_refused(channel):
    make_friend("aoi")

    with pytest.raises(InThePast):
        services.schedule_broadcast(approved(), send_at=timezone.now() - SOON, by=None)


def test_an_empty_segment_is_refused_by_name(channel):
    with pytest.raises(EmptySegment) as refusal:
        services.send_now(approved(segment=make_segment(name="Nobody yet")), by=None)

    assert "Nobody yet" in refusal.value.message


def test_a_plan_that_does_not_cover_the_send_is_refused_with_what_is_left(tenant, simulator, channel):
    make_followers(simulator, channel, 3)
    subscribe_light(tenant)
    broadcast = approved()
    services.schedule_broadcast(approved(), send_at=timezone.now() + SOON, by=None)
    Broadcast.objects.filter(status=Status.SCHEDULED).update(estimated_count=4_999)

    with pytest.raises(PlanExceeded) as refusal:
        services.schedule_broadcast(broadcast, send_at=timezone.now() + SOON, by=None)

    assert refusal.value.remaining == 1


def test_without_a_channel_nothing_is_scheduled(tenant):
    make_friend("aoi")

    with pytest.raises(NoChannel):
        services.send_now(approved(), by=None)


def test_a_scheduled_broadcast_can_be_taken_out_and_keeps_its_approval(channel):
    make_friend("aoi")
    broadcast = services.send_now(approved(), by=None)

    services.unschedule(broadcast, by=None)

    assert services.send_now(broadcast, by=None).status == Status.SCHEDULED


def test_a_broadcast_under_way_can_be_paused_resumed_and_cancelled(simulator, channel):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()

    assert services.pause(broadcast, by=None).status == Status.PAUSED
    assert services.resume(broadcast, by=None).status == Status.SENDING
    assert services.cancel(broadcast, by=None).status == Status.CANCELLED
    assert broadcast.batches.get().state == Batch.State.CANCELLED
    with pytest.raises(WrongStatus):
        services.cancel(broadcast, by=None)


def test_a_plan_exceeded_since_scheduling_pauses_before_anything_leaves(tenant, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = services.send_now(approved(), by=None)
    subscribe_light(tenant, used=4_999)

    delivery.start_due()

    broadcast.refresh_from_db()
    assert broadcast.status == Status.PAUSED
    assert "1" in broadcast.problem
    assert not broadcast.batches.exists()


def test_the_other_clients_channel_is_never_used(simulator, channel, other_tenant):
    with tenant_context(other_tenant):
        make_friend("aoi")
        broadcast = approved()

        with pytest.raises(NoChannel):
            services.send_now(broadcast, by=None)
    assert Channel.objects.count() == 1


def subscribe_light(tenant, *, used: int = 0) -> None:
    """From now on the client has the Light plan, 5,000 messages and no more, some of them used."""
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="light", since=date(2026, 1, 1))
    if used:
        ledger.post(tenant.pk, [ledger.NewEntry("multicast", "elsewhere/1", "Earlier", used, timezone.now())])


def test_a_segment_changed_since_the_approval_stops_the_send(channel):
    make_friend("aoi")
    segment = make_segment(name="VIP")
    broadcast, scheduled = approved(segment=segment), approved(segment=segment)
    services.send_now(scheduled, by=None)
    segments.change_segment(segment, version=segment.version, raw={"any": [{"all": []}]})

    with pytest.raises(SegmentChangedSince):
        services.send_now(broadcast, by=None)
    delivery.start_due()

    scheduled.refresh_from_db()
    assert scheduled.status == Status.PAUSED
    assert "VIP" in scheduled.problem


def test_nobody_approves_what_they_made_themselves(channel):
    author = make_user("approver")
    broadcast = make_broadcast(by=author)
    services.submit_for_approval(broadcast, by=author)

    with pytest.raises(OwnBroadcast):
        services.approve(broadcast, by=author)
    assert services.approve(broadcast, by=make_user("approver")).status == Status.APPROVED


def test_what_another_broadcast_has_not_sent_yet_is_not_given_away(tenant, simulator, channel):
    make_followers(simulator, channel, 6)
    subscribe_light(tenant, used=4_990)
    make_sending()

    with pytest.raises(PlanExceeded) as refusal:
        services.send_now(approved(), by=None)

    assert refusal.value.remaining == 4


def test_a_broadcast_moved_to_another_day_does_not_leave_today(channel):
    make_friend("aoi")
    broadcast = services.send_now(approved(), by=None)
    services.unschedule(broadcast, by=None)
    services.schedule_broadcast(broadcast, send_at=timezone.now() + timedelta(days=1), by=None)

    assert delivery.start_due() == 0
    broadcast.refresh_from_db()
    assert broadcast.status == Status.SCHEDULED


def test_a_broadcast_that_cannot_be_prepared_does_not_hold_up_the_others(channel):
    make_friend("aoi")
    broken, fine = (services.send_now(approved(), by=None) for _ in range(2))
    Broadcast.objects.filter(pk=broken.pk).update(messages={"not": "a list"})

    delivery.start_due()

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.status, fine.status) == (Status.PAUSED, Status.SENDING)
