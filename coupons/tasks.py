"""When; the work is in warning, gifts and orders."""

from celery import shared_task

from coupons import gifts, orders, warning


@shared_task
def warn() -> None:
    """Tell whoever looks after a coupon that few are left."""
    warning.tell_due()


@shared_task
def give() -> None:
    """Give coupons to segments."""
    gifts.give_due()


@shared_task
def match_orders() -> None:
    """Find the uses in orders that shops have told of."""
    orders.match_due()
