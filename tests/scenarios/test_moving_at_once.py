"""Commands on all who are inside, while some of them leave: nobody is told of a mishap."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Tenant
from scenarios import services
from scenarios.engine import leaving
from scenarios.models import Entry, Scenario
from tests.factories import make_friend
from tests.scenarios.engines import make_entry, make_scenario, rewrite

WAIT = {"type": "wait", "minutes": 60}
WAITING_FOR_A_LOCK = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s"


@pytest.fixture
def scenario(own_tenant) -> Scenario:
    made = make_scenario(WAIT)
    for place in range(2):
        make_entry(made, make_friend(f"p{place}"), state=Entry.State.SENDING, due_at=None)
    return made


def _publish(scenario: Scenario) -> None:
    rewrite(scenario, WAIT | {"minutes": 30}, moves=True)


def _pause(scenario: Scenario) -> None:
    services.pause(scenario, by=None)


def _archive(scenario: Scenario) -> None:
    services.archive(scenario, by=None)


@pytest.mark.parametrize("command", [_publish, _pause, _archive])
def test_a_command_comes_to_its_end_though_people_leave_in_another_order(own_tenant, scenario, command):
    first, second = Entry.objects.order_by("pk").values_list("pk", flat=True)
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            _look_for_deadlocks_after("SET LOCAL", seconds=60)
            _out(second)
            commanded = elsewhere.submit(_apart, own_tenant, command, scenario)
            _until_it_waits(commanded)
            out = _out(first)  # whoever looks for deadlocks first is ended by PostgreSQL
        commanded.result(timeout=30)

    scenario.refresh_from_db()
    assert out == 1
    assert set(Entry.objects.values_list("reason", flat=True)) == {"removed"}
    assert (scenario.status, scenario.version.number) in {("running", 2), ("paused", 1), ("archived", 1)}


def _out(entry: int) -> int:
    return leaving.leave(Entry.objects.filter(pk=entry), Entry.Reason.REMOVED)


def _look_for_deadlocks_after(how: str, *, seconds: int) -> None:
    """An owner's right. So it is certain who of two looks first, however slow the machine is."""
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute(f"{how} deadlock_timeout = '{seconds}s'")


_pids: list[int] = []


def _apart(tenant: Tenant, command: Callable, scenario: Scenario) -> None:
    try:
        _look_for_deadlocks_after("SET", seconds=3)
        with tenant_context(tenant):
            connection.ensure_connection()
            _pids.append(connection.connection.info.backend_pid)
            command(scenario)
    finally:
        connection.close()


def _until_it_waits(commanded: Future) -> None:
    with connection.cursor() as cursor:
        while not commanded.done():
            cursor.execute(WAITING_FOR_A_LOCK, [_pids[-1] if _pids else 0])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
