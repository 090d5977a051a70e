from celery import shared_task

from customers import merging


@shared_task
def settle_merges() -> None:
    """Once some time after a merge. Running twice at once is harmless."""
    merging.settle()
