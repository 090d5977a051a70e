"""LINE's statistics of sends: copied on their days, asked for again where LINE did not answer, hidden is not
zero."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due
from broadcasts.models import Broadcast, Insight, PlatformSend
from broadcasts.results import insight, sources, units
from broadcasts.sending import platform_sends
from broadcasts.tasks import copy_insight
from config.task import HEADER
from friends.insight import JAPAN
from tests.broadcasts.sending import make_sent, send
from tests.factories import make_broadcast, make_followers, make_friend, make_sending

LINK = "https://shop.example/sale"
PATH = "/v2/bot/insight/message/event/aggregation"
BY_REQUEST = "GET /v2/bot/insight/message/event"


def copy(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        copy_insight.apply(headers={HEADER: tenant.schema_name}, throw=True)


def after(days: int) -> datetime:
    """Noon in Japan, so many days after today."""
    noon = timezone.now().astimezone(JAPAN).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=days)


def make_known(simulator, channel, people: int = 30, **fields: object) -> Broadcast:
    """A broadcast that so many people got, all opened, and all clicked in."""
    make_followers(simulator, channel, people)
    broadcast = make_sending(LINK, **fields)
    units.take(broadcast)
    send()
    simulator.open_and_click(channel.channel_id, rate_open=1.0, rate_click=1.0)
    insight.expect(broadcast)
    return broadcast


def make_line_send(broadcast: Broadcast, request_id: str = "unknown", **fields: object) -> PlatformSend:
    now = timezone.now()
    given = {"friends": b"", "most": 30, "retry_key": "0" * 32, "state": "sent", "ended_at": now} | fields
    return PlatformSend.objects.create(
        broadcast=broadcast,
        position=0,
        method="broadcast",
        request_id=request_id,
        accepted_at=now,
        **given,  # type: ignore[arg-type]
    )


def days_of(broadcast: Broadcast) -> list[int]:
    return list(broadcast.insights.ready().values_list("day", flat=True))


def test_statistics_are_copied_on_their_days_and_no_others(tenant, simulator, channel):
    broadcast = make_known(simulator, channel)

    for day in (0, 1, 2, 3, 7, 14, 15, 16):
        with time_machine.travel(after(day)):
            copy(tenant)

    assert days_of(broadcast) == [1, 3, 7, 14, 15]
    last = broadcast.insights.get(day=15)
    assert (last.delivered, last.opened, last.clicked) == (30, 30, 30)
    assert last.data["messages"][0]["uniqueImpression"] == 30
    assert Due.objects.get(kind=insight.KIND).due_at is None


def test_the_first_copy_is_on_the_board_from_the_beginning(tenant, simulator, channel):
    make_known(simulator, channel)

    due = Due.objects.get(kind=insight.KIND).due_at.astimezone(JAPAN)

    assert (due.date(), due.hour) == (after(1).date(), 10)


def test_a_day_that_was_missed_is_not_made_up_for(tenant, simulator, channel):
    broadcast = make_known(simulator, channel)

    with time_machine.travel(after(8)):
        copy(tenant)
        copy(tenant)

    assert days_of(broadcast) == [7]


def test_what_line_hides_is_not_known_rather_than_zero(tenant, simulator, channel):
    broadcast = make_known(simulator, channel, people=19)

    with time_machine.travel(after(1)):
        copy(tenant)

    found = broadcast.insights.get()
    assert (found.delivered, found.opened, found.clicked) == (19, None, None)


def test_without_an_answer_it_is_asked_again_in_two_hours(tenant, simulator, channel):
    broadcast = make_known(simulator, channel)

    with time_machine.travel(after(1)):
        simulator.fail_next(1, 500, PATH)
        copy(tenant)
        due = Due.objects.get(kind=insight.KIND).due_at
        waited = due - timezone.now()
    with time_machine.travel(due + timedelta(seconds=1)):
        copy(tenant)

    assert timedelta(hours=1, minutes=59) < waited <= timedelta(hours=2)
    assert days_of(broadcast) == [1]
    assert Insight.objects.count() == 1


def test_what_line_broadcast_itself_is_asked_for_by_its_request(tenant, simulator, channel):
    make_followers(simulator, channel, 25)
    broadcast = make_sending(LINK, way="line")
    platform_sends.advance()
    simulator.open_and_click(channel.channel_id, rate_open=1.0, rate_click=0.0)

    with time_machine.travel(after(1)):
        copy(tenant)

    found = broadcast.insights.get()
    assert (found.delivered, found.opened, found.clicked) == (25, 25, None)
    assert found.send == broadcast.platform_sends.get()


def test_a_request_that_line_does_not_know_yet_is_asked_for_again(tenant, simulator, channel):
    broadcast = make_sent(make_friend())
    make_line_send(broadcast)

    with time_machine.travel(after(1)):
        copy(tenant)

        [due] = insight.due(timezone.now())

    assert broadcast.insights.get().is_ready is False
    assert due.at == broadcast.insights.get().taken_at + insight.AGAIN


def test_one_turn_asks_little_and_final_copies_come_first(tenant, simulator, channel):
    old, *_others = [make_line_send(make_sent(make_friend(), name=f"{n}")) for n in range(7)]
    early = after(0) - timedelta(days=20)
    PlatformSend.objects.filter(pk=old.pk).update(accepted_at=early, ended_at=early)
    Broadcast.objects.filter(pk=old.broadcast_id).update(started_at=early, finished_at=early)
    insight.expect(old.broadcast)

    with time_machine.travel(after(1)):
        copy(tenant)
        waited = Due.objects.get(kind=insight.KIND).due_at - timezone.now()

    asked = simulator.requests(channel.channel_id)["by_endpoint"][BY_REQUEST]
    assert asked == {"404": insight.AT_ONCE}
    assert Insight.objects.get(broadcast=old.broadcast_id).day == 15
    assert timedelta(minutes=5) < waited <= insight.TURN


def test_when_line_says_that_it_is_enough_the_turn_ends(tenant, simulator, channel):
    for number in range(3):
        make_line_send(make_sent(make_friend(), name=f"{number}"))
    simulator.fail_next(5, 429, "/v2/bot/insight/message/event")

    with time_machine.travel(after(1)):
        copy(tenant)

    assert Insight.objects.count() == 1


def test_two_at_once_keep_one_row(tenant, simulator, channel):
    broadcast = make_known(simulator, channel)

    with time_machine.travel(after(1)):
        [due] = insight.due(timezone.now())
        told = insight.look(broadcast.unit_name, since=broadcast.started_at)
        insight._keep(due, None)
        insight._keep(due, told)

    assert days_of(broadcast) == [1]
    assert told.opened == 30


@pytest.mark.parametrize("unit", ["musubi_b0", "x"])
def test_of_a_name_that_nothing_was_sent_under_nothing_is_known(tenant, simulator, channel, unit):
    told = insight.look(unit, since=timezone.now())

    assert (told.opened, told.clicked) == (None, None)


def test_a_send_without_a_name_is_not_asked_for(tenant):
    make_sent(make_friend())
    make_broadcast()

    assert sources.since(timezone.now() - timedelta(days=1)) == []


def test_without_a_channel_nothing_is_asked(tenant):
    copy(tenant)

    assert insight.look("musubi_b1", since=timezone.now()) is None


def test_sends_of_another_client_are_not_asked_for(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_line_send(make_sent(make_friend()))

    assert sources.since(timezone.now() - timedelta(days=1)) == []
