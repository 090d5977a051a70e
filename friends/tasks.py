"""When and how often; the work is in profiles and replies."""

from celery import shared_task

from friends import profiles, replies


@shared_task
def fetch_profiles() -> None:
    """Fetch profiles for a few seconds; the work board comes back for the rest."""
    profiles.fetch_due(seconds=4)


@shared_task
def give_replies() -> None:
    """Answer those who wrote or tapped."""
    replies.give_due()
