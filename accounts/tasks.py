"""When and how often; the work is in services."""

from celery import shared_task

from accounts import board, schemas


@shared_task
def tick() -> None:
    """Wake what is due on the work board."""
    board.tick()


@shared_task
def fill_pool() -> None:
    """Make ready-made schemas until the pool is full again."""
    schemas.fill_pool()
