"""Commands on broadcasts: from draft to the moment the sender takes over, and what may still be stopped."""

from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from billing import budgets
from broadcasts import belonging, watching
from broadcasts.approving import commands as approving
from broadcasts.approving import edits, gate, turns, versions
from broadcasts.checking import looking, own_pages
from broadcasts.choosing import variants
from broadcasts.errors import (
    ChangedMeanwhile,
    InThePast,
    NoChannel,
    SegmentChangedSince,
    WrongStatus,
)
from broadcasts.models import Broadcast, LinkDefaults
from broadcasts.sending import delivery, finishing, platform_sends, preparing, quota, settling
from broadcasts.timing import quiet, wishes
from campaigns import services as campaigns
from campaigns.models import Campaign
from channels.models import Channel
from composing import content
from segments.models import Segment
from segments.reaching.plans import Plan

Status = Broadcast.Status
submit_for_approval = approving.submit
check = approving.check
approve = approving.approve
send_back = approving.send_back
withdraw = approving.withdraw
settle = settling.settle
UNSCHEDULED = {Status.DRAFT, Status.CHECKING, Status.AWAITING_APPROVAL, Status.APPROVED}
GRACE = timedelta(seconds=60)  # a form filled in during the minute it names is not yet too late


@transaction.atomic
def create_broadcast(
    *,
    name: str,
    segment: Segment,
    messages: list[dict],
    by: User | None,
    campaign: Campaign | None = None,
    **details: object,
) -> Broadcast:
    """A draft. `details` are any others of `Broadcast.WRITTEN`: `tracks_people` gives each friend links of
    their own, `utm` its links campaign parameters, `way` says how it goes if everyone is meant, ….

    Raises InvalidMessages, naming every fault and where it is; Archived, of the campaign.
    """
    content.check(messages)
    broadcast = Broadcast.objects.create(
        name=name, segment=segment, messages=messages, key=uuid4(), created_by_id=_id(by), **details
    )
    versions.keep(broadcast, by=by)
    activity.record("broadcast.created", broadcast, by=by)
    if campaign:
        campaigns.assign(broadcast.ledger_owner, campaign, by=by)
    return broadcast


@transaction.atomic
def change_broadcast(
    broadcast: Broadcast, *, by: User | None, version: int | None = None, **changes: object
) -> Broadcast:
    """Change what `create_broadcast` takes of one not yet scheduled; an approval is thereby withdrawn, though
    not by another campaign.

    Raises ChangedMeanwhile if `version` is given and no longer the present one, WrongStatus, InvalidMessages,
    Archived.
    """
    broadcast = edits.locked(broadcast)
    if not broadcast.is_editable:
        raise WrongStatus(status=broadcast.get_status_display())
    _check_version(broadcast, version)
    if "messages" in changes:
        content.check(changes["messages"])
    if "campaign" in changes:
        campaigns.assign(broadcast.ledger_owner, cast("Campaign | None", changes.pop("campaign")), by=by)
    if not changes:
        return broadcast
    for field, value in changes.items():
        setattr(broadcast, field, value)
    broadcast.save(update_fields=list(changes))
    edits.changed(broadcast, by=by, fields=changes)
    return broadcast


def schedule_broadcast(
    broadcast: Broadcast, *, send_at: datetime, by: User | None, version: int | None = None
) -> Broadcast:
    """Put it in the queue for `send_at`. LINE is asked about the messages first.

    Raises LineRefuses, and as `may_leave`.
    """
    looking.require(broadcast)
    return queue(broadcast, send_at=send_at, by=by, version=version)


@transaction.atomic
def queue(
    broadcast: Broadcast, *, send_at: datetime, by: User | None, version: int | None = None
) -> Broadcast:
    """The same for one about which LINE was asked already."""
    broadcast, plan = may_leave(broadcast, send_at, version=version)
    count = plan.most
    broadcast.status, broadcast.send_at, broadcast.estimated_count = Status.SCHEDULED, send_at, count
    wishes.forget(broadcast)
    seen = watching.look(broadcast, count)
    seen |= {"stopped_by_budget": None, "stopped_in": None}
    for field, value in seen.items():
        setattr(broadcast, field, value)
    broadcast.save(update_fields=["status", "send_at", "estimated_count", *seen])
    activity.record("broadcast.scheduled", broadcast, by=by, send_at=send_at.isoformat(), people=count)
    wishes.moved(broadcast)
    board.call(delivery.KIND, send_at)
    budgets.call(current.tenant().pk)
    return broadcast


def may_leave(
    broadcast: Broadcast, send_at: datetime, *, version: int | None = None
) -> tuple[Broadcast, Plan]:
    """The broadcast, held until the caller's transaction ends, and how it would reach its friends.

    Raises ChangedMeanwhile as `approve`, WrongStatus, NeedsApproval, Repeats if it is the pattern of a
    recurring send, InThePast, InQuietHours with the next good moment, NoChannel, EmptySegment if nobody is
    in the segment now, NobodyLeft if all who are in it are left out, NotForSplitTests, NoPrice,
    ListBeingFilled while it asks for a list that is not full yet, Unreachable if LINE cannot send to it,
    PageNotOpen if it leads to a coupon, or the like, that nobody could have by then,
    PlanExceeded or BudgetExceeded if the plan, or a budget that stops sends, does not cover its present size
    with all that is scheduled before.
    """
    broadcast = edits.locked(broadcast)
    _check_version(broadcast, version)
    wishes.check_once(broadcast)
    _check_may_leave(broadcast)
    if send_at < timezone.now() - GRACE:
        raise InThePast()
    quiet.check(broadcast, send_at)
    if not Channel.objects.filter(tenant_id=current.tenant().pk).exists():
        raise NoChannel()
    plan = preparing.planned(broadcast, send_at)
    gate.check(broadcast, plan.most, send_at)
    own_pages.check(broadcast, send_at, plan.friends)
    quota.check(plan.messages, send_at, leave_out=broadcast)
    return broadcast, plan


