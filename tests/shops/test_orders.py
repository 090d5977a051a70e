"""Orders as a shop tells of them, in whatever order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import Event
from shops import orders, totals
from shops.models import CustomerTotals, Order
from shops.orders import upsert_orders
from tests.factories import make_customer

NOON = datetime(2026, 11, 1, 3, tzinfo=UTC)
PLACED_AT = NOON.isoformat()


def row(number: str = "1001", hours: int = 0, **given: object) -> dict:
    """An order as it was told so many hours after it was placed."""
    updated_at = (NOON + timedelta(hours=hours)).isoformat()
    usual = {"customer": "C-1", "placed_at": PLACED_AT, "total": 3000, "lines": [line("tea", 2, 3000)]}
    return {"number": number, "updated_at": updated_at} | usual | given


def line(product: str, quantity: int, amount: float) -> dict:
    return {"product": product, "quantity": quantity, "amount": amount}


def timeline_of(customer) -> list[tuple]:
    events = Event.objects.filter(customer_id=customer.pk).order_by("at", "type", "key")
    return [(event.type, event.at, event.properties) for event in events]


def types_of(customer) -> list[str]:
    return [type_ for type_, _, _ in timeline_of(customer)]


def totals_of(customer) -> tuple:
    found = CustomerTotals.objects.get(customer=customer)
    return found.orders, found.amount, found.first_at, found.last_at


@pytest.fixture
def customer(tenant):
    return make_customer("C-1")


@pytest.fixture
def two_customers(customer):
    return customer, make_customer("C-2")


def test_an_order_stands_in_the_books_on_the_timeline_and_in_the_totals(customer):
    report = upsert_orders([row(lines=[line("tea", 2, 2000), line("cup", 1, 1000)], coupon_code="WELCOME")])

    assert (report.created, report.updated, report.errors) == (1, 0, [])
    assert totals_of(customer) == (1, Decimal(3000), NOON, NOON)
    assert timeline_of(customer) == [
        ("bought", NOON, {"product": "tea", "quantity": 2, "amount": 2000, "order": "1001"}),
        ("bought", NOON, {"product": "cup", "quantity": 1, "amount": 1000, "order": "1001"}),
        (
            "order_placed",
            NOON,
            {
                "order": "1001",
                "total": 3000,
                "items": 3,
                "products": ["tea", "cup"],
                "coupon": "WELCOME",
                "shop": "shop",
            },
        ),
    ]


def test_the_same_news_again_change_nothing(customer):
    upsert_orders([row()])
    before = timeline_of(customer), totals_of(customer)

    report = upsert_orders([row(), row()])

    assert (report.created, report.updated) == (0, 0)
    assert (timeline_of(customer), totals_of(customer)) == before


def test_who_is_told_of_again_keeps_what_they_did_while_others_change(customer):
    upsert_orders([row(), row("1002", lines=[])])

    upsert_orders([row(), row("1002", hours=1, lines=[line("cup", 1, 500)])])

    assert types_of(customer) == ["bought", "bought", "order_placed", "order_placed"]


def test_a_correction_changes_totals_and_timeline_and_is_told_itself(customer):
    upsert_orders([row()])

    report = upsert_orders([row(hours=1, total="1500", lines=[line("tea", 1, 1500)])])

    assert (report.created, report.updated) == (0, 1)
    assert totals_of(customer)[:2] == (1, Decimal(1500))
    assert types_of(customer) == ["bought", "order_placed", "order_corrected"]
    assert timeline_of(customer)[0][2]["quantity"] == 1
    assert timeline_of(customer)[2][2] == {"order": "1001", "total": 1500, "total_before": 3000}


def test_older_news_change_nothing(customer):
    upsert_orders([row(hours=2, status="paid"), row(hours=0)])

    report = upsert_orders([row(hours=1, total=9999, status="placed")])

    order = Order.objects.get()
    assert report.updated == 0
    assert (order.total, order.status) == (3000, "paid")


def test_of_rows_that_name_no_time_the_later_is_the_newer(customer):
    first = {"number": "1", "placed_at": PLACED_AT, "total": 1000, "status": "cancelled"}

    upsert_orders([first, {"number": "1", "total": 980, "status": "placed"}])

    order = Order.objects.get()
    assert (order.total, order.status) == (980, "placed")


def test_of_two_amounts_of_one_moment_the_larger_counts(customer):
    upsert_orders([row(total=1000), row(total=980)])

    assert Order.objects.get().total == 1000


def test_what_a_row_lacks_stays_and_null_makes_it_empty(customer):
    upsert_orders([row(coupon_code="A", tracking_number="T-1")])

    upsert_orders([{"number": "1001", "tracking_number": None}])

    order = Order.objects.get()
    assert (order.coupon_code, order.tracking_number, order.total) == ("A", "", 3000)


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_a_cancelled_order_counts_no_more_until_it_comes_back(customer, status):
    upsert_orders([row(), row("1002", total=500, lines=[])])

    upsert_orders([row(hours=1, status=status)])

    assert totals_of(customer)[:2] == (1, Decimal(500))
    assert types_of(customer) == ["order_placed", "order_cancelled"]
    assert timeline_of(customer)[1][2]["products"] == ["tea"]

    upsert_orders([row(hours=2, status="paid")])

    assert totals_of(customer)[:2] == (2, Decimal(3500))
    assert types_of(customer) == ["bought", "order_placed", "order_placed"]


def test_what_was_given_back_in_part_leaves_the_amount(customer):
    upsert_orders([row(status="partly_refunded", refunded="1200.50")])

    assert totals_of(customer)[:2] == (1, Decimal("1799.50"))


def test_a_test_order_counts_nowhere(customer):
    upsert_orders([row(is_test=True)])

    assert totals_of(customer)[:2] == (0, Decimal(0))
    assert types_of(customer) == []


def test_shipping_and_delivery_stand_on_the_timeline_when_they_happened(customer):
    upsert_orders([row(), row(hours=5, status="shipped", tracking_number="T-1")])
    upsert_orders([row(hours=30, status="delivered", delivered_at=(NOON + timedelta(hours=29)).isoformat())])

    assert [(type_, at) for type_, at, _ in timeline_of(customer)[2:]] == [
        ("order_shipped", NOON + timedelta(hours=5)),
        ("order_delivered", NOON + timedelta(hours=29)),
    ]


def test_an_order_waits_for_a_customer_who_is_not_in_the_books_yet(tenant):
    upsert_orders([row(), row("1002", customer=None)])
    assert not Event.objects.exists()

    customer = make_customer("C-1")
    is_more = orders.join_waiting()

    assert not is_more
    assert totals_of(customer)[:2] == (1, Decimal(3000))
    assert types_of(customer) == ["bought", "order_placed"]


def test_an_order_that_turns_out_to_be_somebody_elses_moves(customer):
    other = make_customer("C-2")
    upsert_orders([row()])

    upsert_orders([row(hours=1, customer="C-2")])

    assert totals_of(customer)[:2] == (0, Decimal(0))
    assert totals_of(other)[:2] == (1, Decimal(3000))
    assert (types_of(customer), types_of(other)) == ([], ["bought", "order_placed"])


def test_the_same_number_in_two_shops_is_two_orders(customer):
    upsert_orders([row(), row(source="outlet")])

    assert totals_of(customer)[0] == 2


def test_news_of_an_unknown_order_must_say_what_it_is(customer):
    report = upsert_orders([{"number": "1", "status": "shipped"}, row()])

    assert report.created == 1
    assert report.errors == [(0, "placed_at: is missing, and the order 1 is not known yet")]


VERSIONS = st.fixed_dictionaries(
    {
        "hours": st.integers(0, 3),
        "total": st.sampled_from([1000, 2000, 3000]),
        "status": st.sampled_from(Order.Status.values),
        "refunded": st.sampled_from([0, 500]),
        "customer": st.sampled_from(["C-1", "C-2", None]),
        "lines": st.sampled_from([[], [line("tea", 1, 1000)], [line("tea", 2, 2000), line("cup", 1, 0)]]),
    },
    optional={"coupon_code": st.sampled_from(["A", "B", None]), "is_test": st.booleans()},
)


def books() -> tuple:
    """All that is known, but for numbers of rows."""
    kept = ("customer__number", "status", "total", "refunded", "lines", "coupon_code", "cancelled_at")
    events = Event.objects.order_by("type", "at", "customer_id", "properties")
    found = CustomerTotals.objects.filter(orders__gt=0).order_by("customer__number")
    return (
        list(Order.objects.order_by("number").values(*kept, "shipped_at", "is_test", "first_total")),
        list(events.values("type", "at", "customer_id", "properties")),
        list(found.values("customer__number", "orders", "amount", "first_at", "last_at")),
    )


def books_after(portions: list[list[dict]]) -> tuple:
    """The end of it, which is then undone."""
    with transaction.atomic():
        for portion in portions:
            assert upsert_orders(portion).errors == []
        assert totals.different() == []
        found = books()
        transaction.set_rollback(True)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(VERSIONS, min_size=1, max_size=5), data=st.data())
def test_the_order_in_which_news_come_makes_no_difference(two_customers, versions, data):
    rows = [row(**version) for version in versions]
    shuffled = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=3))))

    assert books_after([[each] for each in shuffled]) == books_after([rows])
