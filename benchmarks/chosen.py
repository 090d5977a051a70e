"""How long it takes to find the audience of a send to everyone, with and without people to leave out."""

import time
from statistics import median

from django.db import connection, transaction
from django_tenants.utils import tenant_context
from pyroaring import BitMap

from benchmarks.clients import Client, make_client
from benchmarks.rounds import MILLION, TEXT, row
from broadcasts.choosing import planning
from broadcasts.models import Broadcast, SendingRules
from broadcasts.sending import delivery
from friends.models import Friend
from line.simulator.control import Simulator

HAD_ONE = 300_000
STOPPED = 10_000
TIMES = 5


def rows(simulator: Simulator) -> list[dict]:
    """Seconds from the asking to the plan of what leaves; floor: the ids of all friends by one bare query."""
    client = make_client(1, simulator, friends=MILLION, tagged=[HAD_ONE])
    with tenant_context(client.tenant):
        floor = median(_everyone() for _ in range(TIMES))
        plain = [_asked(client, {}) for _ in range(TIMES)]
        _leave_some_out(client)
        wishes = {"holdout_percent": 10, "most_count": MILLION // 2}
        left = [_asked(client, wishes) for _ in range(TIMES)]
    told = f"{HAD_ONE:,} at the cap, {STOPPED:,} want none, 10 % held out, {MILLION // 2:,} drawn by lot"
    return [
        row("freezing 1,000,000 friends", median(plain), floor, "s", f"everyone; {_first(plain)}"),
        row("freezing 1,000,000 friends, some left out", median(left), floor, "s", f"{told}; {_first(left)}"),
    ]


def _first(spent: list[float]) -> str:
    return f"medians of {TIMES}, the first {spent[0]:.3f} s"


def _asked(client: Client, wishes: dict) -> float:
    """Seconds, as preparing asks: in its transaction, every leaf anew."""
    broadcast = client.draft(TEXT)
    for name, value in wishes.items():
        setattr(broadcast, name, value)
    began = time.perf_counter()
    with transaction.atomic():
        found = planning.planned(broadcast, exact=True)
        found.plan.friends.serialize()
    spent = time.perf_counter() - began
    assert found.plan.most == (wishes.get("most_count") or MILLION)
    return spent


def _everyone() -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM friends_friend WHERE status = 'friend'")
        BitMap([pk for (pk,) in cursor.fetchall()]).serialize()
    return time.perf_counter() - began


def _leave_some_out(client: Client) -> None:
    """A cap that many have reached by a send that really left, and some who want none."""
    broadcast = client.send_now(client.draft(TEXT, to_first=HAD_ONE))
    delivery.start_due()
    delivery.send_due(60, keep=lambda: None, hand_over=lambda: None)
    assert Broadcast.objects.get(pk=broadcast.pk).status == Broadcast.Status.SENT
    SendingRules.objects.update_or_create(defaults={"cap_count": 1, "cap_days": 7})
    last = Friend.objects.order_by("-pk").values("pk")[:STOPPED]
    Friend.objects.filter(pk__in=last).update(stopped_at=broadcast.created_at)
