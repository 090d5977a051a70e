"""Early blocks: who is counted, who is not yet, and by which route."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.timeline import NewEvent, record
from routes import cohorts
from routes.cohorts import Period
from tests.factories import make_arrival, make_friend, make_route

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def befriend(since: timedelta, *, blocked_after: timedelta | None = None, route=None) -> None:
    """Somebody who became a friend so long before NOW."""
    friend, at = make_friend(), NOW - since
    record([NewEvent("followed", at, friend.pk)])
    if blocked_after is not None:
        record([NewEvent("blocked", at + blocked_after, friend.pk)])
    if route:
        make_arrival(friend, route=route, followed_at=at, is_newest=True)


def found(**given: int) -> list[cohorts.Cohort]:
    months = [date(2026, month, 1) for month in range(1, 12)]
    return cohorts.of_months(months, ZoneInfo("Asia/Tokyo"), now=NOW, **given)


def test_blocks_are_counted_within_their_periods(tenant):
    for blocked_after in (HOUR, 24 * HOUR, 25 * HOUR, 8 * DAY, 31 * DAY, None):
        befriend(60 * DAY, blocked_after=blocked_after)

    [cohort] = found()

    assert cohort.new == 6
    assert cohort.periods == (Period(6, 2), Period(6, 3), Period(6, 4))


def test_what_is_not_over_is_not_yet_known_rather_than_none(tenant):
    befriend(2 * DAY)
    befriend(2 * HOUR, blocked_after=HOUR)

    [cohort] = found()

    assert cohort.cells == [(0, 1, 1), (None, 0, 2), (None, 0, 2)]


def test_routes_stand_apart_and_the_unknown_one_last(tenant):
    flyer, poster = make_route("Flyer"), make_route("Poster")
    befriend(40 * DAY, blocked_after=HOUR, route=flyer)
    for _ in range(2):
        befriend(40 * DAY, route=poster)
    for _ in range(3):
        befriend(40 * DAY)

    by_route = cohorts.by_route(found())

    assert [(each.route_id, each.new) for each in by_route] == [(poster.pk, 2), (flyer.pk, 1), (None, 3)]
    assert by_route[1].cells[0] == (1, 1, 0)
    assert cohorts.total(by_route).new == 6
    assert found(route_id=flyer.pk) == [each for each in found() if each.route_id == flyer.pk]


def test_months_are_those_of_the_clients_calendar(tenant):
    for at in (datetime(2026, 10, 31, 14, 59, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC)):
        befriend(NOW - at)

    assert [f"{each.month:%Y-%m}" for each in found()] == ["2026-11", "2026-10"]


def test_only_the_first_block_after_a_follow_counts_and_once(tenant):
    friend = make_friend()
    start = NOW - 60 * DAY
    steps = [
        ("blocked", -DAY),
        ("followed", 0 * DAY),
        ("blocked", 2 * DAY),
        ("unblocked", 3 * DAY),
        ("blocked", 4 * DAY),
    ]
    record([NewEvent(type_, start + after, friend.pk) for type_, after in steps])

    [cohort] = found()

    assert cohort.periods == (Period(1, 0), Period(1, 1), Period(1, 1))


def test_nobody_makes_no_cohort(tenant):
    assert found() == []
    assert cohorts.total([]).cells == [(None, 0, 0)] * 3
