"""The calendar: every send on its day, and what the plan leaves at the end of it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django_tenants.utils import schema_context, tenant_context

from billing import services as billing
from broadcasts import services
from broadcasts.errors import InQuietHours
from broadcasts.models import Broadcast, SendingRules
from broadcasts.timing import ahead, calendar
from tests.broadcasts.sending import make_sent
from tests.factories import make_broadcast, make_followers, make_friend, make_series

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 12, 10, 12, tzinfo=TOKYO)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
Status = Broadcast.Status


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def at(day: int, hour: int = 10, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


def waiting(day: int, people: int | None, status: str = "scheduled", name: str = "Sale") -> Broadcast:
    made = make_broadcast(name=name)
    Broadcast.objects.filter(pk=made.pk).update(status=status, send_at=at(day), estimated_count=people)
    return made


def remaining() -> dict[int, int | None]:
    return {each.day.day: each.remaining for each in calendar.days(FIRST, LAST)}


def names(day: int) -> list[str]:
    return [entry.name for entry in calendar.days(date(2026, 12, day), date(2026, 12, day))[0].entries]


@pytest.fixture
def capped(tenant, channel):
    """A plan of 200 messages a month, and none beyond."""
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="communication", since=date(2026, 1, 1))


def test_each_send_is_on_its_day_in_the_clients_own_zone(tenant):
    waiting(12, 5, name="Scheduled")
    waiting(12, None, "draft", name="A draft with a time")
    late = make_sent(make_friend("aoi"), at=datetime(2026, 12, 11, 16, tzinfo=UTC), name="Sent")
    make_broadcast(name="A draft without")

    assert names(12) == ["Sent", "A draft with a time", "Scheduled"]
    assert late.name not in names(11)


def test_dates_of_a_series_are_there_before_they_are_made_and_not_twice(tenant, channel):
    tenant.requires_approval = False
    make_friend("aoi")
    make_series("Every morning", at=time(9))
    before = names(12)

    ahead.advance()

    assert (before, names(12), names(31)) == (["Every morning"], ["Every morning"], ["Every morning"])


def test_a_pattern_that_is_sent_again_and_again_is_no_send_itself(tenant):
    pattern = make_series("Every morning").pattern
    Broadcast.objects.filter(pk=pattern.pk).update(send_at=at(11))

    assert names(11) == ["Every morning"]


def test_what_is_left_goes_down_with_what_is_planned(tenant, capped):
    waiting(12, 150)
    waiting(20, 100)

    left = remaining()

    assert (left[11], left[12], left[19], left[20], left[31]) == (200, 50, 50, -50, -50)


def test_what_is_planned_for_the_next_month_takes_nothing_from_this_one(tenant, capped):
    made = waiting(12, 150)
    Broadcast.objects.filter(pk=made.pk).update(send_at=datetime(2027, 1, 5, 10, tzinfo=TOKYO))

    both = calendar.days(date(2026, 12, 31), date(2027, 1, 5))

    assert [(each.day.day, each.remaining) for each in (both[0], both[1], both[-1])] == [
        (31, 200),
        (1, 200),
        (5, 50),
    ]


def test_days_on_which_more_is_planned_than_is_left_are_marked(visit, capped):
    waiting(12, 150)
    waiting(20, 100)

    page = visit().read("broadcasts/calendar/")

    assert "What is planned needs more messages than the month has" in page
    assert "-50 left" in page


def test_the_week_begins_on_the_day_that_the_rules_say(visit):
    SendingRules.objects.create(week_starts_on=SendingRules.WeekStart.MONDAY)
    monday = visit().read("broadcasts/calendar/", {"view": "week", "on": "2026-12-10"})
    SendingRules.objects.update(week_starts_on=SendingRules.WeekStart.SUNDAY)
    sunday = visit().read("broadcasts/calendar/", {"view": "week", "on": "2026-12-10"})

    assert "2026/12/07" in monday
    assert "2026/12/06" in sunday


@pytest.mark.parametrize("on", ["2026-13-01", "1999-12-01", "tomorrow", "２０２６-12-01😀", "9" * 400])
def test_what_names_no_day_is_not_found(visit, on):
    assert visit().get("broadcasts/calendar/", {"on": on}).status_code == 404


def test_a_day_leads_to_a_broadcast_that_is_meant_for_it(visit):
    page = visit().read("broadcasts/new/", {"on": "2026-12-24"})

    assert "2026-12-24T10:00" in page


def test_a_scheduled_broadcast_is_moved_and_stays_scheduled(visit, simulator, channel):
    make_followers(simulator, channel, 1)
    broadcast = waiting(12, 1, "approved")
    Broadcast.objects.update(approved_at=NOON)
    services.schedule_broadcast(broadcast, send_at=at(12), by=None)

    page = visit().send(f"broadcasts/{broadcast.pk}/move/", {"send_at": "2026-12-13T18:30"})

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.send_at) == (
        Status.SCHEDULED,
        datetime(2026, 12, 13, 18, 30, tzinfo=TOKYO),
    )
    assert "is moved" in page


@pytest.mark.parametrize(("role", "is_offered"), [("marketer", True), ("approver", False)])
def test_the_page_of_a_scheduled_broadcast_leads_to_another_time(visit, role, is_offered):
    broadcast = make_broadcast(status="scheduled", send_at=at(12))

    page = visit(role).read(f"broadcasts/{broadcast.pk}/")

    assert (f"broadcasts/{broadcast.pk}/move/" in page) is is_offered


def test_a_draft_is_moved_and_keeps_its_approval(tenant):
    broadcast = waiting(12, None, "approved")

    services.move(broadcast, send_at=at(13), by=None)

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.send_at, broadcast.version) == (Status.APPROVED, at(13), 1)


def test_what_has_begun_is_not_moved(visit):
    broadcast = make_sent(make_friend("aoi"), at=at(9))

    page = visit().send(f"broadcasts/{broadcast.pk}/move/", {"send_at": "2026-12-13T18:30"})

    assert "This is not possible" in page


def test_a_scheduled_broadcast_that_cannot_be_moved_stays_where_it_was(tenant, simulator, channel):
    tenant.requires_approval = False
    make_followers(simulator, channel, 1)
    broadcast = services.schedule_broadcast(make_broadcast(), send_at=at(12), by=None)
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))

    with pytest.raises(InQuietHours):
        services.move(broadcast, send_at=at(13, 23), by=None)

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.send_at) == (Status.SCHEDULED, at(12))


def test_a_broadcast_of_another_client_is_not_moved(visit, other_tenant):
    with tenant_context(other_tenant):
        make_broadcast(id=900_001)

    assert visit().get("broadcasts/900001/move/").status_code == 404


def test_a_full_month_takes_as_many_queries_as_one_with_a_single_send(
    tenant, capped, django_assert_max_num_queries
):
    for day in range(11, 31):
        waiting(day, 1)
        waiting(day, None, "draft")
    make_series()

    with django_assert_max_num_queries(16):
        calendar.days(FIRST, LAST)
