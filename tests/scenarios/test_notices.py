"""Notification messages by telephone number: sent at most once, booked when LINE says they arrived."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone, translation
from django_tenants.utils import schema_context, tenant_context

from billing import ledger, months
from billing.models import LedgerEntry, NoticePrice
from channels import handlers
from channels.handlers import Received
from customers import contacts, erasing, merging
from customers.models import Customer
from events.models import Event
from line.errors import LineError
from scenarios import services as scenarios
from scenarios import tasks
from scenarios.engine import leading
from scenarios.models import Entry, NoticeDay, NoticeSend, Passage, Version
from scenarios.notices import counting, sending
from tests.factories import make_customer, make_friend, make_link, make_order
from tests.scenarios.stories import make_entry, make_version

TEMPLATED, FLEXIBLE = "/v2/bot/message/pnp/templated/push", "/bot/pnp/push"
PHONE, ABROAD = "090-1234-5678", "+819012345678"
BODY = {
    "emphasizedItem": {"itemKey": "date_002_ja", "content": "{{event.day|近日}}"},
    "items": [{"itemKey": "number_001_ja", "content": "{{event.order|-}}"}],
}
NOTICE = {"id": "say", "type": "notice", "template_key": "shipment_completed_ja", "body": BODY}
State = NoticeSend.State


def make_reachable(number: str = "A-1", phone: str = PHONE) -> Customer:
    """A customer with a telephone number."""
    customer = make_customer(number)
    [sealed] = contacts.seal("phone", [(customer.number, contacts.plain_phone(phone))])
    customer.sealed_phone, customer.phone_hash = sealed.sealed, sealed.hash
    customer.save()
    return customer


def make_stranger(simulator, channel, phone: str = ABROAD, **facts: object) -> str:
    """Somebody with LINE who is no friend."""
    [person] = simulator.add_people(channel.channel_id, ["葵"])
    simulator.set_person(channel.channel_id, person, phone=phone, **facts)
    return person


def make_notices(step: dict = NOTICE, **parts: object) -> Version:
    """A scenario whose first step sends a notice, and a step behind each way."""
    ways = {
        "delivered": [{"id": "got_it", "type": "wait", "days": 3}],
        "not_delivered": [{"id": "mail_it", "type": "wait", "days": 3}],
    }
    return make_version(steps=[step | {"ways": ways}], **parts)


def come(version: Version, customer: Customer, **fields: object) -> Entry:
    """Somebody comes to the notice; LINE is not asked yet."""
    entry = make_entry(version, customer_id=customer.pk, due_at=timezone.now(), **fields)
    leading.lead(timezone.now())
    return entry


def tell(*notices: NoticeSend, at=None, tag: str = "") -> None:
    """LINE's webhook says that they were delivered."""
    data = [tag or notice.delivery_tag for notice in notices]
    events = [
        Received(uuid4().hex, "delivery", at or timezone.now(), "", {"delivery": {"data": each}})
        for each in data
    ]
    handlers.dispatch(events)


def only() -> NoticeSend:
    return NoticeSend.objects.get()


def give_price(tenant, yen: int) -> None:
    with schema_context("public"):
        NoticePrice.objects.create(
            tenant_id=tenant.pk,
            valid_from=date(2026, 1, 1),
            unit_price=yen,
            currency="JPY",
            source="Contract",
        )


def booked(tenant) -> int:
    month = months.month_of(timezone.now(), months.zone_of(tenant.pk))
    return ledger.notice_total(tenant.pk, month).messages


def asked(simulator, channel, path: str = TEMPLATED) -> int:
    answers = simulator.requests(channel.channel_id)["by_endpoint"].get(f"POST {path}", {})
    return sum(answers.values())


def test_who_is_no_friend_gets_it_by_number_with_their_own_values(tenant, channel, simulator):
    person = make_stranger(simulator, channel)
    entry = come(make_notices(), make_reachable(), context={"day": "11/22", "order": 1042})

    sending.do_due()

    [shown] = simulator.inbox(channel.channel_id, person)
    assert "11/22" in str(shown)
    assert "1042" in str(shown)
    assert only().state == State.ACCEPTED
    assert Entry.objects.get(pk=entry.pk).step == "say"


def test_delivered_is_booked_told_on_the_timeline_and_leads_on(tenant, channel, simulator):
    make_stranger(simulator, channel)
    give_price(tenant, 7)
    customer = make_reachable()
    entry = come(make_notices(), customer)
    sending.do_due()

    tell(only())
    sending.do_due()
    leading.lead(timezone.now())

    booking = LedgerEntry.objects.get(kind="notice")
    assert (booking.reference, booking.amount) == (only().reference, 7)
    assert Event.objects.get(type="notice_delivered").customer_id == customer.pk
    assert Passage.objects.get().via == "delivered"
    assert Entry.objects.get(pk=entry.pk).step == "got_it"


