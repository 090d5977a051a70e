"""The client's own records of people: brought up to date in bulk, good rows in, bad ones reported."""

from datetime import date
from uuid import uuid4

import pytest
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers import fields
from customers.models import Customer
from customers.services import upsert_customers
from events import versions
from tests.factories import make_customer, make_customer_field


def test_new_numbers_become_customers(tenant):
    report = upsert_customers(
        [
            {"number": "A-1", "name": "山田 花子", "birthday": "1990-04-01", "attributes": {"rank": "gold"}},
            {"number": 7},
        ]
    )

    assert (report.created, report.updated, report.errors) == (2, 0, [])
    hanako = Customer.objects.get(number="A-1")
    assert (hanako.name, hanako.birthday, hanako.attributes) == (
        "山田 花子",
        date(1990, 4, 1),
        {"rank": "gold"},
    )
    assert Customer.objects.get(number="7").birthday is None
    assert versions.of(["customers"]) == {"customers": 1}


def test_what_a_row_lacks_stays_and_attributes_are_merged(tenant):
    make_customer("A-1", name="Hanako", rank="gold", points=3, shop="Shibuya")

    report = upsert_customers([{"number": "A-1", "attributes": {"points": 5, "shop": None}}])

    customer = Customer.objects.get()
    assert (report.created, report.updated) == (0, 1)
    assert (customer.name, customer.birthday) == ("Hanako", date(1990, 4, 1))
    assert customer.attributes == {"rank": "gold", "points": 5}


def test_a_birthday_is_taken_back_by_saying_so(tenant):
    make_customer("A-1")

    upsert_customers([{"number": "A-1", "birthday": None}])

    assert Customer.objects.get().birthday is None


def test_rows_that_change_nothing_touch_nothing(tenant):
    rows = [{"number": "A-1", "name": "Hanako", "birthday": date(1990, 4, 1), "attributes": {"rank": "gold"}}]
    upsert_customers(rows)

    report = upsert_customers(rows)

    assert (report.created, report.updated) == (0, 0)
    assert versions.of(["customers"]) == {"customers": 1}


def test_bad_rows_are_named_by_index_and_the_good_ones_go_in(tenant):
    report = upsert_customers(
        [
            {"number": "A-1"},
            {"name": "nobody"},
            {"number": "x" * 101},
            {"number": "A-1", "name": "again"},
            {"number": "A-2", "birthday": "1 April"},
            {"number": "A-3", "name": "x" * 101},
            {"number": "A-4", "attributes": ["gold"]},
            {"number": "A-5", "name": "zero\0byte"},
        ]
    )

    assert (report.created, Customer.objects.count()) == (1, 1)
    assert report.errors == [
        (1, "The customer number is missing."),
        (2, "The customer number is longer than 100 characters."),
        (3, "This customer number stands in an earlier row."),
        (4, "The birthday must be a date such as 1990-04-01."),
        (5, "The name must be a text of at most 100 characters."),
        (6, "The attributes must be an object of names and values."),
        (7, "The row has characters that cannot be stored."),
    ]


def test_thousands_of_rows_cost_a_handful_of_queries(tenant, django_assert_num_queries):
    rows = [{"number": f"A-{number}", "attributes": {"rank": "gold"}} for number in range(2_000)]

    with django_assert_num_queries(10):
        report = upsert_customers(rows)

    assert report.created == 2_000


