"""Two at once, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django_tenants.utils import tenant_context

from chats import delivery, sending, services
from chats.models import Conversation, Message, Sending
from tests.factories import make_channel, make_conversation, make_followers


def at_once(tenant, *acts):
    """Each act in a thread of its own, inside the client."""

    def run(act):
        try:
            with tenant_context(tenant):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_double_click_sends_once(own_tenant, simulator, settings):
    settings.LINE_API_BASE = simulator.base_url
    channel = make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}")
    [aoi] = make_followers(simulator, channel, ["Aoi"])

    def click():
        message = {"type": "text", "text": "Yes"}
        return sending.send(aoi, [message], client_token="form", may_push=True, by=None).pk

    first, second = at_once(own_tenant, click, click)
    at_once(own_tenant, delivery.send_due, delivery.send_due, delivery.send_due)

    assert first == second
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert Sending.objects.get().state == "sent"


def test_whoever_has_seen_a_version_has_missed_nothing(own_tenant):
    talk = make_conversation()

    at_once(own_tenant, *[lambda: services.add_note(talk, "Hi", by=None)] * 8)

    versions = list(Message.objects.filter(sender="note").values_list("version", flat=True))
    assert sorted(versions) == list(range(2, 10))
    assert Conversation.objects.get().version == 9
