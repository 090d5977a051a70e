"""Dates relative to today, in the client's calendar."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Tenant
from customers.models import Customer
from friends import values
from friends.models import Friend
from linking import bonds
from linking.bonds import Bond
from linking.models import Link
from segments import services
from segments.errors import InvalidTree
from segments.leaves import Moment, Query, parse
from segments.types import calendar
from tests.factories import (
    make_customer,
    make_customer_field,
    make_field,
    make_friend,
    make_link,
    make_order,
)
from tests.segments.test_leaves import make_linked, names

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")  # a Monday


def dated(field: str, when: str, first: int | None = None, last: int | None = None, **more: object) -> dict:
    bounds = {name: value for name, value in (("from", first), ("to", last)) if value is not None}
    return {"type": "date", "field": field, "when": when} | bounds | more


def friends_of(query: Query) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(*query)
        return {number for (number,) in cursor.fetchall()}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (("today",), {"06-15"}),
        (("this_week",), {"06-14", "06-15"}),
        (("last_week",), {"06-13"}),
        (("next_week",), {"06-21"}),
        (("this_month",), {"06-13", "06-14", "06-15", "06-21", "06-30"}),
        (("next_month",), {"07-01"}),
        (("last_month",), {"05-31"}),
        (("days", 1, 16), {"06-21", "06-30", "07-01"}),
        (("days", -1, 0), {"06-14", "06-15"}),
        (("days", 7, 7), set()),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_birthdays_return_every_year(tenant, when, expected):
    for day in ("05-31", "06-13", "06-14", "06-15", "06-21", "06-30", "07-01"):
        make_linked(day, birthday=date.fromisoformat(f"1990-{day}"))
    make_linked("unknown")

    assert names(dated("birthday", *when)) == expected


@time_machine.travel("2026-12-30T12:00:00+09:00", tick=False)
def test_birthdays_of_the_next_days_go_over_into_january(tenant):
    make_linked("aoi", birthday=date(1990, 12, 31))
    make_linked("ren", birthday=date(1990, 1, 2))
    make_linked("mio", birthday=date(1990, 1, 10))

    assert names(dated("birthday", "days", 0, 7)) == {"aoi", "ren"}
    assert names(dated("birthday", "next_month")) == {"ren", "mio"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-02-27", set()),
        ("2027-02-28", {"leap", "28"}),
        ("2027-03-01", set()),
        ("2028-02-28", {"28"}),
        ("2028-02-29", {"leap"}),
    ],
)
def test_who_was_born_on_a_29th_of_february_has_the_day_on_the_28th(tenant, now, expected):
    make_linked("leap", birthday=date(1992, 2, 29))
    make_linked("28", birthday=date(1991, 2, 28))

    with time_machine.travel(f"{now}T12:00:00+09:00", tick=False):
        assert names(dated("birthday", "today")) == expected


@time_machine.travel(NOON, tick=False)
def test_a_birthday_that_does_not_return(tenant):
    make_linked("born", birthday=date(2026, 6, 15))
    make_linked("aoi", birthday=date(1990, 6, 15))

    assert names(dated("birthday", "today", yearly=False)) == {"born"}


@time_machine.travel(NOON, tick=False)
def test_the_last_order_60_to_90_days_ago(tenant):
    for days in (59, 60, 90, 91):
        make_link(make_friend(f"{days}"), customer := make_customer(f"{days}"))
        make_order(customer=customer.number, placed_at=(NOON - timedelta(days=days)).isoformat())
        make_order(customer=customer.number, placed_at=(NOON - timedelta(days=200)).isoformat())

    assert names(dated("last_order", "days", -90, -60)) == {"60", "90"}
    assert names(dated("last_order", "days", None, -61)) == {"90", "91"}
    assert names(dated("first_order", "days", -200, -200)) == {"59", "60", "90", "91"}


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("Asia/Tokyo", "2026-06-15T23:59:59"),
        ("America/New_York", "2026-06-15T00:00:00"),
        ("America/New_York", "2026-03-08T23:30:00"),  # an hour is skipped
        ("America/New_York", "2026-11-01T01:30:00"),  # an hour comes twice
    ],
)
def test_a_day_is_one_of_the_clients_calendar(tenant, zone, now):
    tenant.time_zone = zone
    local = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))
    begin = local.replace(hour=0, minute=0, second=0)
    next_day = (begin + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
    make_link(make_friend("before", followed_at=begin - timedelta(seconds=1)))
    make_link(make_friend("first", followed_at=begin))
    make_link(make_friend("last", followed_at=next_day.astimezone(ZoneInfo("UTC")) - timedelta(seconds=1)))
    make_link(make_friend("after", followed_at=next_day))

    with time_machine.travel(local, tick=False):
        assert names(dated("followed_at", "today")) == {"first", "last"}
        assert names(dated("followed_at", "days", -1, -1)) == {"before"}
        assert names(dated("followed_at", "today", yearly=True)) == {"first", "last"}


@time_machine.travel(NOON, tick=False)
def test_linked_this_month(tenant):
    make_link(make_friend("aoi"), linked_at=NOON - timedelta(days=14))
    make_link(make_friend("ren"), linked_at=NOON - timedelta(days=15))

    assert names(dated("linked_at", "this_month")) == {"aoi"}


@time_machine.travel(NOON, tick=False)
def test_fields_of_customers_and_friends_that_are_dates(tenant):
    make_customer_field("Expires", "date", key="expires")
    make_field("Wedding", "date", key="wedding")
    make_field("Visit", "datetime", key="visit")
    aoi, _ren = make_linked("aoi", expires="2026-06-22"), make_linked("ren", expires="2026-06-23")
    make_linked("mio", expires="soon"), make_linked("yui", expires=20260622)
    values.set_by_key(aoi.friend, {"wedding": "2001-06-15", "visit": "2026-06-15 23:59"})

    assert names(dated("attributes.expires", "days", 0, 7)) == {"aoi"}
    assert names(dated("attributes.expires", "days", 8)) == {"ren"}
    assert names(dated("attributes.expires", "next_week", yearly=True)) == {"aoi", "ren"}
    assert names(dated("fields.wedding", "today", yearly=True)) == {"aoi"}
    assert names(dated("fields.wedding", "days", None, 0)) == {"aoi"}
    assert names(dated("fields.visit", "today")) == {"aoi"}
    assert names(dated("fields.visit", "this_month", yearly=True)) == {"aoi"}
    assert names(dated("fields.visit", "days", 1)) == set()


def test_every_day_of_a_year_is_every_date(tenant):
    make_field("Wedding", "date", key="wedding")
    aoi = make_linked("aoi", birthday=date(1992, 2, 29), expires="2020-02-29")
    values.set_by_key(aoi.friend, {"wedding": "2004-02-29"})
    make_linked("unknown")

    assert names(dated("birthday", "days", 0, 365)) == {"aoi"}
    assert names(dated("attributes.expires", "days", -400, 0, yearly=True)) == {"aoi"}
    assert names(dated("fields.wedding", "this_year", yearly=True)) == {"aoi"}
    assert names(dated("birthday", "this_year")) == {"aoi"}


def test_it_flips_at_the_clients_midnight(tenant):
    make_linked("aoi", birthday=date(1990, 6, 16))

    with time_machine.travel("2026-06-15T23:59:59+09:00", tick=False) as clock:
        before = names(dated("birthday", "today"))
        clock.shift(1)
        after = names(dated("birthday", "today"))

    assert (before, after) == (set(), {"aoi"})


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("today", "2026-06-16"),
        ("this_week", "2026-06-21"),
        ("next_month", "2026-07-01"),
        ("last_year", "2027-01-01"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_it_holds_until_other_days_are_meant(tenant, when, until):
    leaf = parse(dated("birthday", when))

    assert leaf.valid_until(Moment.present()) == datetime.fromisoformat(f"{until}T00:00:00+09:00")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (dated("shoes", "today"), "field: must be one of: birthday"),
        (dated("birthday", "someday"), "when: must be one of"),
        (dated("birthday", "days"), "from or to goes with days"),
        (dated("birthday", "today", 1, 2), "from or to goes with days"),
        (dated("last_order", "days", 2, 1), "to: to is before from"),
        (dated("birthday", "days", 1), "needs both from and to"),
        (dated("last_order", "days", 0, 36_501), "to: must be a whole number"),
        (dated("attributes.points", "today"), "the field “Points” holds no dates"),
        (dated("fields.size", "today"), "the field “Size” holds no dates"),
        (dated("fields.gone", "today"), "there is no field “gone” of friends"),
    ],
)
def test_what_cannot_be_asked_is_refused(tenant, raw, message):
    make_customer_field("Points", "number", key="points")
    make_field("Size", key="size")

    with pytest.raises(InvalidTree) as refused:
        services.create_segment("Test", raw)

    assert message in refused.value.message


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (dated("birthday", "this_month"), "Birthday: this month"),
        (dated("last_order", "days", -90, -60), "Last order: 60 to 90 days ago"),
        (dated("last_order", "days", -90, 0), "Last order: in the last 90 days"),
        (dated("last_order", "days", None, -90), "Last order: 90 days ago or earlier"),
        (dated("attributes.expires", "days", 7, 7), "Expires: in 7 days"),
        (dated("attributes.expires", "days", 0, 7), "Expires: within the next 7 days"),
        (dated("attributes.expires", "days", -3, 7), "Expires: from 3 days ago to 7 days from now"),
        (dated("linked_at", "today", yearly=True), "ID link made (every year): today"),
    ],
)
def test_the_words_of_a_date(tenant, raw, words):
    make_customer_field("Expires", "date", key="expires")

    assert services.words(raw) == words


DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@given(today=DAYS, later=st.integers(0, 800), first=st.integers(-40, 40), length=st.integers(0, 60), day=DAYS)
def test_who_is_passed_over_when_days_move_on_has_not_changed(today, later, first, length, day):
    spans = [
        calendar.span(each, "days", first, first + length) for each in (today, today + timedelta(days=later))
    ]

    was, now = (span.first <= day <= span.last for span in spans)
    between = any(span.first <= day <= span.last for span in calendar.between(*spans))

    assert between or was == now


@given(today=DAYS, when=st.sampled_from(calendar.PERIODS))
def test_periods_follow_each_other_and_move_on_at_their_end(today, when):
    next_day = calendar.moves_on(today, when)

    assert calendar.span(next_day - timedelta(days=1), when) == calendar.span(today, when)
    assert calendar.span(next_day, when).first == calendar.span(today, when).last + timedelta(days=1)


@given(today=DAYS, born=DAYS)
def test_every_birthday_comes_once_a_year(today, born):
    year = [date(today.year, 1, 1) + timedelta(days=number) for number in range(365)]
    year += [date(today.year, 12, 31)] if date(today.year, 12, 31) not in year else []

    days = [day for day in year if 100 * born.month + born.day in calendar.yearly(calendar.Span(day, day))]

    assert len(days) == 1


@pytest.mark.parametrize("raw", [dated("birthday", "days", 0, 3), dated("followed_at", "days", -3, 0)])
def test_those_at_the_edges_are_all_who_change_as_time_goes_on(tenant: Tenant, raw):
    for days in range(-6, 7):
        day = NOON + timedelta(days=days)
        make_link(make_friend(followed_at=day), make_customer(birthday=day.date().replace(year=1990)))
    leaf = parse(raw)
    before = Moment(NOON, ZoneInfo("Asia/Tokyo"))
    after = Moment(NOON + timedelta(days=2), before.zone)

    was, now, crossed = (
        friends_of(query) for query in (leaf.query(before), leaf.query(after), leaf.crossed(before, after))
    )

    assert was ^ now <= crossed
    assert len(crossed) == 4


def test_birthdays_of_a_day_are_found_by_index(tenant):
    days = [date(1990, 1, 1) + timedelta(days=number) for number in range(365)]
    born = Customer.objects.bulk_create([Customer(number=str(day), birthday=day) for day in days])
    friends = Friend.objects.bulk_create([Friend(line_user_id=f"U{n:032x}") for n in range(len(days))])
    pairs = zip(friends, born, strict=True)
    bonds.tie([Bond(one.pk, other.pk, timezone.now(), Link.Method.IMPORT) for one, other in pairs])
    query = parse(dated("birthday", "today")).query(Moment.present())

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; ANALYZE customers_customer, linking_link")  # an owner's right
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query.sql}", query.params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "customer_birthday_of_year" in plan
