"""Several workers about the same orders, and customers who turn out to be one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.core.management import call_command
from django.db import connection
from django_tenants.utils import tenant_context

from accounts import board
from customers import merging
from customers.models import Customer
from events.models import Event
from shops import tasks, totals
from shops.models import CustomerTotals, Order
from shops.orders import WAITING, upsert_orders
from tests.factories import make_customer
from tests.shops.test_orders import row


def test_two_workers_with_the_same_news_make_each_order_once(own_tenant):
    make_customer("C-1")
    rows = [row(str(number % 5), hours=number % 3, total=100 * (number % 3 + 1)) for number in range(30)]

    def work(turn: int) -> None:
        with tenant_context(own_tenant):
            for at in range(turn, len(rows), 2):
                assert upsert_orders([rows[at], rows[-at]]).errors == []
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [0, 1, 0, 1]))

    assert Order.objects.count() == 5
    assert {order.total for order in Order.objects.all()} == {Decimal(300)}
    assert CustomerTotals.objects.get().amount == 1500
    assert Event.objects.filter(type="order_placed").count() == 5
    assert totals.different() == []


def test_orders_move_when_two_customers_are_one(tenant):
    into, gone = make_customer("C-1"), make_customer("C-2")
    upsert_orders([row(), row("1002", customer="C-2", total=500)])

    merge = next(part for part in merging.all_parts() if part.count and part.count(gone) == 1)
    merge.move(into, gone, None)

    assert CustomerTotals.objects.values_list("customer", "orders", "amount").get() == (into.pk, 2, 3500)
    assert totals.different() == []


def test_orders_come_in_while_their_customers_are_merged(own_tenant):
    numbers = [str(number) for number in range(30)]
    for number in numbers:
        make_customer(f"A-{number}")
        make_customer(f"B-{number}")
    upsert_orders([row(number, customer=f"B-{number}") for number in numbers])

    def merge() -> None:
        for number in numbers:
            into, gone = (Customer.objects.get(number=f"{letter}-{number}") for letter in "AB")
            merging.merge(into, gone)

    def correct() -> None:
        for turn, number in enumerate(numbers):
            status = ["placed", "cancelled"][turn % 2]
            upsert_orders([{"number": each, "status": status, "total": turn} for each in numbers[turn:]])
            upsert_orders([row(f"new {number}", customer=f"B-{number}")])

    def work(command: Callable[[], None]) -> None:
        with tenant_context(own_tenant):
            command()
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, [merge, correct, correct]))

    assert {order.customer.number[0] for order in Order.objects.select_related("customer")} == {"A"}
    assert totals.different() == []


def test_waiting_orders_are_looked_at_again_until_none_waits(tenant):
    upsert_orders([row()])
    assert board.version(WAITING) == 1

    tasks.join_waiting.apply(headers={"musubi_schema": tenant.schema_name})
    assert Order.objects.waiting().exists()
    make_customer("C-1")
    tasks.join_waiting.apply(headers={"musubi_schema": tenant.schema_name})

    assert not Order.objects.waiting().exists()


def test_totals_that_are_wrong_are_found_and_put_right(tenant, capsys):
    make_customer("C-1")
    upsert_orders([row()])
    CustomerTotals.objects.update(amount=1)

    call_command("check_totals", "apparel", "--repair")

    assert "1 customers" in capsys.readouterr().out
    assert CustomerTotals.objects.get().amount == 3000
