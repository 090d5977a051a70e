from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.relays.tools import Tool, tool


@pytest.fixture
def start_tool(settings) -> Iterator[Callable[..., Tool]]:
    """Receivers on this machine; destinations may lead there."""
    settings.RELAY_ALLOW_PRIVATE = True
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(tool(**given))


@pytest.fixture
def receiver(tenant, start_tool) -> Tool:
    return start_tool()
