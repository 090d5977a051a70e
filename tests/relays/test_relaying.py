"""What LINE delivers goes on to the client's other tools."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due
from channels import processing
from channels.models import InboxBody
from line import signatures
from relays import delivering, outcomes, services, tasks
from relays.delivering import Claimed
from relays.models import Delivery, Target
from relays.outside import Answer
from tests.channels.conftest import BOT, SECRET, give_channel, make_body, make_event
from tests.relays.conftest import deliveries, receive, relay, relay_to, states
from tests.relays.factories import make_relay

DAY = timedelta(days=1)


def test_a_body_arrives_byte_for_byte_with_lines_signature(shop):
    body = b' {"destination": "' + b"U" + b"b" * 32 + '",\n "events": [] , "new": "é\u3042"}  '.encode()

    receive(body)
    relay()

    [(headers, got)] = shop.got
    assert got == body
    assert headers["x-line-signature"] == signatures.sign(SECRET, body)
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["user-agent"].startswith("Musubi/1")
    assert states() == ["done"]


def test_every_target_gets_it_in_the_order_in_which_it_came(shop, start_tool):
    second = start_tool()
    relay_to(second, name="Second")
    bodies = [make_body(make_event(number=number)) for number in range(5)]

    for body in bodies:
        receive(body)
        relay()

    assert shop.bodies == bodies
    assert second.bodies == bodies


def test_a_filter_leaves_events_as_they_are_and_signs_what_is_left(client_with_channel, start_tool):
    tool = start_tool()
    relay_to(tool, "follow")
    text = make_event("message")
    written = '{ "type" : "follow", "big": 12345678901234567890123, "webhookEventId": "A",'
    written += ' "timestamp": 1790000000000, "source": {"type": "user", "userId": "' + "U" + "1" * 32 + '"} }'
    body = f'{{"events": [{orjson.dumps(text).decode()}, {written}], "destination": "{BOT}"}}'

    receive(body.encode(), make_body(text | {"webhookEventId": "B"}))
    relay()

    [(headers, got)] = tool.got
    assert got.decode() == f'{{"destination":"{BOT}","events":[{written}]}}'
    assert headers["x-line-signature"] == signatures.sign(SECRET, got)


def test_a_body_whose_events_all_pass_the_filter_keeps_its_signature(client_with_channel, start_tool):
    tool = start_tool()
    relay_to(tool, "message", "follow")
    body = b"  " + make_body(make_event("message"), make_event("follow"))

    receive(body)
    relay()

    assert tool.bodies == [body]
    assert tool.got[0][0]["x-line-signature"] == signatures.sign(SECRET, body)


def test_what_we_cannot_read_goes_to_targets_without_a_filter(shop, start_tool):
    filtered = start_tool()
    relay_to(filtered, "message", name="Filtered")

    receive(b"not JSON")
    relay()

    assert InboxBody.objects.latest("id").state == "quarantined"
    assert shop.bodies == [b"not JSON"]
    assert filtered.bodies == []


def test_a_body_put_back_from_quarantine_is_not_relayed_again(shop):
    receive(b"not JSON")
    relay()

    with schema_context("public"):
        processing.process_again(InboxBody.objects.all())
    processing.process(seconds=5)
    relay()

    assert shop.bodies == [b"not JSON"]


def test_what_failed_is_tried_again_on_a_schedule_over_a_day(shop, time_machine):
    shop.status = 500
    receive(make_body())
    tried = []
    start = timezone.now()

    while (moment := delivering.next_moment()) and len(tried) < 20:
        time_machine.move_to(moment)
        before = len(shop.got)
        relay()
        tried += [timezone.now() - start] * (len(shop.got) - before)

    minutes = [round(moment.total_seconds() / 60) for moment in tried]
    assert minutes == [0, 0, 5, 35, 155, 455, 1055, 1655]
    [delivery] = deliveries()
    assert (delivery.state, delivery.status, delivery.attempt_count) == ("failed", 500, 8)
    assert [each["status"] for each in delivery.tries] == [500] * 8


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500, 503])
def test_only_2xx_is_success_and_redirects_are_not_followed(shop, start_tool, status):
    elsewhere = start_tool()
    shop.status, shop.location = status, elsewhere.url

    receive(make_body())
    relay()

    assert states() == ["new"]
    assert deliveries()[0].status == status
    assert elsewhere.got == []


def test_no_answer_in_time_is_a_failure(shop, monkeypatch):
    monkeypatch.setattr("relays.outside.SECONDS", 0.1)
    monkeypatch.setattr("relays.outside._sessions", {})
    shop.delay = 0.4

    receive(make_body())
    relay()

    [delivery] = deliveries()
    assert delivery.state == "new"
    assert delivery.status is None
    assert delivery.error.startswith("no answer")


def test_a_dead_and_a_slow_target_delay_nobody(shop, start_tool):
    slow, dead = start_tool(delay=4.0), start_tool()
    relay_to(slow, name="Slow")
    target = relay_to(dead, name="Dead")
    Target.objects.filter(pk=target.pk).update(url="http://127.0.0.1:9/")
    receive(*[make_body(make_event()) for _ in range(100)])
    there_by_then = []

    delivering.send_due(3, keep=lambda: None, hand_over=lambda: there_by_then.append(len(shop.got)))

    assert there_by_then == [100]
    assert len(slow.got) > 0


def test_a_target_that_keeps_failing_is_asked_by_one_request_at_a_time(shop):
    shop.status = 503
    receive(*[make_body(make_event()) for _ in range(10)])
    target = Target.objects.get()
    Target.objects.update(fail_count=Target.ROUNDS_TO_HOLD)

    relay()

    target.refresh_from_db()
    assert len(shop.got) == 1
    assert target.standing == Target.Standing.FAILING
    assert target.held_until > timezone.now()


def test_a_target_that_is_back_gets_all_that_waited_at_once(shop, wait):
    bodies = [make_body(make_event()) for _ in range(6)]
    shop.status = 503
    for body in bodies[:3]:
        receive(body)
        for _ in range(4):
            relay()
            wait(timedelta(seconds=6))
    receive(*bodies[3:])
    shop.got.clear()
    shop.status = 200
    wait(timedelta(minutes=6))

    relay()

    assert set(states()) == {"done"}
    assert sorted(shop.bodies) == sorted(bodies)
    assert Target.objects.get().standing == Target.Standing.WORKS


def test_while_paused_nothing_is_sent_and_resuming_sends_what_waited(shop):
    target = Target.objects.get()
    services.pause(target, by=None)
    bodies = [make_body(make_event()) for _ in range(3)]
    receive(*bodies)
    relay()
    assert shop.got == []

    services.resume(target, by=None)
    relay()

    assert sorted(shop.bodies) == sorted(bodies)


def test_what_waits_longer_than_a_day_is_skipped(shop, wait):
    services.pause(Target.objects.get(), by=None)
    receive(make_body())
    assert delivering.next_moment() - timezone.now() > DAY

    wait(timedelta(hours=29))
    relay()

    assert states() == ["skipped"]
    assert delivering.next_moment() is None


def test_a_removed_target_gets_nothing_more(shop):
    receive(make_body())

    services.remove(Target.objects.get(), by=None)
    relay()

    assert shop.got == []
    assert states() == ["skipped"]


def test_what_a_dead_worker_had_claimed_is_sent_when_its_lease_is_over(shop, wait):
    receive(make_body())
    delivering._claim()

    relay()
    assert shop.got == []

    wait(delivering.LEASE + timedelta(seconds=1))
    relay()
    assert len(shop.got) == 1
    assert states() == ["done"]


def test_a_body_that_is_no_longer_kept_fails_with_a_word(shop):
    receive(make_body())
    with schema_context("public"):
        InboxBody.objects.all().delete()

    relay()

    [delivery] = deliveries()
    assert delivery.state == "failed"
    assert "no longer there" in delivery.error


def test_one_clients_bodies_never_go_to_anothers_tools(shop, other_tenant):
    with tenant_context(other_tenant):
        give_channel(other_tenant)
        receive(make_body(make_event()))
        relay()

    assert shop.got == []
    assert not Delivery.objects.exists()


def test_the_task_brings_its_own_client_and_leaves_the_board_clear(own_tenant, settings, start_tool):
    settings.RELAY_ALLOW_PRIVATE = True
    give_channel(own_tenant)
    tool = start_tool()
    relay_to(tool)
    receive(make_body())
    assert Due.objects.get(tenant=own_tenant.pk, kind="relay").due_at

    with schema_context("public"):
        tasks.relay.apply(headers={"musubi_schema": own_tenant.schema_name})

    assert len(tool.got) == 1
    assert Due.objects.get(tenant=own_tenant.pk, kind="relay").due_at is None


def test_two_workers_at_once_send_nothing_twice(own_tenant, settings, start_tool):
    settings.RELAY_ALLOW_PRIVATE = True
    give_channel(own_tenant)
    tool = start_tool(delay=0.01)
    relay_to(tool)
    bodies = [make_body(make_event()) for _ in range(60)]
    receive(*bodies)

    def work(_worker: int) -> None:
        try:
            with tenant_context(own_tenant):
                relay()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))

    assert sorted(tool.bodies) == sorted(bodies)


def test_workers_with_opposite_outcomes_do_not_lock_each_other_out(own_tenant):
    first, second = make_relay("First"), make_relay("Second")
    good, bad = Answer(200, 1), Answer(500, 1, "the answer was %(status)s")
    rounds = [((first, good), (second, bad)), ((second, good), (first, bad))]

    def work(outcome: tuple) -> None:
        try:
            with tenant_context(own_tenant):
                for _round in range(40):
                    outcomes.store([(_attempt(target), answer) for target, answer in outcome])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, rounds))

    assert Target.objects.filter(succeeded_at__isnull=False).count() == 2


def _attempt(target: Target) -> Claimed:
    return Claimed(0, timezone.now(), target.pk, 0, b"{}", None)
