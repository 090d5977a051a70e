"""When and how often; the work is in the modules named."""

import time

from celery import Task, shared_task

from accounts import board
from friends import imports, insight, listing, profiles, replies

SLICE = 15.0  # seconds an import of one client takes before others have their turn


@shared_task
def fetch_profiles() -> None:
    """Fetch profiles for a few seconds; the work board comes back for the rest."""
    profiles.fetch_due(seconds=4)


@shared_task
def give_replies() -> None:
    """Answer those who wrote or tapped."""
    replies.give_due()


@shared_task
def list_followers() -> None:
    """Read LINE's list of followers for a few seconds; the work board comes back for the rest."""
    listing.work(seconds=4)


@shared_task
def fetch_insight() -> None:
    """Fetch LINE's counts and estimates of the day; the work board comes back tomorrow."""
    insight.fetch()


@shared_task(bind=True)
def import_friends(self: Task) -> None:
    """Check and write files of friends for a while, then come back for the rest.

    Running twice at once is harmless: each portion is of one worker.
    """
    seen = board.begin(imports.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(imports.KIND)
        return time.monotonic() < end

    board.settle(imports.KIND, imports.work(go_on), seen=seen)
