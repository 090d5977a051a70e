"""So many processes that do the same to a client's tables at once, each with a connection of its own."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

import django

Act = Callable[[Sequence[Any]], None]


def rate(act: Act, things: Sequence[Any], *, processes: int, slug: str) -> float:
    """Things done in a second: each process has a share of them. `act` is a function of a module."""
    spawning = multiprocessing.get_context("spawn")
    ready = spawning.Barrier(processes + 1)
    shares = [things[start::processes] for start in range(processes)]
    with spawning.Pool(processes, _enter, [ready, slug]) as pool:
        ready.wait(120)
        began = time.perf_counter()
        pool.map(act, shares, chunksize=1)
        return len(things) / (time.perf_counter() - began)


def _enter(ready: Barrier, slug: str) -> None:
    """A process is begun once Django and its connection stand, so that this is not measured."""
    django.setup()
    from django.db import connection

    from accounts.models import Tenant

    connection.set_tenant(Tenant.objects.get(slug=slug))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    ready.wait(120)
