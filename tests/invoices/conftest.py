from collections.abc import Iterator

import pytest
import time_machine
from django_tenants.utils import schema_context

from accounts.models import Tenant


@pytest.fixture(autouse=True)
def _late_in_november() -> Iterator[None]:
    """October is over, November is not."""
    with time_machine.travel("2026-11-22T03:00:00Z", tick=True):
        yield


@pytest.fixture
def public(tenant) -> Iterator[Tenant]:
    """The client, looked at from outside, as the console does."""
    with schema_context("public"):
        yield tenant
