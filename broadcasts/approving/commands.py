"""The way of a broadcast from draft to approved: asked, checked, approved, sent back, taken back."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from broadcasts import watching
from broadcasts.approving import acts, edits, gate, mails, turns, versions, words
from broadcasts.checking import looking
from broadcasts.errors import ApprovedAlready, ChangedMeanwhile, OwnBroadcast, WrongStatus
from broadcasts.models import Broadcast, Review, Stage
from broadcasts.timing import wishes

Status = Broadcast.Status
STATUS = {
    Stage.INTERNAL: Status.CHECKING,
    Stage.CLIENT: Status.AWAITING_APPROVAL,
    Stage.SECOND: Status.AWAITING_APPROVAL,
}
AT_CHECK, AT_APPROVAL = {Status.CHECKING}, {Status.AWAITING_APPROVAL, Status.APPROVED}
ASKED = {Status.CHECKING, Status.AWAITING_APPROVAL}
# Nothing has been laid out yet: a second approver may still be needed, and asked.
UNSENT = {Status.APPROVED, Status.SCHEDULED, Status.PAUSED}


@transaction.atomic
def submit(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Ask whoever is first to be asked; of one that has grown since it was approved, the second approver.

    Where the client's settings ask for nobody's word, the client's approver is asked. Raises LineRefuses if
    LINE would not take the messages, WrongStatus unless it is a draft or lacks a second approval.
    """
    looking.require(broadcast)  # before anything is locked, since LINE takes its time
    broadcast = edits.locked(broadcast)
    lacking = gate.missing(broadcast, words.people(broadcast), timezone.now())
    if broadcast.status == Status.DRAFT:
        stage = next(iter(lacking), Stage.CLIENT)
        _become(broadcast, STATUS[stage], **watching.look(broadcast))
    elif lacking == [Stage.SECOND] and _is_unsent(broadcast):
        stage = Stage.SECOND
    else:
        raise WrongStatus(status=broadcast.get_status_display())
    versions.present(broadcast)
    turns.ask(broadcast, stage, by=by)
    _record(broadcast, "submitted", by, stage)
    return broadcast


@transaction.atomic
def check(
    broadcast: Broadcast, *, by: User | None, comment: str = "", version: int | None = None
) -> Broadcast:
    """Pass the internal check, on to the client's approver. Raises WrongStatus unless it is being checked;
    ChangedMeanwhile, OwnBroadcast as `approve`.
    """
    broadcast = _looked_at(broadcast, version)
    if broadcast.status != Status.CHECKING:
        raise WrongStatus(status=broadcast.get_status_display())
    return _pass(broadcast, Stage.INTERNAL, by, comment)


@transaction.atomic
def approve(
    broadcast: Broadcast, *, by: User | None, comment: str = "", version: int | None = None
) -> Broadcast:
    """Approve the present version, and those of the segments; or be the second to do so.

    Raises WrongStatus unless it awaits approval, OwnBroadcast if the same person wrote any of it,
    ApprovedAlready if they are one of those who have approved it, ChangedMeanwhile if `version`, the one that
    was looked at, is given and no longer the present one.
    """
    broadcast = _looked_at(broadcast, version)
    turn = turns.of(broadcast)
    if broadcast.status == Status.AWAITING_APPROVAL:
        return _pass(broadcast, Stage(turn.stage) if turn else Stage.CLIENT, by, comment)
    if _is_unsent(broadcast) and Stage.SECOND in _lacking(broadcast):
        return _pass(broadcast, Stage.SECOND, by, comment)
    raise WrongStatus(status=broadcast.get_status_display())


@transaction.atomic
def send_back(
    broadcast: Broadcast,
    *,
    by: User | None,
    comment: str,
    version: int | None = None,
    at_check: bool = False,
) -> Broadcast:
    """Back to draft, with what should change: by the client's approver, or `at_check` by the agency's.

    Raises WrongStatus unless it awaits approval or is approved (`at_check`: is being checked),
    ChangedMeanwhile as `approve`.
    """
    broadcast = _looked_at(broadcast, version)
    if broadcast.status not in (AT_CHECK if at_check else AT_APPROVAL):
        raise WrongStatus(status=broadcast.get_status_display())
    turn = turns.of(broadcast)
    stage = Stage.INTERNAL if at_check else Stage(turn.stage) if turn else Stage.CLIENT
    _become_draft(broadcast)
    _review(broadcast, stage, Review.Verdict.SENT_BACK, by, comment)
    _record(broadcast, "sent_back", by, stage)
    return broadcast


