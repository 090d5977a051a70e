"""When; the work is in the modules that these name."""

from celery import shared_task

from accounts import board, current
from billing import tables
from billing.budgeting import warning


@shared_task
def price_months_again() -> None:
    """Adjust what this tenant has booked to the prices that hold now."""
    seen = board.version(tables.REPRICING)
    tables.price_months_again(current.tenant().pk)
    board.settle(tables.REPRICING, None, seen=seen)


@shared_task
def warn_of_budgets() -> None:
    """Note and mail what budgets have come to. Twice at once notes and mails once."""
    warning.look()
