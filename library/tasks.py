"""When and how often; the work is in the modules named."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts import board
from library import coupons

A_READING_TAKES = timedelta(minutes=2)  # at most; nobody else begins one meanwhile


@shared_task
def refresh_coupons() -> None:
    """Read this tenant's coupons from LINE, and again tomorrow."""
    seen = board.version(coupons.KIND)
    board.settle(coupons.KIND, timezone.now() + A_READING_TAKES, seen=seen)
    board.settle(coupons.KIND, coupons.refresh(), seen=seen)