def send_now(broadcast: Broadcast, *, by: User | None, version: int | None = None) -> Broadcast:
    """Schedule for this moment; raises as `schedule_broadcast`."""
    return schedule_broadcast(broadcast, send_at=timezone.now(), by=by, version=version)


@transaction.atomic
def move(broadcast: Broadcast, *, send_at: datetime, by: User | None) -> Broadcast:
    """Another time for one that has not begun: a scheduled one stays scheduled, a draft only notes it.

    Raises WrongStatus once it has begun, InThePast, and as `may_leave` if it is scheduled.
    """
    broadcast = edits.locked(broadcast)
    if broadcast.status == Status.SCHEDULED:
        unschedule(broadcast, by=by)
        return queue(broadcast, send_at=send_at, by=by)
    if broadcast.status not in UNSCHEDULED:
        raise WrongStatus(status=broadcast.get_status_display())
    if send_at < timezone.now() - GRACE:
        raise InThePast()
    wishes.check_once(broadcast)
    wishes.keep(broadcast, send_at=send_at, rule=None)
    return broadcast


def unschedule(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Take it out of the queue; it keeps its approval. Raises WrongStatus once it has begun."""
    broadcast.refresh_from_db(fields=["approved_at"])
    back = Status.APPROVED if broadcast.approved_at else Status.DRAFT
    return _move(broadcast, Status.SCHEDULED, to=back, verb="unscheduled", by=by, send_at=None)


def pause(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Stop between requests: what has left has left. Raises WrongStatus unless it is sending.

    One that quiet hours have paused stays paused when they end.
    """
    broadcast.refresh_from_db(fields=["paused_until"])
    held = [Status.PAUSED] if broadcast.paused_until else []
    fields: dict = {"problem": "", "paused_until": None}
    return _move(broadcast, Status.SENDING, *held, to=Status.PAUSED, verb="paused", by=by, **fields)


@transaction.atomic
def resume(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Go on where it stopped; nobody is sent to twice. Raises WrongStatus unless it is paused.

    In quiet hours it goes on when they end.
    """
    broadcast.refresh_from_db(fields=["started_at"])
    back = Status.SENDING if broadcast.started_at else Status.PREPARING
    fields: dict = {"problem": "", "paused_until": None, "stopped_by_budget": None, "stopped_in": None}
    broadcast = _move(broadcast, Status.PAUSED, to=back, verb="resumed", by=by, **fields)
    platform_sends.try_again(broadcast, by=by)
    board.call(delivery.KIND)
    board.call(finishing.BY_LINE)
    return broadcast


@transaction.atomic
def cancel(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Send nothing more. What LINE has accepted cannot be recalled. Raises WrongStatus when it is over."""
    open_ones = [Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.TESTING, Status.PAUSED]
    broadcast = _move(
        broadcast, *open_ones, to=Status.CANCELLED, verb="cancelled", by=by, finished_at=timezone.now()
    )
    turns.end(broadcast)
    finishing.call_off(broadcast.pk)
    return broadcast


@transaction.atomic
def duplicate(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """A new draft with the same content, the same A/B test, and in the same campaign."""
    written = {name: getattr(broadcast, name) for name in Broadcast.WRITTEN}
    copy = create_broadcast(by=by, campaign=belonging.to_inherit(broadcast), **written)
    variants.copy(broadcast, to=copy)
    versions.keep(copy, by=by)
    return copy


@transaction.atomic
def set_link_defaults(defaults: LinkDefaults, *, by: User | None) -> None:
    """What new broadcasts begin with about their links; those that are written already stay."""
    LinkDefaults.objects.exclude(pk=defaults.pk).delete()
    defaults.save()
    facts = {name: getattr(defaults, name) for name in ("tracks_people", "adds_utm", "utm_campaign")}
    activity.record("link_defaults.changed", defaults, by=by, **facts)


def _check_version(broadcast: Broadcast, version: int | None) -> None:
    if version not in {None, broadcast.version}:
        raise ChangedMeanwhile()


def _check_may_leave(broadcast: Broadcast) -> None:
    if broadcast.status == Status.APPROVED:
        if watching.is_approval_stale(broadcast):
            raise SegmentChangedSince(segment=broadcast.segment.name)
        return
    if broadcast.status != Status.DRAFT:
        raise WrongStatus(status=broadcast.get_status_display())


def _move(
    broadcast: Broadcast,
    *before: str,
    to: str,
    verb: str,
    by: User | None,
    version: int | None = None,
    **fields: object,
) -> Broadcast:
    with transaction.atomic():
        moved = broadcast.move(*before, to=to, version=version, **fields)
        broadcast.refresh_from_db()
        if not moved:
            _check_version(broadcast, version)
            raise WrongStatus(status=broadcast.get_status_display())
        activity.record(f"broadcast.{verb}", broadcast, by=by, version=broadcast.version)
    return broadcast


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
