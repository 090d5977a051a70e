"""When delivery runs; the work is in delivery.py."""

from celery import Task, shared_task

from accounts import board
from broadcasts import watching
from broadcasts.approving import mails
from broadcasts.choosing import deciding
from broadcasts.results import insight, outcome
from broadcasts.sending import delivery, platform_sends, stopping
from broadcasts.testing import sending as test_sending
from broadcasts.timing import ahead, pausing

SLICE = 5.0  # seconds a tenant sends before others have their turn


@shared_task(bind=True)
def pump(self: Task) -> None:
    """Begin and send what is due in this tenant for a few seconds, then come back for the rest.

    Running twice at once is harmless: batches are claimed, and keep their LINE retry keys.
    """
    seen = board.begin(delivery.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    ahead.call_off_late()
    ahead.take_back_outdated()
    pausing.keep_quiet()
    delivery.start_due()
    if not delivery.send_due(SLICE, keep=lambda: board.renew(delivery.KIND), hand_over=pump.delay):
        moments = [moment for moment in (delivery.next_moment(), pausing.next_moment()) if moment]
        board.settle(delivery.KIND, min(moments, default=None), seen=seen)


@shared_task
def follow_platform_sends() -> None:
    """Send and follow what LINE sends to people it finds itself. Running twice at once is harmless."""
    pausing.keep_quiet()
    platform_sends.advance()


@shared_task
def let_stopped_sends_go() -> None:
    """Begin what budgets have stopped and now let through. Twice at once begins each once."""
    stopping.let_go()


@shared_task
def decide_split_tests() -> None:
    """Let the rest of A/B tests go whose time has come. Two at once decide each test once."""
    deciding.decide_due()


@shared_task
def tell_of_segments() -> None:
    """Mail authors whose broadcasts wait for a segment that has changed. Each change is mailed once."""
    watching.tell()


@shared_task
def copy_insight() -> None:
    """Copy LINE's statistics of what was sent, a few at a time. Twice at once only asks LINE twice."""
    insight.copy()


@shared_task
def mail_of_approvals() -> None:
    """Mail whose turn it is, whose answer is late, and what was said. Each mail leaves once."""
    mails.send_due()


@shared_task
def send_tests() -> None:
    """Send what was asked for as a test. Twice at once is harmless: sends are claimed and keep their keys."""
    test_sending.send_due()


@shared_task
def count_outcomes() -> None:
    """Count what people did after the broadcasts of the last days. Twice at once counts the same."""
    outcome.count_due()


@shared_task
def advance_series() -> None:
    """Schedule the dates of recurring sends ahead. Running twice at once makes nothing twice."""
    ahead.advance()
