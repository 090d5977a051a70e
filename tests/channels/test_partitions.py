"""Days of the inbox and of the event log."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from channels import partitions
from channels.models import InboxBody

BEGAN_ON = datetime.now(UTC).date()  # when the run was about to migrate; by now it may be another day
TODAY = date(2031, 5, 10)
DAYS = {TODAY + timedelta(days=ahead) for ahead in range(8)}


@pytest.fixture
def public(db):
    with schema_context("public"):
        yield


def put(received_on: date, state: str = "done") -> None:
    moment = datetime.combine(received_on, time(12), UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO channels_inboxbody (received_at, tenant_id, body, signature, state)
               VALUES (%s, 1, '', '', %s)""",
            [moment, state],
        )


def place_of(received_on: date) -> str:
    """The table that holds the body of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM channels_inboxbody WHERE received_at::date = %s",
            [received_on],
        )
        [name] = cursor.fetchone()
    return name


def test_after_migrating_today_and_the_week_ahead_have_their_own_partitions(public):
    ahead = {BEGAN_ON, BEGAN_ON + timedelta(days=7)}

    assert ahead <= partitions.days_of("channels_inboxbody")
    assert ahead <= partitions.days_of("channels_webhookevent")


def test_maintaining_makes_the_days_ahead_and_may_be_repeated(public):
    partitions.maintain(TODAY)
    partitions.maintain(TODAY)

    assert partitions.days_of("channels_inboxbody") >= DAYS
    put(TODAY)
    assert place_of(TODAY) == "channels_inboxbody_20310510"


def test_what_came_before_its_day_was_made_moves_there(public):
    put(TODAY)
    assert place_of(TODAY) == "channels_inboxbody_other"

    partitions.maintain(TODAY)

    assert place_of(TODAY) == "channels_inboxbody_20310510"


def test_aged_days_are_dropped_but_not_what_still_waits_to_be_processed(public, settings):
    settings.WEBHOOK_RETENTION_DAYS = 30
    partitions.maintain(TODAY)
    put(TODAY, "quarantined")
    put(TODAY + timedelta(days=1), "new")

    partitions.maintain(TODAY + timedelta(days=40))

    left = partitions.days_of("channels_inboxbody") & DAYS
    assert left == {TODAY + timedelta(days=1)}
    assert InboxBody.objects.filter(received_at__year=2031).count() == 1


def test_aged_rows_without_a_day_of_their_own_are_deleted(public):
    put(date(2019, 1, 1))
    put(date(2019, 1, 2), "new")

    partitions.maintain(TODAY)

    assert list(InboxBody.objects.filter(received_at__year=2019).values_list("state", flat=True)) == ["new"]
