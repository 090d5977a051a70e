"""Clients that send at once take turns, and what answers people overtakes what can wait."""

from collections import Counter, deque

import pytest
from django.conf import settings
from django.db import connection
from django_tenants.utils import tenant_context
from kombu import Connection, Queue

from accounts.models import Tenant
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from tests.factories import make_channel, make_followers, make_sending

PERSONAL = "Hello {{display_name|you}}"
SLICE = 0.3  # seconds, in which LINE's rate lets 600 pushes leave


@pytest.fixture
def clients(tenant, other_tenant, simulator, channel) -> list[Tenant]:
    with tenant_context(other_tenant):
        make_channel(simulator, other_tenant, "1000000002")
    return [connection.tenant, other_tenant]


def begin(simulator, client: Tenant, *, people: int) -> None:
    with tenant_context(client):
        channel = client.channel
        make_followers(simulator, channel, people)
        make_sending(PERSONAL)


def take_turns(clients: list[Tenant]) -> Counter[str]:
    """As the queue does it: who was interrupted stands at its end. After how many slices each had ended."""
    queue, ended, slices = deque(clients), Counter(), 0
    while queue:
        client = queue.popleft()
        with tenant_context(client):
            delivery.send_due(SLICE, keep=lambda: None, hand_over=lambda: queue.append(client))  # noqa: B023
            slices += 1
            ended[client.slug] = slices
    return ended


def test_a_small_send_does_not_wait_for_a_large_one_of_another_client(clients, simulator):
    begin(simulator, clients[0], people=3_600)
    begin(simulator, clients[1], people=100)

    ended = take_turns(clients)

    assert ended["cosmetics"] < ended["apparel"]


def test_equal_clients_end_within_one_and_a_half_of_their_mean(clients, simulator):
    for client in clients:
        begin(simulator, client, people=1_500)

    ended = take_turns(clients)

    assert max(ended.values()) <= 1.5 * sum(ended.values()) / len(ended)
    for client in clients:
        with tenant_context(client):
            assert Broadcast.objects.get().status == Broadcast.Status.SENT


def test_a_trigger_overtakes_all_that_waits_in_bulk():
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    names = ["order_of_triggers", "order_of_bulk"]
    served: list[str] = []

    def serve(body: str, message) -> None:
        served.append(body)
        message.ack()

    with Connection(settings.REDIS_URL, transport_options=options) as broker:
        producer = broker.Producer()
        for number in range(20):
            producer.publish(f"bulk {number}", routing_key=names[1], declare=[Queue(names[1])])
        producer.publish("trigger", routing_key=names[0], declare=[Queue(names[0])])
        with broker.Consumer([Queue(name) for name in names], callbacks=[serve], prefetch_count=1):
            while len(served) < 21:
                broker.drain_events(timeout=5)

    assert served[0] == "trigger"
    assert len(served) == 21
