"""From the inbox to the handlers."""

import pytest
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due, Tenant
from channels import event_log, handlers, processing, tasks
from channels.handlers import Received
from channels.models import InboxBody, WebhookEvent
from friends.models import Tag
from tests.channels.conftest import (
    deliver,
    give_channel,
    in_another_connection,
    make_body,
    make_event,
    put_in_inbox,
)

TOM = "U" + "1" * 32


@pytest.fixture
def inbox(tenant) -> Tenant:
    """The first client, with a channel."""
    give_channel(tenant)
    return tenant


def states() -> dict[str, str]:
    """What became of the events, by type."""
    return dict(WebhookEvent.objects.filter(tenant_id=connection.tenant.pk).values_list("type", "state"))


def faults() -> list[str]:
    """Why bodies are in quarantine."""
    quarantined = InboxBody.objects.filter(tenant_id=connection.tenant.pk, state="quarantined")
    return list(quarantined.order_by("id").values_list("error", flat=True))


def test_what_line_delivers_reaches_the_handler(own_tenant, serve, seen):
    give_channel(own_tenant)
    event = make_event(
        at=1_790_000_000.123,
        source={"type": "user", "userId": TOM},
        replyToken="token",
        message={"type": "text", "id": "1", "text": "こんにちは"},
    )
    serve(lambda app: deliver(app, own_tenant, make_body(event)))

    processing.process(seconds=5)

    [received] = seen
    assert (received.id, received.type) == (event["webhookEventId"], "message")
    assert received.at.timestamp() == 1_790_000_000.123
    assert (received.line_user_id, received.is_direct, received.reply_token) == (TOM, True, "token")
    assert received.payload["message"]["text"] == "こんにちは"


def test_the_board_is_clear_once_the_inbox_is_empty(own_tenant, serve, seen):
    give_channel(own_tenant)
    serve(lambda app: deliver(app, own_tenant, make_body(make_event())))
    assert Due.objects.filter(tenant=own_tenant.pk, kind="inbox").exists()

    more = processing.process(seconds=5)

    assert not more
    assert Due.objects.get(tenant=own_tenant.pk, kind="inbox").due_at is None


def test_the_task_brings_its_own_client(own_tenant, seen):
    give_channel(own_tenant)
    put_in_inbox(make_body(make_event()))

    with schema_context("public"):
        tasks.process_inbox.apply(headers={"musubi_schema": own_tenant.schema_name})

    assert len(seen) == 1


def test_an_event_delivered_again_is_handled_once(inbox, seen):
    event = make_event()
    put_in_inbox(make_body(event), make_body(event))
    processing.process(seconds=5)
    put_in_inbox(make_body(event | {"deliveryContext": {"isRedelivery": True}}))

    processing.process(seconds=5)

    assert [received.id for received in seen] == [event["webhookEventId"]]


def test_events_are_handled_in_the_order_they_happened(inbox, seen):
    happened = [1_790_000_000 + second for second in (5, 1, 4, 2, 3)]
    first, *others = [make_event(at=at) for at in happened]
    put_in_inbox(make_body(first), make_body(*others))

    processing.process(seconds=5)

    assert [received.at.timestamp() for received in seen] == sorted(happened)


def test_a_type_nobody_handles_is_kept_and_ignored(inbox, seen):
    put_in_inbox(make_body(make_event("earthquake"), make_event("message")))

    processing.process(seconds=5)

    assert states() == {"earthquake": "ignored", "message": "done"}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"hello", "not JSON"),
        (b'{"destination": "U1", "events": [', "not JSON"),
        (b"[]", "no destination"),
        (b'{"destination": "U1", "events": null}', "no list of events"),
        (make_body("follow"), "an event that is no object"),
        (make_body(make_event(webhookEventId=None)), "without a proper webhookEventId"),
        (make_body(make_event(type="x" * 31)), "without a proper type"),
        (make_body(make_event(timestamp="now")), "without a timestamp"),
        (make_body(make_event(timestamp=10**18)), "no date"),
        (make_body(make_event(source="Tom")), "is no object"),
        (make_body(make_event(), destination="U" + "c" * 32), "for another account"),
    ],
)
def test_a_body_that_is_not_lines_is_quarantined_and_the_others_go_on(inbox, seen, body, fault):
    put_in_inbox(body, make_body(make_event()))

    processing.process(seconds=5)

    [reason] = faults()
    assert fault in reason
    assert len(seen) == 1


