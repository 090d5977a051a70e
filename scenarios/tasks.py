"""When scenarios go on; the work is in scenarios/engine/."""

from celery import Task, shared_task

from accounts import board
from scenarios.acts import doing, errands, webhooks
from scenarios.engine import room, running
from scenarios.mails import sending as mails
from scenarios.models import Errand
from scenarios.notices import counting
from scenarios.notices import sending as notices
from scenarios.results import insight
from scenarios.work import KIND

SLICE = 5.0  # seconds a client's scenarios go on, or its webhooks go out, before others have their turn


@shared_task(bind=True)
def lead_on(self: Task) -> None:
    """Let in who is to enter, lead on whose moment has come, send; then come back for the rest.

    Twice at once is harmless: people and sends are claimed, and keep their LINE retry keys.
    """
    seen = board.begin(KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    if not running.lead_on(SLICE, keep=lambda: board.renew(KIND), hand_over=lead_on.delay):
        board.settle(KIND, running.next_moment(), seen=seen)


@shared_task
def try_again() -> None:
    """Let those try again for whom there was no room, once a budget lets more through. Twice is harmless."""
    room.release()


@shared_task
def send_mails() -> None:
    """Hand the mails that are due to the mail server. Twice at once is harmless: each is claimed."""
    mails.send_due()


@shared_task
def send_notices() -> None:
    """Ask LINE for notification messages that are due. Twice at once is harmless: each is claimed."""
    notices.do_due()


@shared_task
def count_notices() -> None:
    """Read how many notification messages LINE counts, day by day."""
    counting.read()


@shared_task
def do_errands() -> None:
    """Give rich menus, and tell the team, for a few seconds. Twice at once is harmless: each is claimed."""
    doing.do_due()


@shared_task
def copy_insight() -> None:
    """Copy LINE's statistics of what steps sent, one at a time. Twice at once only asks LINE twice."""
    insight.copy()


@shared_task(bind=True)
def tell_programs(self: Task) -> None:
    """Send webhooks that are due in this client for a few seconds, then come back for the rest.

    Running twice at once is harmless: each is claimed.
    """
    seen = board.begin(errands.WEBHOOKS, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    if webhooks.send_due(SLICE):
        tell_programs.delay()
    else:
        board.settle(errands.WEBHOOKS, errands.next_moment(Errand.Kind.WEBHOOK), seen=seen)
