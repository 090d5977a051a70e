"""What a person may do about the approval of a broadcast now."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from broadcasts.approving import gate, turns, versions, words
from broadcasts.models import ApprovalRules, Broadcast, Stage

Status = Broadcast.Status
CHANGE = "broadcasts.change_broadcast"


def of(broadcast: Broadcast, user: User) -> set[str]:
    """`submit`, `second` (ask for the second approval), `review` and `withdraw`, as far as they are open."""
    may_change = user.has_perm(CHANGE)
    acts = {
        "submit": may_change and broadcast.status == Status.DRAFT and _asks_anybody(),
        "second": may_change and lacks_second(broadcast) and turns.of(broadcast) is None,
        "review": stage(broadcast) is not None and user.has_perm(_right(broadcast)),
        "withdraw": may_change and is_taken_back(broadcast),
    }
    return {act for act, is_open in acts.items() if is_open}


def stage(broadcast: Broadcast) -> Stage | None:
    """Whose word can be given now; None if nobody's can."""
    if broadcast.status == Status.CHECKING:
        return Stage.INTERNAL
    turn = turns.of(broadcast)
    if turn:
        return Stage(turn.stage)
    return Stage.CLIENT if broadcast.status in {Status.AWAITING_APPROVAL, Status.APPROVED} else None


def obstacle(broadcast: Broadcast, user: User) -> str:
    """Why this person cannot approve it, though they have the right; "" if they can."""
    if user.pk in versions.authors(broadcast):
        return _("You wrote some of this yourself, so that somebody else approves it.")
    if user.pk in turns.who_approved(broadcast):
        return _("You have approved it. Now a second person is asked.")
    return ""


def lacks_second(broadcast: Broadcast) -> bool:
    """Whether it was approved, and has since become so large that a second person has to approve it."""
    is_past = broadcast.status in {Status.APPROVED, Status.SCHEDULED, Status.PAUSED}
    if not is_past or broadcast.started_at or not ApprovalRules.present().asks_second:
        return False
    return gate.missing(broadcast, words.people(broadcast), timezone.now()) == [Stage.SECOND]


def is_taken_back(broadcast: Broadcast) -> bool:
    """Whether it can become a draft again without anybody having got it."""
    if broadcast.status == Status.PAUSED:
        return broadcast.started_at is None
    return broadcast.status in {Status.CHECKING, Status.AWAITING_APPROVAL, Status.APPROVED}


def _asks_anybody() -> bool:
    return gate.is_asked_of_all() or ApprovalRules.present().asks_second


def _right(broadcast: Broadcast) -> str:
    found = stage(broadcast)
    return (found or Stage.CLIENT).right
