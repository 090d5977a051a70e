from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Tenant
from channels import handlers, processing
from line import signatures
from relays import delivering, services
from relays.models import Delivery, Target
from tests.channels.conftest import SECRET, give_channel
from tests.relays.tools import Tool, tool


@pytest.fixture(autouse=True)
def handlers_that_do_nothing(monkeypatch) -> None:
    monkeypatch.setattr(handlers, "_handlers", [(frozenset({"message", "follow"}), lambda _events: None)])


@pytest.fixture
def client_with_channel(tenant, settings) -> Tenant:
    """The first client; relays may lead to this machine."""
    settings.RELAY_ALLOW_PRIVATE = True
    give_channel(tenant)
    return tenant


@pytest.fixture
def start_tool() -> Iterator[Callable[..., Tool]]:
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(tool(**given))


@pytest.fixture
def wait(time_machine) -> Callable[[timedelta], None]:
    """Let time pass."""
    time_machine.move_to(timezone.now())
    return time_machine.shift


@pytest.fixture
def shop(start_tool, client_with_channel) -> Tool:
    """A tool that gets everything by a relay."""
    running = start_tool()
    relay_to(running)
    return running


def relay_to(running: Tool, *types: str, name: str = "Shop") -> Target:
    return services.create_target(name=name, url=running.url, event_types=types, untested=True, by=None)


def receive(*bodies: bytes) -> None:
    """As if LINE had delivered these to the present client's webhook, and they were processed."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO public.channels_inboxbody (tenant_id, body, signature) VALUES (%s, %s, %s)",
            [(connection.tenant.pk, body, signatures.sign(SECRET, body)) for body in bodies],
        )
    processing.process(seconds=5)


def relay() -> None:
    """Do what the task does until nothing is due."""
    delivering.send_due(30, keep=lambda: None, hand_over=lambda: None)


def deliveries(target: Target | None = None) -> list[Delivery]:
    found = Delivery.objects.filter(tenant_id=connection.tenant.pk).order_by("id")
    return list(found.filter(target=target) if target else found)


def states() -> list[str]:
    return [delivery.state for delivery in deliveries()]
