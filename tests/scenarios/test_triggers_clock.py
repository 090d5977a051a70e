"""Who comes in by the clock: schedules, dates of people, what runs out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from events import timeline
from events.timeline import NewEvent
from friends.models import FieldValue
from scenarios.flow import reading
from scenarios.models import Candidate, Scenario
from scenarios.triggers import next_moment
from scenarios.triggers.clocks import Schedule
from tests.factories import make_customer, make_field, make_friend, make_link, make_order, make_tag
from tests.scenarios.entering import entered, hear, inside, make_running

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 8, tzinfo=TOKYO)
BIRTHDAY = {"type": "date", "field": "customer.birthday", "at": "10:00"}
pytestmark = pytest.mark.usefixtures("tenant")


def published(trigger: dict, at: datetime = MONDAY, **parts: object) -> Scenario:
    with time_machine.travel(at, tick=False):
        return make_running(trigger, **parts)


# --- schedules


def test_everybody_who_meets_the_condition_then_comes_in_once_a_day():
    vip = make_tag("VIP", friends=[aoi := make_friend("aoi")])
    make_friend("ren")
    daily = {"type": "schedule", "every": "day", "at": "09:30"}
    scenario = published(daily, condition={"type": "tag", "tag": vip.pk}, reentry={"mode": "always"})

    hear(MONDAY + timedelta(hours=1))
    early = inside(scenario)
    hear(MONDAY + timedelta(hours=2))
    hear(MONDAY + timedelta(hours=3))

    assert (early, inside(scenario)) == ([], [aoi.pk])


def test_a_day_that_was_slept_through_is_made_up_for_but_not_a_week():
    make_friend("aoi")
    scenario = published({"type": "schedule", "every": "day", "at": "09:30"}, reentry={"mode": "always"})

    hear(MONDAY + timedelta(days=7))

    moments = {entry.key.split(":")[1] for entry in scenario.entries.all()}
    assert moments == {"2026-11-20"}
    assert Candidate.objects.count() == 0


def test_once_is_once():
    make_friend("aoi")
    scenario = published({"type": "schedule", "every": "once", "date": "2026-11-17", "at": "12:00"})

    hear(datetime(2026, 11, 17, 12, tzinfo=TOKYO))
    hear(datetime(2026, 11, 18, 12, tzinfo=TOKYO))

    assert len(entered(scenario)) == 1
    assert next_moment() is None


@pytest.mark.parametrize(
    ("said", "after", "expected"),
    [
        ({"every": "day", "at": "10:00"}, "2026-11-16T10:00+09:00", "2026-11-17T10:00+09:00"),
        ({"every": "week", "weekdays": [0, 3]}, "2026-11-16T10:00+09:00", "2026-11-19T10:00+09:00"),
        ({"every": "week", "weekdays": [6, 0]}, "2026-11-17T10:00+09:00", "2026-11-22T10:00+09:00"),
        ({"every": "month", "month_day": 31}, "2027-02-01T00:00+09:00", "2027-02-28T10:00+09:00"),
        ({"every": "month", "month_day": -1}, "2028-02-01T00:00+09:00", "2028-02-29T10:00+09:00"),
        ({"every": "month", "month_day": 15}, "2026-12-15T10:00+09:00", "2027-01-15T10:00+09:00"),
    ],
)
def test_the_next_moment_of_a_schedule(said, after, expected):
    schedule = Schedule.parse({"type": "schedule", **said})

    assert schedule.next_at(datetime.fromisoformat(after), TOKYO) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # 02:30 is left out on 28 March 2027, and comes twice on 31 October.
        (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 30, 12, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 11, 1, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_schedule_on_the_days_on_which_clocks_are_set(after, expected):
    schedule = Schedule(every="day", at="02:30")

    assert schedule.next_at(after, BERLIN) == expected


@pytest.mark.parametrize(
    "said",
    [
        {"every": "once"},
        {"every": "week"},
        {"every": "month"},
        {"every": "day", "weekdays": [1]},
        {"every": "week", "weekdays": [7]},
        {"every": "month", "month_day": 0},
        {"every": "day", "at": "24:00"},
        {"every": "day", "at": "１０:００"},
        {"every": "once", "date": "2026-02-30"},
    ],
)
def test_what_is_no_schedule_is_refused(said):
    with pytest.raises(reading.InvalidFlow):
        reading.parse({"trigger": {"type": "schedule", **said}})


# --- dates of people


def test_a_birthday_comes_every_year_at_the_hour():
    linked = make_link(make_friend(), make_customer(birthday=date(1990, 11, 17)))
    make_link(make_friend(), make_customer(birthday=date(1990, 11, 18)))
    scenario = published(BIRTHDAY, reentry={"mode": "always"})

    hear(datetime(2026, 11, 17, 9, 59, tzinfo=TOKYO))
    early = inside(scenario)
    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert (early, inside(scenario)) == ([], [linked.friend_id])


@pytest.mark.parametrize(
    ("day", "count"), [(date(2027, 2, 28), 1), (date(2028, 2, 28), 0), (date(2028, 2, 29), 1)]
)
def test_who_was_born_on_29_february_has_the_28th_in_other_years(day, count):
    make_link(make_friend(), make_customer(birthday=date(2000, 2, 29)))
    morning = datetime.combine(day, datetime.min.time(), TOKYO)
    scenario = published(BIRTHDAY, at=morning)

    hear(morning + timedelta(hours=10))

    assert len(inside(scenario)) == count


def test_days_before_a_date_of_a_field_of_friends():
    field = make_field("Expires", "date")
    aoi, ren = make_friend("aoi"), make_friend("ren")
    FieldValue.objects.create(friend=aoi, field=field, day=date(2026, 11, 20))
    FieldValue.objects.create(friend=ren, field=field, day=date(2025, 11, 20))
    said = {"type": "date", "field": f"friend.{field.key}", "days": -3, "at": "10:00"}
    scenario, yearly = published(said), published({**said, "yearly": True}, name="Yearly")

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert inside(scenario) == [aoi.pk]
    assert sorted(inside(yearly)) == sorted([aoi.pk, ren.pk])


def test_days_after_a_date_of_a_field_of_customers_and_what_is_no_date():
    due = make_link(make_friend(), make_customer(joined="2026-11-10"))
    for other in ("2026-11-11", "soon", "2026-13-99", 20261110, None):
        make_link(make_friend(), make_customer(joined=other))
    said = {"type": "date", "field": "customer.joined", "days": 7, "at": "10:00"}
    scenario, yearly = published(said), published({**said, "yearly": True}, name="Yearly")

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert inside(scenario) == [due.friend_id]
    assert inside(yearly) == [due.friend_id]


def test_moments_that_are_known_of_a_person_are_dates_by_the_clients_clock():
    link = make_link(
        make_friend(followed_at=datetime(2026, 11, 13, 15, tzinfo=UTC)),  # already the 14th in Tokyo
        make_customer("C-1"),
        linked_at=datetime(2026, 11, 14, 3, tzinfo=UTC),
    )
    make_order("1001", customer="C-1", placed_at="2026-11-14T12:00:00+09:00")
    fields = ("friend.followed_at", "friend.linked_at", "customer.last_order", "customer.first_order")
    scenarios = [published({"type": "date", "field": f, "days": 3, "at": "10:00"}, name=f) for f in fields]

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert [inside(scenario) for scenario in scenarios] == [[link.friend_id]] * 4


@pytest.mark.parametrize("field", ["birthday", "customer.", "shop.name", "'; DROP TABLE", ""])
def test_what_is_no_date_of_anybody_is_refused(field):
    with pytest.raises(reading.InvalidFlow):
        reading.parse({"trigger": {"type": "date", "field": field}})


# --- what runs out


def buy(customer_id: int, days_ago: int, product: str = "tea") -> None:
    at = datetime(2026, 11, 17, 12, tzinfo=TOKYO) - timedelta(days=days_ago)
    timeline.record([NewEvent("bought", at, customer_id=customer_id, properties={"product": product})])


def test_what_somebody_buys_every_month_runs_out_a_month_after_the_last_time():
    link = make_link()
    for days_ago in (90, 60, 29, 29):  # gaps of 30 and 31 days
        buy(link.customer_id, days_ago)
    scenario = published({"type": "run_out", "days_before": 2, "at": "10:00"})

    hear(datetime(2026, 11, 17, 9, tzinfo=TOKYO))
    early = entered(scenario)
    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert early == []
    assert inside(scenario) == [link.friend_id]


def test_who_bought_once_is_given_the_median_of_all():
    once = make_link()
    buy(once.customer_id, 20)
    for _each in range(5):
        other = make_link().customer_id
        buy(other, 200)
        buy(other, 180)
    enough = published({"type": "run_out", "days_before": 0, "gaps_at_least": 5, "at": "10:00"})
    too_few = published({"type": "run_out", "days_before": 0, "gaps_at_least": 6, "at": "10:00"}, name="6")

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert (inside(enough), inside(too_few)) == ([once.friend_id], [])


def test_who_bought_again_in_between_is_not_reminded():
    link = make_link()
    for days_ago in (60, 30, 10):
        buy(link.customer_id, days_ago)
    scenario = published({"type": "run_out", "days_before": 0, "at": "10:00"})

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert entered(scenario) == []


def test_only_the_product_that_is_meant():
    link = make_link()
    for product in ("tea", "cup"):
        buy(link.customer_id, 60, product)
        buy(link.customer_id, 30, product)
    each = {"mode": "always", "per_subject": True}
    said = {"type": "run_out", "days_before": 0, "at": "10:00"}
    of_tea = published({**said, "product": "tea"}, reentry=each)
    of_all = published(said, name="All", reentry=each)

    hear(datetime(2026, 11, 17, 10, tzinfo=TOKYO))

    assert entered(of_tea) == [(link.friend_id, "tea")]
    assert sorted(entered(of_all)) == [(link.friend_id, "cup"), (link.friend_id, "tea")]
