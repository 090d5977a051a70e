"""Several workers at the same deliveries, and workers that are killed in the middle."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django_tenants.utils import tenant_context

from connectors import processing
from connectors.models import Delivery
from customers.models import Customer
from events.models import Event
from shops.models import Order
from tests.connectors.factories import customer_body, make_shopify, order_body, refund_body, take_over, tell


def take_over_at_once(tenant, *, workers: int) -> None:
    def work(_number: int) -> None:
        try:
            with tenant_context(tenant):
                take_over()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def test_two_workers_take_each_delivery_over_once(own_tenant):
    shop = make_shopify()
    for number in range(8):
        customer = customer_body(11 + number % 3)
        tell(shop, "orders/create", order_body(501 + number, customer=customer))
        tell(shop, "refunds/create", refund_body(71 + number, order=501 + number, amount="1000"))

    take_over_at_once(own_tenant, workers=2)

    assert set(Delivery.objects.values_list("state", "attempt_count")) == {("done", 1)}
    assert Order.objects.count() == 8
    assert set(Order.objects.values_list("refunded", flat=True)) == {1000}
    assert Customer.objects.count() == 3
    assert Event.objects.filter(type="order_placed").count() == 8
    assert sum(topic.count for topic in shop.topics.all()) == 16


def test_a_worker_killed_in_the_middle_leaves_a_delivery_as_it_was(own_tenant):
    shop = make_shopify()
    tell(shop, "orders/create", order_body(customer=customer_body(11)))
    connection.close()

    child = os.fork()
    if not child:
        processing._finish = lambda *_given: os.kill(os.getpid(), signal.SIGKILL)
        processing.process_one()
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    left = list(Delivery.objects.values_list("state", "attempt_count"))
    written = Order.objects.count()
    take_over()

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert left == [("new", 0)]
    assert written == 0
    assert Order.objects.count() == 1
