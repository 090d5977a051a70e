"""News of an order come in any order and more than once: it ends as the shop has it."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.models import ExternalId
from connectors.shopify.topics import TOPICS
from customers.models import Customer
from events.models import Event
from shops.models import CustomerTotals, Order
from tests.connectors.factories import customer_body, fulfillment_body, make_shopify, order_body, refund_body

News = tuple[str, dict[str, Any]]


def at(minute: int) -> str:
    return f"2026-10-02T{10 + minute // 60:02}:{minute % 60:02}:00+09:00"


def told(steps: list[str]) -> list[News]:
    """What Shopify tells of an order as these steps happen to it, one a minute."""
    order, news = order_body(customer=customer_body(11)), []
    news.append(("orders/create", deepcopy(order)))
    for minute, step in enumerate(steps, start=1):
        news += _step(order, step, minute)
        order["updated_at"] = at(minute)
        news.append(("orders/updated", deepcopy(order)))
    return news


def _step(order: dict[str, Any], step: str, minute: int) -> list[News]:
    if step == "refund":
        left = Decimal(order["current_total_price"])
        amount = min(Decimal(1500), left)
        refund = refund_body(
            70 + minute,
            amount=str(amount),
            processed_at=at(minute),
            created_at=at(minute),
            refund_line_items=[],
        )
        order["refunds"].append(refund)
        order["current_total_price"] = str(left - amount)
        order["financial_status"] = "partially_refunded" if left > amount else "refunded"
        return [("refunds/create", deepcopy(refund))]
    if step == "ship":
        sent = fulfillment_body(90 + minute, created_at=at(minute), updated_at=at(minute))
        order["fulfillments"].append(sent)
        return [("fulfillments/create", deepcopy(sent))]
    if step == "deliver":
        for sent in order["fulfillments"]:
            sent |= {"shipment_status": "delivered", "updated_at": at(minute)}
        return [("fulfillments/update", deepcopy(sent)) for sent in order["fulfillments"]]
    order["cancelled_at"] = order["cancelled_at"] or at(minute)
    return [("orders/cancelled", deepcopy(order) | {"updated_at": at(minute)})]


def end_of(news: list[News]) -> dict[str, Any]:
    """What there is after these, in a transaction that is taken back."""
    with transaction.atomic():
        shop = make_shopify()
        for topic, body in news:
            TOPICS[topic].take(shop, body, at(0))
        found = _state()
        transaction.set_rollback(True)
    return found


def _state() -> dict[str, Any]:
    order = Order.objects.values(
        "status",
        "total",
        "refunded",
        "lines",
        "shipped_at",
        "delivered_at",
        "cancelled_at",
        "tracking_number",
    ).get()
    events = Event.objects.filter(type__in=["order_placed", "order_shipped", "order_delivered"])
    totals = CustomerTotals.objects.filter(customer__number="11").values("orders", "amount").first()
    return {
        "order": order,
        "events": sorted(events.values_list("type", "at")),
        "totals": totals or {"orders": 0, "amount": Decimal()},
        "customer": Customer.objects.values_list("number", "name").get(),
        "ids": sorted(ExternalId.objects.values_list("kind", "external", "ours")),
    }


STEPS = st.lists(st.sampled_from(["refund", "ship", "deliver", "cancel"]), max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_any_repetition_end_the_same(tenant, data):
    news = told(data.draw(STEPS))
    mixed = data.draw(st.permutations(news + data.draw(st.lists(st.sampled_from(news), max_size=4))))

    assert end_of(mixed) == end_of(news)
