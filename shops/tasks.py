from celery import shared_task
from django.utils import timezone

from accounts import board
from shops import orders


@shared_task
def join_waiting() -> None:
    """Give orders to customers who have come into the books; look again while some wait.

    Running twice at once is harmless: an order that has its customer waits no more.
    """
    seen = board.version(orders.WAITING)
    is_more = orders.join_waiting()
    board.settle(orders.WAITING, timezone.now() + orders.LOOKED_AGAIN if is_more else None, seen=seen)
