"""What cannot be read of one scenario any more, or asks for what is gone, must not stop the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.errors import AppError

logger = logging.getLogger(__name__)


@contextmanager
def apart(scenario_id: int) -> Iterator[None]:
    """What is done for one scenario: if it is refused, all of it is undone, logged, and passed over."""
    try:
        with transaction.atomic():
            yield
    except AppError:
        logger.exception("scenarios.broken", extra={"scenario": scenario_id})
