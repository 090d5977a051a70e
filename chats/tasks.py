"""When; the work is in delivery, media, reading and alerts."""

from celery import shared_task

from chats import alerts, delivery, media, reading


@shared_task
def send() -> None:
    """Send what people have answered."""
    delivery.send_due()


@shared_task
def tend_media() -> None:
    """Fetch files of friends, delete what was taken back."""
    media.work_due()


@shared_task
def mark_as_read() -> None:
    """Tell LINE what was read."""
    reading.tell_due()


@shared_task
def alert() -> None:
    """Tell assignees what stays unread."""
    alerts.send_due()
