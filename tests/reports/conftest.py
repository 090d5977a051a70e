from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.costs.factories import subscribe
from tests.reports.factories import make_october


@pytest.fixture
def first_of_november(tenant) -> Iterator[None]:
    """October is over and counted; it is noon in Tokyo."""
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True):
        subscribe("standard", since=date(2026, 7, 1))
        make_october()
        yield