def test_a_delivery_told_twice_is_booked_once(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()

    for _again in range(2):
        tell(only(), only())
        sending.do_due()

    assert booked(tenant) == 1
    assert Event.objects.filter(type="notice_delivered").count() == 1


def test_without_a_price_it_is_booked_as_unplanned(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()

    tell(only())
    sending.do_due()

    booking = LedgerEntry.objects.get(kind="notice")
    assert (booking.messages, booking.amount, booking.parts[0]["kind"]) == (1, 0, "unplanned")


def test_what_line_did_not_deliver_within_24_hours_is_not_booked(tenant, channel, simulator):
    make_stranger(simulator, channel, notices="unset")
    entry = come(make_notices(), make_reachable())
    sending.do_due()

    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        sending.do_due()
        leading.lead(timezone.now())

    assert (only().state, booked(tenant)) == (State.NOT_DELIVERED, 0)
    assert Entry.objects.get(pk=entry.pk).step == "mail_it"


def test_word_that_comes_after_24_hours_still_counts(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        sending.do_due()
        leading.lead(timezone.now())

        tell(only())
        sending.do_due()
        count = booked(tenant)  # of that day's month

    assert (only().state, only().is_late, count) == (State.DELIVERED, True, 1)
    assert Passage.objects.get().via == "not_delivered"


def test_a_lost_answer_is_unknown_and_never_asked_for_again(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    simulator.lose_next_answers(path=TEMPLATED)

    sending.do_due()
    sending.do_due()

    assert (only().state, asked(simulator, channel)) == (State.UNKNOWN, 1)
    assert booked(tenant) == 0


def test_word_of_the_delivery_settles_what_was_unknown(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    simulator.lose_next_answers(path=TEMPLATED)
    sending.do_due()

    tell(only())
    sending.do_due()

    assert (only().state, booked(tenant)) == (State.DELIVERED, 1)


def test_who_waits_for_what_nobody_knows_goes_on_after_a_day_and_it_stays_unknown(tenant, channel, simulator):
    make_stranger(simulator, channel)
    entry = come(make_notices(), make_reachable())
    simulator.lose_next_answers(path=TEMPLATED)
    sending.do_due()

    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        sending.do_due()
        leading.lead(timezone.now())

    assert only().state == State.UNKNOWN
    assert Passage.objects.get().what == "unknown"
    assert Entry.objects.get(pk=entry.pk).step == "mail_it"


def test_a_worker_that_died_before_it_stored_the_answer_leaves_it_unknown(
    tenant, channel, simulator, monkeypatch
):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_store", die)
        with pytest.raises(KeyboardInterrupt):
            sending.do_due()
    NoticeSend.objects.update(due_at=timezone.now() - timedelta(seconds=1))  # the lease is over

    sending.do_due()

    assert (only().state, asked(simulator, channel)) == (State.UNKNOWN, 1)


def die(outcomes) -> None:
    raise KeyboardInterrupt


def test_word_of_the_delivery_may_come_before_the_answer(tenant, channel, simulator, monkeypatch):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    store = sending._store

    def store_late(outcomes) -> None:
        tell(only())
        store(outcomes)

    monkeypatch.setattr(sending, "_store", store_late)

    sending.do_due()
    sending.do_due()

    assert (only().state, bool(only().accepted_at), booked(tenant)) == (State.DELIVERED, True, 1)


def test_too_fast_is_surely_not_accepted_and_tried_again(tenant, channel, simulator):
    person = make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    simulator.fail_next(status=429, path=TEMPLATED)

    sending.do_due()
    assert only().state == State.PENDING
    NoticeSend.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    sending.do_due()

    assert (only().state, only().attempts) == (State.ACCEPTED, 2)
    assert len(simulator.inbox(channel.channel_id, person)) == 1


def test_a_500_may_have_been_accepted(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    simulator.fail_next(status=500, path=TEMPLATED)

    sending.do_due()
    sending.do_due()

    assert (only().state, asked(simulator, channel)) == (State.UNKNOWN, 0)


def test_where_the_secret_does_not_open_the_channel_it_waits(tenant, channel, simulator):
    person = make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    simulator.configure(channel.channel_id, channel_secret="another")

    sending.do_due()
    before = only().state
    simulator.configure(channel.channel_id, channel_secret="secret of the channel")
    NoticeSend.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    sending.do_due()

    assert (before, only().state) == (State.PENDING, State.ACCEPTED)
    assert len(simulator.inbox(channel.channel_id, person)) == 1


def test_whom_the_number_does_not_reach_goes_on_at_once(tenant, channel, simulator):
    make_stranger(simulator, channel, notices="off")
    entry = come(make_notices(), make_reachable())

    sending.do_due()
    leading.lead(timezone.now())

    assert only().state == State.REJECTED
    assert "no account has it" in only().error
    with translation.override("ja"):
        assert "no account" not in only().error
        assert "422" in only().error
    assert Entry.objects.get(pk=entry.pk).step == "mail_it"


def test_who_has_no_number_goes_on_without_a_notice(tenant, channel, simulator):
    entry = come(make_notices(), make_customer("A-2"))

    assert not NoticeSend.objects.exists()
    assert Passage.objects.get().what == "no_phone"
    assert Entry.objects.get(pk=entry.pk).step == "mail_it"


def test_a_linked_friend_gets_it_by_their_customers_number(tenant, channel, simulator):
    person = make_stranger(simulator, channel)
    friend = make_friend()
    make_link(friend, make_reachable())
    make_entry(make_notices(), friend, due_at=timezone.now())

    leading.lead(timezone.now())
    sending.do_due()

    assert len(simulator.inbox(channel.channel_id, person)) == 1
    assert only().friend_id == friend.pk


def test_a_value_that_does_not_fit_is_refused_here(tenant, channel, simulator):
    make_stranger(simulator, channel)
    entry = come(make_notices(), make_reachable(), context={"day": "日" * 16})

    leading.lead(timezone.now())

    assert (only().state, asked(simulator, channel)) == (State.REJECTED, 0)
    assert "emphasizedItem" in only().error
    assert Passage.objects.get(entry=entry).via == "not_delivered"


def test_the_flexible_type_goes_to_its_own_endpoint(tenant, channel, simulator):
    person = make_stranger(simulator, channel)
    messages = [{"type": "text", "text": "注文{{event.order|}}を発送しました"}]
    step = {"id": "say", "type": "notice", "kind": "flexible", "messages": messages}
    come(make_notices(step), make_reachable(), context={"order": "#7"})

    sending.do_due()

    assert simulator.texts(channel.channel_id, person) == ["注文#7を発送しました"]
    assert asked(simulator, channel, FLEXIBLE) == 1


def test_who_met_an_exit_after_the_notice_was_written_gets_none(tenant, channel, simulator):
    make_stranger(simulator, channel)
    customer = make_reachable()
    version = make_notices(exits=[{"type": "event", "event": "order_placed"}])
    entry = come(version, customer)

    make_order("1", customer=customer.number)
    sending.do_due()

    assert asked(simulator, channel) == 0
    assert Entry.objects.get(pk=entry.pk).state == Entry.State.ENDED
    assert only().state in {State.PENDING, State.CANCELLED}


def test_a_paused_scenario_sends_none_until_it_goes_on(tenant, channel, simulator):
    make_stranger(simulator, channel)
    version = make_notices(trigger=None)
    come(version, make_reachable())
    scenarios.pause(version.scenario, by=None)

    sending.do_due()
    before = asked(simulator, channel)
    scenarios.resume(version.scenario, by=None)
    sending.do_due()

    assert (before, asked(simulator, channel)) == (0, 1)


def test_a_tag_that_is_not_ours_changes_nothing(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()

    tell(tag=f"notice-{uuid4().hex}")
    tell(tag="0" * 64)
    tell(only(), tag="notice-")

    assert only().state == State.ACCEPTED


def test_another_clients_webhook_does_not_reach_it(tenant, channel, simulator, other_tenant):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()
    notice = only()

    with tenant_context(other_tenant):
        tell(notice)
        assert not NoticeSend.objects.exists()

    assert only().state == State.ACCEPTED


def test_a_merged_customer_keeps_its_notices_and_an_erased_one_gets_none(tenant, channel, simulator):
    make_stranger(simulator, channel)
    first, second = make_customer("A-9"), make_reachable("A-8")
    come(make_notices(), second)
    merging.merge(first, second)
    assert only().customer_id == first.pk

    erasing.erase(first)
    sending.do_due()

    assert (only().state, only().content, asked(simulator, channel)) == (State.CANCELLED, {}, 0)


def test_lines_count_of_the_day_stands_beside_ours(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())
    sending.do_due()
    tell(only())
    sending.do_due()
    counting.read()
    assert not NoticeDay.objects.exists()
    simulator.advance(24 * 3600)

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        counting.read()

    assert NoticeDay.objects.get().count == 1


def test_the_number_is_not_kept_in_clear_and_not_at_all_once_it_is_sent(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())

    sending.do_due()

    kept = str(NoticeSend.objects.values().get())
    assert "9012345678" not in kept
    assert only().sealed_phone is None


def test_the_tasks_send_and_count(tenant, channel, simulator):
    make_stranger(simulator, channel)
    come(make_notices(), make_reachable())

    for task in (tasks.send_notices, tasks.count_notices):
        task.apply(headers={"musubi_schema": tenant.schema_name}, throw=True)

    with tenant_context(tenant):
        assert only().state == State.ACCEPTED


def test_line_errors_do_not_name_the_number(tenant, channel, simulator):
    make_stranger(simulator, channel, notices="off")
    come(make_notices(), make_reachable())

    sending.do_due()

    assert "9012345678" not in only().error
    assert issubclass(LineError, Exception)
