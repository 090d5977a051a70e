from collections.abc import Iterator

import pytest
import time_machine

from tests.acquisition.factories import NOW


@pytest.fixture
def noon() -> Iterator[None]:
    """It is noon of the 20th of November 2026 in Japan."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _at_noon(noon) -> None:
    """In all tests of this directory."""
