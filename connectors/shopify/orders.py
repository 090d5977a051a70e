"""Shopify's orders, refunds and fulfilments, joined so that the order of their arrival does not matter.

An order is known from three kinds of news: whole versions of it, of which the latest counts; refunds, which
only ever come to it; and fulfilments, each in its latest version. What we write is made from the three
together. Source: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from decimal import Decimal
from typing import Any

import orjson

from connectors.shopify.fields import (
    Body,
    amount,
    count,
    external_id,
    id_or_none,
    moment,
    moment_or_none,
    text,
)
from connectors.shopify.fields import rows as list_of

Facts = dict[str, Any]
PAID = {"paid", "partially_refunded", "refunded"}
UNDER_WAY = {"pending", "open", "success"}


def of_order(body: Body) -> Facts:
    """What orders/create, updated, paid, cancelled and fulfilled say: each brings the whole order."""
    order = {
        "number": text(body, "name", 100) or external_id(body),
        "customer": id_or_none(body.get("customer")),
        "placed_at": moment(body, "processed_at", "created_at"),
        "cancelled_at": moment_or_none(body, "cancelled_at"),
        "financial": text(body, "financial_status"),
        "currency": text(body, "currency", 3),
        "total": str(amount(body, "total_price")),
        "left": str(amount(body, "current_total_price", body.get("total_price"))),
        "discount": str(amount(body, "current_total_discounts", body.get("total_discounts", "0"))),
        "shipping": str(_sum(list_of(body, "shipping_lines"), "price")),
        "tax": str(amount(body, "current_total_tax", body.get("total_tax", "0"))),
        "coupon": next((text(code, "code") for code in list_of(body, "discount_codes")), ""),
        "lines": [_line(line) for line in list_of(body, "line_items")],
        "is_test": body.get("test") is True,
        "refunds": sorted(external_id(refund) for refund in list_of(body, "refunds")),
    }
    return {
        "order": {"at": moment(body, "updated_at"), **order},
        "refunds": _by_id(list_of(body, "refunds"), _refund),
        "fulfillments": _by_id(list_of(body, "fulfillments"), _fulfillment),
    }


def of_refund(body: Body) -> Facts:
    return {"refunds": _by_id([body], _refund)}


def of_fulfillment(body: Body) -> Facts:
    return {"fulfillments": _by_id([body], _fulfillment)}


def of_deletion(at: str) -> Facts:
    """An order that was deleted in the shop is gone, whatever is heard of it later."""
    return {"deleted_at": at}


def join(known: Facts, news: Facts) -> Facts:
    """Both together. Joined in any order, or twice, the same news come to the same facts."""
    joined: Facts = {
        name: {
            key: _later(known.get(name, {}).get(key), news.get(name, {}).get(key))
            for key in sorted(known.get(name, {}).keys() | news.get(name, {}).keys())
        }
        for name in ("refunds", "fulfillments")
    }
    joined["order"] = _later(known.get("order"), news.get("order"))
    joined["arrived"] = _earliest([known.get("arrived", {}), _arrivals(news)])
    joined["deleted_at"] = min(filter(None, [known.get("deleted_at"), news.get("deleted_at")]), default=None)
    return joined


def status(facts: Facts) -> str:
    order = facts["order"]
    if order["cancelled_at"] or facts["deleted_at"]:
        return "cancelled"
    if order["financial"] == "refunded" or (_refunded_since(facts) and not left(facts)):
        return "returned"
    if sent := _sent(facts):
        return "delivered" if all(each["is_delivered"] for each in sent) else "shipped"
    if facts["refunds"] and left(facts) < Decimal(order["total"]):
        return "partly_refunded"
    return "paid" if order["financial"] in PAID else "placed"


def left(facts: Facts) -> Decimal:
    """What is left of its total after refunds and edits, in the shop's currency.

    A version of the order has taken off the refunds that it names; those heard of since are taken off here.
    """
    back = sum((Decimal(each["amount"]) for each in _refunded_since(facts)), Decimal())
    return max(Decimal(facts["order"]["left"]) - back, Decimal())


def milestones(facts: Facts) -> dict[str, str | None]:
    """When it left, when all of it arrived, when it was taken back, and by which number it is followed."""
    sent = _sent(facts)
    took_back = [each["at"] for each in facts["refunds"].values()] if status(facts) == "returned" else []
    return {
        "shipped_at": min((each["sent_at"] for each in sent), default=None),
        "delivered_at": max(_arrived(facts)) if status(facts) == "delivered" else None,
        "cancelled_at": facts["order"]["cancelled_at"] or facts["deleted_at"] or max(took_back, default=None),
        "tracking_number": next((each["tracking"] for each in sent if each["tracking"]), ""),
    }


def lines(facts: Facts) -> list[dict]:
    """What is left of its lines after refunds and edits."""
    left = []
    for line in facts["order"]["lines"]:
        back = sum(each["lines"].get(line["id"], 0) for each in _refunded_since(facts))
        quantity = max(line["quantity"] - back, 0)
        if quantity:
            left.append(line | {"quantity": quantity, "amount": str(_share(line, quantity))})
    return left


def updated_at(facts: Facts) -> str:
    """Of the latest of the news it is made of."""
    parts = [facts["order"], *facts["refunds"].values(), *facts["fulfillments"].values()]
    return max([part["at"] for part in parts] + [facts["deleted_at"] or ""])


def _sent(facts: Facts) -> list[dict]:
    return [each for each in facts["fulfillments"].values() if each["status"] in UNDER_WAY]


def _arrived(facts: Facts) -> list[str]:
    return [at for key, at in facts["arrived"].items() if facts["fulfillments"][key]["is_delivered"]]


def _refunded_since(facts: Facts) -> list[dict]:
    return [each for key, each in facts["refunds"].items() if key not in facts["order"]["refunds"]]


def code_of(body: Body) -> str:
    """How we call what a line or a variant is: its SKU, else its ID in Shopify."""
    sku = text(body, "sku", 100)
    return sku or (f"shopify-{body['variant_id']}" if body.get("variant_id") else "")


def _line(body: Body) -> dict:
    ordered = count(body, "quantity")
    off = _sum(list_of(body, "discount_allocations"), "amount")
    return {
        "id": external_id(body),
        "product": code_of(body),
        "name": " ".join(filter(None, [text(body, "title"), text(body, "variant_title")])),
        "ordered": ordered,
        "quantity": count(body, "current_quantity", ordered),
        "amount": str(amount(body, "price") * ordered - off),
    }


def _share(line: dict, quantity: int) -> Decimal:
    """The amount of so many of a line's pieces."""
    whole = Decimal(line["amount"])
    return (
        whole
        if quantity == line["ordered"]
        else (whole * quantity / line["ordered"]).quantize(Decimal("0.01"))
    )


