"""How many are in a segment, day by day, by the client's calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Due
from events import versions
from segments import services, tasks
from segments.facts import sizes
from segments.models import SegmentSize
from tests.factories import make_friend, make_segment, make_tag

NOON = datetime(2026, 10, 1, 3, tzinfo=UTC)  # in Tokyo
MIDNIGHT = datetime(2026, 10, 1, 15, tzinfo=UTC)
EVERYONE = {"all": []}
LAST_YEAR = NOON - timedelta(days=365)


def run(time_machine, at: datetime) -> datetime | None:
    time_machine.move_to(at, tick=False)
    return sizes.keep(lambda: True)


def totals() -> dict[date, int]:
    return dict(SegmentSize.objects.order_by("day").values_list("day", "total"))


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def test_a_new_segment_is_counted_at_once_and_then_at_midnight(tenant, time_machine):
    make_friend("aoi", followed_at=LAST_YEAR)
    make_segment(EVERYONE)

    midnight = run(time_machine, NOON)

    assert totals() == {date(2026, 10, 1): 1}
    assert midnight == MIDNIGHT


def test_the_count_at_midnight_takes_the_place_of_the_first(tenant, time_machine):
    make_friend("aoi", followed_at=LAST_YEAR)
    segment = make_segment({"type": "tag", "tag": make_tag("VIP").pk})
    run(time_machine, NOON)
    at_noon = totals()
    services.change_segment(segment, version=1, raw=EVERYONE)

    run(time_machine, MIDNIGHT)

    assert at_noon == {date(2026, 10, 1): 0}
    assert totals() == {date(2026, 10, 1): 1}


def test_what_comes_after_midnight_is_of_the_next_day(tenant, time_machine):
    make_friend("aoi", followed_at=LAST_YEAR)
    make_segment(EVERYONE)
    run(time_machine, MIDNIGHT)
    make_friend("ren", followed_at=LAST_YEAR)
    versions.touch("friends")

    run(time_machine, MIDNIGHT + timedelta(seconds=9))

    assert totals() == {date(2026, 10, 1): 1}


def test_a_day_whose_end_was_missed_stays_a_gap(tenant, time_machine):
    make_friend("aoi")
    segment = make_segment(EVERYONE)
    run(time_machine, MIDNIGHT)

    run(time_machine, MIDNIGHT + timedelta(days=1) + sizes.IN_TIME)
    run(time_machine, MIDNIGHT + timedelta(days=2))

    assert list(totals()) == [date(2026, 10, 1), date(2026, 10, 3)]
    drawn = sizes.history(segment, 90)
    assert len(drawn.lines) == 2
    assert [size.day.day for size in drawn.sizes] == [1, 3]


def test_a_change_of_the_segment_is_marked(tenant, time_machine):
    segment = make_segment(EVERYONE)
    run(time_machine, MIDNIGHT)
    services.change_segment(segment, version=1, raw={"type": "linked", "is": True})
    run(time_machine, MIDNIGHT + timedelta(days=1))
    run(time_machine, MIDNIGHT + timedelta(days=2))

    assert sizes.history(segment, 90).changes == [50]


def test_a_worker_that_is_stopped_leaves_the_rest_to_the_next(tenant, time_machine):
    make_segment(name="One")
    make_segment(name="Two")
    turns = iter([True, False])

    again_at = sizes.keep(lambda: next(turns))
    counted = SegmentSize.objects.count()
    sizes.keep(lambda: True)

    assert (again_at, counted) == (NOON, 1)
    assert SegmentSize.objects.count() == 2


def test_a_client_without_segments_is_never_woken(tenant, time_machine):
    assert run(time_machine, NOON) is None


def test_the_task_runs_in_its_client_and_comes_back_at_midnight(tenant, time_machine, other_tenant):
    make_friend("aoi")
    make_segment(EVERYONE)

    tasks.keep_sizes.apply(headers={"musubi_schema": tenant.schema_name})

    assert totals() == {date(2026, 10, 1): 1}
    assert Due.objects.get(tenant=tenant.pk, kind=sizes.KIND).due_at == MIDNIGHT
    with tenant_context(other_tenant):
        assert not SegmentSize.objects.exists()


def test_conditions_that_cannot_be_asked_leave_a_gap(tenant, time_machine):
    segment = make_segment()
    type(segment).objects.filter(pk=segment.pk).update(tree={"type": "gone"})
    make_segment(name="Other")

    run(time_machine, NOON)

    assert list(SegmentSize.objects.values_list("segment__name", flat=True)) == ["Other"]
