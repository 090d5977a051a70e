"""The end of a broadcast: when nothing of it is open any more, or nothing more may leave."""

from collections import Counter
from typing import Any

from django.utils import timezone

from accounts import activity, board
from broadcasts.choosing import waiting
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import claims

Status = Broadcast.Status
State = Batch.State
Sent = PlatformSend.State
CLOSABLE = (Status.SENDING, Status.TESTING, Status.NEEDS_CHECK)
BY_LINE = "platform_sends"  # the kind of work that follows them, on the work board


def finish(broadcast_id: int) -> None:
    """Close a broadcast of which nothing is under way any more."""
    broadcast = Broadcast.objects.only("status").get(pk=broadcast_id)
    if broadcast.status == Status.FAILED:
        call_off(broadcast_id)
    ours = Batch.objects.filter(broadcast=broadcast_id).exclude(method=Broadcast.Method.BROADCAST)
    batches = Counter(ours.values_list("state", flat=True))
    by_line = PlatformSend.objects.filter(broadcast=broadcast_id)
    if batches[State.PENDING] + batches[State.CLAIMED] or by_line.open().exists():
        return
    has_left = batches[State.ACCEPTED] + batches[State.NEEDS_CHECK]
    if broadcast.status == Status.FAILED:
        broadcast.move(Status.FAILED, to=Status.FAILED, finished_at=timezone.now())
    elif batches[State.WAITING] and has_left:
        waiting.begin(broadcast_id)
    elif batches[State.NEEDS_CHECK] or by_line.filter(state=Sent.NEEDS_CHECK).exists():
        broadcast.move(Status.SENDING, to=Status.NEEDS_CHECK)
    elif batches[State.ACCEPTED] or by_line.filter(state=Sent.SENT).exists():
        _close(broadcast, Status.SENT, batches)
    else:
        failed = by_line.exclude(problem="").values_list("problem", flat=True).first()
        if _close(broadcast, Status.FAILED, batches, **({"problem": failed} if failed else {})):
            call_off(broadcast_id)


def call_off(broadcast_id: int) -> None:
    """No more of this broadcast: what was never tried is cancelled, what may have arrived needs a check.

    What LINE has accepted it sends; that is followed to its end.
    """
    claims.call_off(broadcast_id)
    waiting = PlatformSend.objects.filter(
        broadcast=broadcast_id, state__in=[Sent.WAITING, Sent.PENDING], is_under_way=False
    )
    over = {"due_at": None, "ended_at": timezone.now()}
    waiting.filter(is_uncertain=False).update(state=Sent.CANCELLED, **over)
    waiting.filter(is_uncertain=True).update(state=Sent.NEEDS_CHECK, **over)
    to_all = PlatformSend.objects.filter(broadcast=broadcast_id, method=Broadcast.Method.BROADCAST)
    if to_all.filter(state=Sent.CANCELLED).exists():
        forget_receivers(broadcast_id)
    board.call(BY_LINE)  # lets go of audiences that are not needed now


def forget_receivers(broadcast_id: int) -> None:
    """Nobody gets LINE's broadcast: its batches, which say to whom it would have gone, are cancelled."""
    mine = Batch.objects.filter(broadcast=broadcast_id, method=Broadcast.Method.BROADCAST)
    mine.filter(state=State.PENDING).update(state=State.CANCELLED)


def _close(broadcast: Broadcast, last: str, batches: Counter, **fields: Any) -> bool:
    """False if it is paused or over: then it stays so. A test of which nobody got the sample has failed."""
    now = timezone.now()
    is_closed = broadcast.move(*CLOSABLE, to=last, finished_at=now, **fields)
    if is_closed:
        activity.record(f"broadcast.{last}", broadcast, by=None, batches=dict(batches))
    return is_closed
