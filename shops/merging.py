"""Orders and totals of two customers who are one person."""

from accounts.models import User
from customers.models import Customer
from events import versions
from shops import totals
from shops.models import CustomerTotals, Order


def move(into: Customer, gone: Customer, by: User | None) -> None:
    """Their events are moved with the customers; the next word on an order finds them by the new number."""
    orders = Order.objects.filter(customer=gone)
    list(orders.order_by("source", "number").select_for_update(no_key=True).values("pk"))
    orders.update(customer=into)
    CustomerTotals.objects.filter(customer=gone).delete()
    totals.recount([into.pk])
    versions.touch("orders", customers=[into.pk, gone.pk])


def count(customer: Customer) -> int:
    return Order.objects.filter(customer=customer).count()
