"""When; the work is in warning and gifts."""

from celery import shared_task

from coupons import warning


@shared_task
def warn() -> None:
    """Tell whoever looks after a coupon that few are left."""
    warning.tell_due()
