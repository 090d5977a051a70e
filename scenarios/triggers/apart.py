"""What goes wrong in one scenario, as what asks for something that is gone, must not stop the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction

logger = logging.getLogger(__name__)


@contextmanager
def apart(scenario_id: int) -> Iterator[None]:
    """What is done for one scenario: if it fails, all of it is undone, logged, and passed over."""
    try:
        with transaction.atomic():
            yield
    except OperationalError:  # the database is away, or two waited for each other: all is done again
        raise
    except Exception:
        logger.exception("scenarios.broken", extra={"scenario": scenario_id})