def test_line_testing_the_webhook_sends_no_events_and_that_is_fine(inbox):
    put_in_inbox(make_body())

    processing.process(seconds=5)

    assert InboxBody.objects.get(tenant_id=inbox.pk).state == "done"


def test_a_character_that_the_database_cannot_keep_is_replaced(inbox, seen):
    put_in_inbox(make_body(make_event(message={"text": "a\x00b", "id": "\\u0000"})))

    processing.process(seconds=5)

    assert seen[0].payload["message"] == {"text": "a\ufffdb", "id": "\\u0000"}
    assert states() == {"message": "done"}


def test_an_event_whose_handler_fails_is_kept_apart_and_the_others_go_on(inbox, no_handlers):
    @handlers.register("message")
    def keep(events: list[Received]) -> None:
        for event in events:
            Tag.objects.create(name=event.payload["name"])

    good = [make_event(name=name) for name in "abcdefg"]
    put_in_inbox(make_body(*good[:3], make_event(name="x" * 10_000), *good[3:]))

    processing.process(seconds=5)

    assert "".join(Tag.objects.order_by("name").values_list("name", flat=True)) == "abcdefg"
    [failed] = WebhookEvent.objects.filter(tenant_id=inbox.pk, state="failed")
    assert failed.error.startswith("DataError: value too long")


def test_a_failed_event_is_handled_when_it_is_replayed(inbox, no_handlers):
    notes = {}
    handlers.register("message")(lambda events: [notes["opened"].append(event.id) for event in events])
    put_in_inbox(make_body(event := make_event()))
    processing.process(seconds=5)
    assert states() == {"message": "failed"}

    notes["opened"] = []
    with schema_context("public"):
        outcome = event_log.replay(WebhookEvent.objects.filter(tenant_id=inbox.pk))

    assert outcome == (1, 0)
    assert notes["opened"] == [event["webhookEventId"]]
    assert states() == {"message": "done"}


def test_a_replay_leaves_alone_what_was_handled_before(inbox, seen):
    put_in_inbox(make_body(make_event()))
    processing.process(seconds=5)

    assert event_log.replay(WebhookEvent.objects.filter(tenant_id=inbox.pk)) == (0, 0)
    assert len(seen) == 1


def test_an_event_that_fails_again_stays_failed(inbox, no_handlers):
    handlers.register("message")(lambda events: {}["missing"])
    put_in_inbox(make_body(make_event()))
    processing.process(seconds=5)

    assert event_log.replay(WebhookEvent.objects.filter(tenant_id=inbox.pk)) == (0, 1)
    assert states() == {"message": "failed"}


def test_quarantined_bodies_can_be_processed_again(inbox, seen):
    put_in_inbox(make_body(make_event(), destination="U" + "c" * 32))
    processing.process(seconds=5)
    inbox.channel.bot_user_id = "U" + "c" * 32
    inbox.channel.save()

    with schema_context("public"):
        assert processing.process_again(InboxBody.objects.filter(tenant_id=inbox.pk)) == 1
    processing.process(seconds=5)

    assert faults() == []
    assert len(seen) == 1


def test_one_clients_events_are_not_anothers(inbox, other_tenant, seen):
    with tenant_context(other_tenant):
        give_channel(other_tenant)
        put_in_inbox(make_body(make_event()))

    processing.process(seconds=5)

    assert seen == []


def test_while_one_worker_is_at_the_inbox_another_leaves_it_and_is_called_back(own_tenant, seen):
    give_channel(own_tenant)
    put_in_inbox(make_body(make_event()))
    answers = []

    @handlers.register("message")
    def meanwhile(_events: list[Received]) -> None:
        answers.append(in_another_connection(own_tenant, lambda: processing.process(seconds=5)))

    processing.process(seconds=5)

    assert answers == [False]
    assert len(seen) == 1