def test_customers_of_another_client_stay_theirs(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_customer("A-1", name="Theirs")

    upsert_customers([{"number": "A-1", "name": "Ours"}])

    with tenant_context(other_tenant):
        assert Customer.objects.get().name == "Theirs"


def test_older_news_does_not_overwrite_newer(tenant):
    upsert_customers([{"number": "A-1", "name": "new", "as_of": "2026-11-02T00:00:00+09:00"}])

    late = upsert_customers([{"number": "A-1", "name": "old", "as_of": "2026-11-01T00:00:00+09:00"}])
    undated = upsert_customers([{"number": "A-1", "attributes": {"rank": "gold"}}])

    assert (late.updated, undated.updated) == (0, 1)
    assert Customer.objects.get().name == "new"


def test_news_that_says_the_same_later_still_keeps_older_news_out(tenant):
    upsert_customers([{"number": "A-1", "name": "Hanako", "as_of": "2026-11-01T00:00:00Z"}])

    same = upsert_customers([{"number": "A-1", "name": "Hanako", "as_of": "2026-11-03T00:00:00Z"}])
    between = upsert_customers([{"number": "A-1", "name": "old", "as_of": "2026-11-02T00:00:00Z"}])

    assert (same.updated, between.updated) == (0, 0)
    assert Customer.objects.get().name == "Hanako"


@given(rows=st.permutations([(day, f"name {day}") for day in range(1, 6)]), again=st.integers(0, 4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_news_comes_the_newest_is_what_stays(tenant, rows, again):
    number = uuid4().hex
    for day, name in [*rows, rows[again]]:
        upsert_customers([{"number": number, "name": name, "as_of": f"2026-11-0{day}T00:00:00Z"}])

    assert Customer.objects.get(number=number).name == "name 5"


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        ("yesterday", "as_of: must be a time with its offset, such as 2026-11-20T14:05:00+09:00"),
        ("2026-11-20T14:05:00", "as_of: must be a time with its offset, such as 2026-11-20T14:05:00+09:00"),
        ("2999-01-01T00:00:00Z", "as_of: is in the future"),
    ],
)
def test_a_time_that_is_none_is_refused(tenant, as_of, reason):
    assert upsert_customers([{"number": "A-1", "as_of": as_of}]).errors == [(0, reason)]


def test_fields_take_values_of_their_type_and_refuse_others_with_the_right_form(tenant):
    make_customer_field("Rank", "choice", key="rank", choices=["gold", "silver"])
    make_customer_field("Points", "number", key="points")
    make_customer_field("Visit", "date", key="visit")
    make_customer_field("Mail", "yes_no", key="mail")

    report = upsert_customers(
        [
            {
                "number": "A-1",
                "attributes": {
                    "rank": "ＧＯＬＤ",
                    "points": "1,200",
                    "visit": "昭和64年1月7日",
                    "mail": True,
                },
            },
            {"number": "A-2", "attributes": {"rank": "bronze"}},
            {"number": "A-3", "attributes": {"points": "many"}},
            {"number": "A-4", "attributes": {"visit": "2026-02-31"}},
            {"number": "A-5", "attributes": {"mail": "perhaps"}},
            {"number": "A-6", "attributes": {"rank": ["gold"]}},
        ]
    )

    assert Customer.objects.get().attributes == {
        "rank": "gold",
        "points": 1200,
        "visit": "1989-01-07",
        "mail": True,
    }
    assert report.errors == [
        (1, "Rank is none of the choices."),
        (2, "Points is not a number of at most 14 digits and 6 decimals."),
        (3, "Visit is not a date such as 1990-04-30."),
        (4, "Mail is neither yes nor no."),
        (5, "Rank must be one value, not a list or an object."),
    ]


def test_other_attributes_are_free_unless_the_client_takes_known_ones_only(tenant):
    make_customer_field("Rank", key="rank")
    rows = [{"number": "A-1", "attributes": {"rank": "gold", "hobby": {"tea": True}}}]

    free = upsert_customers(rows)
    fields.take_only_known(True)
    strict = upsert_customers(rows)

    assert (free.created, free.errors) == (1, [])
    assert strict.errors == [(0, "There is no field “hobby”, and others are not taken.")]


@pytest.mark.parametrize(
    "row",
    [
        {"number": True},
        {"number": ["A-1"]},
        {"number": {"a": 1}},
        {"number": "A-1", "name": 7},
        {"number": "A-1", "name": "half \ud83d"},
        {"number": "A-1", "email": 7},
        {"number": "A-1", "phone": ["0901"]},
        {"number": "A-1", "attributes": {"n": 2**70}},
        {"number": "A-1", "attributes": {"zero\0": 1}},
        {"number": "A-1", "attributes": {"big": "x" * 20_001}},
        {"number": "half \udc00"},
    ],
)
def test_what_cannot_be_stored_is_refused_and_the_rest_goes_in(tenant, row):
    report = upsert_customers([row, {"number": "good"}])

    assert [index for index, _reason in report.errors] == [0]
    assert [customer.number for customer in Customer.objects.all()] == ["good"]


@pytest.mark.parametrize("number", ["👩‍👧", "が", "か\u3099", "Ａ", "a b", "1'; --", "<b>"])
def test_odd_numbers_are_kept_as_they_are(tenant, number):
    upsert_customers([{"number": number, "name": number}])

    assert Customer.objects.get(number=number).name == number
