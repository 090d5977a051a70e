"""Commands on all who are inside, while others lead some of them on or let them go."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

TRIES = 5
T = TypeVar("T")


def despite_deadlocks(work: Callable[[], T]) -> T:
    """What `work` gives, in the caller's transaction; done again if it and others wait for each other.

    Who leaves is locked in the order in which it is known that they must. PostgreSQL ends one of two that
    wait for each other; what was locked since the savepoint is let go, and so the other comes to its end.
    """
    for _each in range(TRIES - 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    with transaction.atomic():
        return work()
