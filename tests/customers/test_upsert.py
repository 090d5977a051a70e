"""The client's own records of people: brought up to date in bulk, good rows in, bad ones reported."""

from datetime import date

from django_tenants.utils import tenant_context

from customers.models import Customer
from customers.services import upsert_customers
from events import versions
from tests.factories import make_customer


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

    with django_assert_num_queries(11):
        report = upsert_customers(rows)

    assert report.created == 2_000


def test_customers_of_another_client_stay_theirs(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_customer("A-1", name="Theirs")

    upsert_customers([{"number": "A-1", "name": "Ours"}])

    with tenant_context(other_tenant):
        assert Customer.objects.get().name == "Theirs"