@transaction.atomic
def withdraw(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Take it back to draft before anybody has it; approvals are withdrawn.

    Raises WrongStatus unless somebody is asked, it is approved, or it was paused before it began.
    """
    broadcast = edits.locked(broadcast)
    if not acts.is_taken_back(broadcast):
        raise WrongStatus(status=broadcast.get_status_display())
    _become_draft(broadcast)
    _record(broadcast, "withdrawn", by)
    return broadcast


@transaction.atomic
def inherit(copy: Broadcast, pattern: Broadcast) -> None:
    """Let a copy that says the same word for word have the approval that its pattern has, if it has one."""
    if pattern.approved_at is None:
        return
    held = pattern.reviews.filter(holds=True)
    Review.objects.bulk_create(
        Review(
            broadcast=copy,
            stage=each.stage,
            version=copy.version,
            verdict=each.verdict,
            comment=each.comment,
            holds=True,
            by_id=each.by_id,
        )
        for each in held.order_by("pk")
    )
    same = {name: getattr(pattern, name) for name in edits.UNAPPROVED}
    _become(copy, Status.APPROVED, **same, **watching.look(copy))


def _pass(broadcast: Broadcast, stage: Stage, by: User | None, comment: str) -> Broadcast:
    """Write down the approval of a stage, and ask the next one, or let it be approved."""
    _check_may_judge(broadcast, by)
    _review(broadcast, stage, Review.Verdict.APPROVED, by, comment)
    lacking = _lacking(broadcast, but=stage)
    if broadcast.status in ASKED and lacking:
        _become(broadcast, STATUS[lacking[0]])
        turns.ask(broadcast, lacking[0], by=by)
    else:
        turns.end(broadcast)
        _approve(broadcast, by)
    _record(broadcast, "checked" if stage == Stage.INTERNAL else "approved", by, stage)
    return broadcast


def _approve(broadcast: Broadcast, by: User | None) -> None:
    """A second approval of one that is scheduled or paused leaves it where it is."""
    if broadcast.status not in ASKED:
        return
    approval = {
        "approved_by_id": getattr(by, "pk", None),
        "approved_at": timezone.now(),
        "approved_segments": watching.versions(broadcast.segment),
    }
    _become(broadcast, Status.APPROVED, **approval, **watching.look(broadcast))
    wishes.follow(broadcast)


def _lacking(broadcast: Broadcast, *, but: Stage | None = None) -> list[Stage]:
    lacking = gate.missing(broadcast, words.people(broadcast), timezone.now())
    return [stage for stage in lacking if stage != but]


def _check_may_judge(broadcast: Broadcast, by: User | None) -> None:
    if by and by.pk in versions.authors(broadcast):
        raise OwnBroadcast()
    if getattr(by, "pk", None) in turns.who_approved(broadcast):
        raise ApprovedAlready()


def _looked_at(broadcast: Broadcast, version: int | None) -> Broadcast:
    broadcast = edits.locked(broadcast)
    if version not in {None, broadcast.version}:
        raise ChangedMeanwhile()
    return broadcast


def _is_unsent(broadcast: Broadcast) -> bool:
    return broadcast.status in UNSENT and broadcast.started_at is None


def _become_draft(broadcast: Broadcast) -> None:
    _become(broadcast, Status.DRAFT, problem="", send_at=None, **edits.UNAPPROVED)
    edits.withdraw(broadcast)
    wishes.follow(broadcast)


def _become(broadcast: Broadcast, status: str, **fields: object) -> None:
    broadcast.status = status
    for field, value in fields.items():
        setattr(broadcast, field, value)
    broadcast.save(update_fields=["status", *fields])


def _review(broadcast: Broadcast, stage: Stage, verdict: str, by: User | None, comment: str) -> None:
    review = Review.objects.create(
        broadcast=broadcast,
        stage=stage,
        version=broadcast.version,
        verdict=verdict,
        holds=verdict == Review.Verdict.APPROVED,
        by_id=getattr(by, "pk", None),
        comment=comment,
    )
    mails.owe_verdict(review, broadcast.turns.first())


def _record(broadcast: Broadcast, verb: str, by: User | None, stage: Stage | None = None) -> None:
    facts: dict[str, Any] = {"stage": stage.value} if stage else {}
    activity.record(f"broadcast.{verb}", broadcast, by=by, version=broadcast.version, **facts)
