"""What quiet hours do to sends: those under way pause between requests, and go on by themselves at the end.

A person's own pause has no `paused_until`, and stays.
"""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import board
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import delivery
from broadcasts.sending.finishing import BY_LINE
from broadcasts.timing import quiet

Status = Broadcast.Status
WAITING = [PlatformSend.State.WAITING, PlatformSend.State.PENDING]


def keep_quiet() -> None:
    """Pause until the end of the quiet hours what must not go on now; let go on what they had paused.

    Called before every turn of the sender, and before LINE is asked to send. Running twice at once is
    harmless.
    """
    now = timezone.now()
    held = Broadcast.objects.filter(status=Status.PAUSED, paused_until__isnull=False)
    end = quiet.until(now)
    if end is None:
        _let_go(held)
    else:
        held.exclude(paused_until=end).update(paused_until=end)  # the rules have changed meanwhile
        _hold(now, end)


def next_moment() -> datetime | None:
    """When something that quiet hours have paused goes on; None if nothing is."""
    return Broadcast.objects.filter(status=Status.PAUSED).aggregate(at=Min("paused_until"))["at"]


def _let_go(held: QuerySet[Broadcast]) -> None:
    begun = held.filter(started_at__isnull=False).update(status=Status.SENDING, paused_until=None)
    held.filter(started_at=None).update(status=Status.PREPARING, paused_until=None)
    if begun:
        board.call(BY_LINE)


def _hold(now: datetime, end: datetime) -> None:
    """Those of which all has left only wait for answers, and are left to end."""
    pending = Batch.objects.filter(broadcast=OuterRef("pk"), state=Batch.State.PENDING)
    by_line = PlatformSend.objects.filter(broadcast=OuterRef("pk"), state__in=WAITING)
    is_due = Q(status=Status.SCHEDULED, send_at__lte=now) | Q(status=Status.PREPARING)
    is_going = Q(status=Status.SENDING) & (Exists(pending) | Exists(by_line))
    loud = Broadcast.objects.filter(is_due | is_going, ignores_quiet_hours=False)
    if loud.update(status=Status.PAUSED, paused_until=end):
        board.call(delivery.KIND, end)
