"""Workers that are killed at any statement, and several at once: nobody gets a step twice, and all get it."""

import os
import signal
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Sum
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from billing.models import LedgerEntry
from channels.models import Channel
from friends.models import Friend
from scenarios.engine import running
from scenarios.models import Entry, Scenario
from tests.factories import make_channel, make_followers, make_tag
from tests.scenarios.engines import TEXT, make_entry, make_scenario, passages, skip_waiting

SEND = {"type": "send", "messages": [TEXT]}
DEATHS = range(1, 90, 4)  # statements after which a worker dies; a turn has about eighty


@pytest.fixture
def channel(own_tenant, simulator, settings) -> Channel:
    """Of a client whose data is really committed."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    return make_channel(simulator, own_tenant, f"60{own_tenant.pk:08}")


def killed(work: Callable[[], object], *, after: int) -> bool:
    """Do it in a process of its own that dies after so many statements; whether it died so."""
    connection.close()
    child = os.fork()
    if not child:
        left = iter(range(after))

        def execute(run, *given):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*given)

        with connection.execute_wrapper(execute):
            work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def in_threads(tenant: Tenant, work: Callable[[], object], count: int) -> None:
    """So many workers at once, each with a connection of its own."""

    def run() -> None:
        with tenant_context(tenant):
            work()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def everybody(scenario: Scenario, friends: list[Friend], round_: int) -> list[Entry]:
    return [make_entry(scenario, friend, key=f"{round_}:{friend.pk}") for friend in friends]


def test_a_worker_killed_at_any_statement_loses_and_doubles_nobody(own_tenant, simulator, channel):
    tag = make_tag("Reminded")
    scenario = make_scenario(SEND, {"type": "tag", "add": [tag.pk]}, SEND | {"id": "again"})
    friends = make_followers(simulator, channel, 3)
    deaths = []

    for round_, after in enumerate(DEATHS, start=1):
        entries = everybody(scenario, friends, round_)
        deaths.append(killed(lambda: running.lead_on(5), after=after))
        skip_waiting()
        running.lead_on(10)

        expected = [("s1", "next", "sent"), ("s2", "next", ""), ("again", "next", "sent")]
        assert [passages(entry) for entry in entries] == [expected] * 3
        assert simulator.delivery_histogram(channel.channel_id) == {str(2 * round_): 3}

    booked = LedgerEntry.objects.filter(tenant=own_tenant.pk).aggregate(sum=Sum("messages"))["sum"]
    assert sum(deaths) > len(DEATHS) / 2
    assert booked == 2 * 3 * len(DEATHS)


def test_several_workers_at_once_share_the_people(own_tenant, simulator, channel):
    scenario = make_scenario(SEND, SEND | {"id": "again"})
    entries = everybody(scenario, make_followers(simulator, channel, 250), 1)

    in_threads(own_tenant, lambda: running.lead_on(20), 3)

    assert Entry.objects.filter(state="ended").count() == len(entries)
    assert simulator.delivery_histogram(channel.channel_id) == {"2": len(entries)}
    booked = LedgerEntry.objects.filter(tenant=own_tenant.pk).aggregate(sum=Sum("messages"))["sum"]
    assert booked == 2 * len(entries)
