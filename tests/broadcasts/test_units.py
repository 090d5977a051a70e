"""Names under which LINE counts sends: each send has its own while the month's 1,000 last."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts.models import Broadcast, Variant
from broadcasts.results import units
from channels.services import client_for
from line import messages, wire
from tests.broadcasts.sending import send
from tests.factories import make_broadcast, make_followers, make_segment, make_sending

MIDNIGHT = datetime.fromisoformat("2026-12-01T00:00:00+09:00")


def make_preparing(people: int = 30_000) -> Broadcast:
    broadcast = make_broadcast()
    broadcast.audience_count = people
    return broadcast


def make_named(count: int, **fields: object) -> None:
    """Broadcasts of this month that have names."""
    segment = make_segment()
    given = {"status": "sent", "messages": [], "finished_at": timezone.now()} | fields
    rows = [
        Broadcast(
            name="Test",
            segment=segment,
            unit_name=f"musubi_x{number}",
            key="0" * 32,
            **given,  # type: ignore[arg-type]
        )
        for number in range(count)
    ]
    Broadcast.objects.bulk_create(rows)


def test_each_send_and_each_of_its_variants_has_a_name_of_its_own(tenant):
    broadcast = make_preparing()
    variant = Variant.objects.create(broadcast=broadcast, letter="B", messages=[], audience_count=1_000)

    names = [units.take(broadcast), units.take(broadcast, variant), units.take(broadcast)]

    assert names == [f"musubi_b{broadcast.pk}", f"musubi_b{broadcast.pk}_B", f"musubi_b{broadcast.pk}"]
    assert Broadcast.objects.get(pk=broadcast.pk).unit_name == names[0]
    assert Variant.objects.get(pk=variant.pk).unit_name == names[1]
    assert units.used(timezone.now()) == 2


@pytest.mark.parametrize(
    ("taken", "people", "has_name"),
    [
        (0, 5, True),
        (900, 19, False),
        (900, 20, True),
        (980, 999, False),
        (980, 1_000, True),
        (999, 1_000, True),
        (1_000, 1_000_000, False),
    ],
)
def test_the_last_names_of_a_month_are_for_sends_of_which_line_tells_most(tenant, taken, people, has_name):
    make_named(taken)
    broadcast = make_preparing(people)

    name = units.take(broadcast)

    assert bool(name) is has_name


def test_names_of_other_tools_count_when_few_are_left(tenant, channel, simulator, monkeypatch):
    monkeypatch.setattr(units, "ASKED_FROM", 2)
    [aoi] = make_followers(simulator, channel, ["aoi"])
    make_named(2)
    for unit in ("spring", "summer", "autumn"):
        body = messages.push_body(aoi.line_user_id, [{"type": "text", "text": "Hello"}], unit=unit)
        wire.run(client_for(channel).push(body, uuid4()))

    assert units.left() == units.A_MONTH - 3


def test_without_an_answer_of_line_our_own_count_holds(tenant, channel, simulator):
    make_named(units.ASKED_FROM)
    simulator.fail_next(1, 500, "/v2/bot/message/aggregation/info")

    assert units.left() == units.A_MONTH - units.ASKED_FROM


@pytest.mark.parametrize(("ended", "counts"), [(-timedelta(seconds=1), 0), (timedelta(0), 3)])
def test_a_month_is_japans_and_what_lasts_into_it_counts_in_it(tenant, ended, counts):
    make_named(3, finished_at=MIDNIGHT + ended)

    assert units.used(MIDNIGHT + timedelta(days=3)) == counts


def test_what_is_being_sent_counts_in_every_month(tenant):
    make_named(2, finished_at=None, status="sending")

    with time_machine.travel(MIDNIGHT + timedelta(days=40)):
        assert units.used(timezone.now()) == 2


def test_what_is_sent_goes_under_the_name_that_was_taken(tenant, simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()

    send()

    broadcast.refresh_from_db()
    used = wire.run(client_for(channel).get_aggregation_unit_name_list()).names
    assert used == [broadcast.unit_name] == [f"musubi_b{broadcast.pk}"]


def test_names_of_another_client_do_not_count(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_named(3)

    assert units.used(timezone.now()) == 0