def _refund(body: Body) -> dict:
    paid_back = [
        each
        for each in list_of(body, "transactions")
        if each.get("kind") == "refund" and each.get("status") == "success"
    ]
    return {
        "at": moment(body, "processed_at", "created_at"),
        "amount": str(_sum(paid_back, "amount")),
        "lines": {
            external_id(each, "line_item_id"): count(each, "quantity")
            for each in list_of(body, "refund_line_items")
        },
    }


def _fulfillment(body: Body) -> dict:
    return {
        "at": moment(body, "updated_at", "created_at"),
        "sent_at": moment(body, "created_at", "updated_at"),
        "status": text(body, "status"),
        "is_delivered": body.get("shipment_status") == "delivered",
        "tracking": text(body, "tracking_number", 100),
    }


def _sum(bodies: list[Body], field: str) -> Decimal:
    return sum((amount(each, field, "0") for each in bodies), Decimal())


def _by_id(bodies: list[Body], read: Any) -> dict[str, dict]:
    return {external_id(body): read(body) for body in bodies}


def _arrivals(news: Facts) -> dict[str, str]:
    sent = news.get("fulfillments", {})
    return {key: each["at"] for key, each in sent.items() if each["is_delivered"]}


def _earliest(maps: list[dict[str, str]]) -> dict[str, str]:
    keys = sorted(set().union(*maps))
    return {key: min(each[key] for each in maps if key in each) for key in keys}


def _later(one: dict | None, other: dict | None) -> dict | None:
    """The later of two versions; of two of the same moment always the same one."""
    return max(filter(None, [one, other]), key=_age, default=None)


def _age(version: dict) -> tuple[str, bytes]:
    return version["at"], orjson.dumps(version, option=orjson.OPT_SORT_KEYS)
