"""Requests to destinations: the body in the platform's form, and the headers by which it knows us."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from accounts import current
from adplatforms import hashing
from adplatforms.handing import secrets, shapes
from adplatforms.handing.judging import Known
from adplatforms.handing.shapes import Told
from adplatforms.hashing import Hashes
from adplatforms.models import Delivery, Destination
from attribution.counting import happenings
from attribution.models import Point
from channels import loops
from customers.models import Customer
from events.models import Event
from relays import outside
from scenarios.acts import signing
from shops.models import Order, ShopSettings

YEN = "JPY"
HIDDEN = "••••"
CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True)
class Request:
    """One POST. `shown` is its body without the token, for people."""

    url: str
    headers: dict[str, str]
    body: bytes
    shown: str


@dataclass(frozen=True, slots=True)
class Sold:
    """What a delivery says of the order itself: its number, "" of what is none, and the currency."""

    number: str = ""
    currency: str = YEN


def told_of(destination: Destination, deliveries: Collection[Delivery], known: Known) -> dict[int, Told]:
    """What is said of each of these deliveries now, by number; each has its handover and point at hand.

    Contacts of people who agreed to ads are hashed for conversions; corrections say nothing of who it was.
    """
    sold = _sold(deliveries)
    hashes = _hashes(destination, deliveries, known)
    return {each.pk: _told(destination, each, sold[each.pk], hashes) for each in deliveries}


def request(destination: Destination, told: Told, now: datetime) -> Request:
    """The request that tells it."""
    return _request(destination, shapes.of(destination.kind).write(told), told.key, now)


def test_request(destination: Destination, code: str, now: datetime) -> Request:
    """One that tells of a conversion that never was; `code` as the platform asks for it in tests."""
    told = _example(destination, now)
    body = shapes.as_test(destination.kind, shapes.of(destination.kind).write(told), code)
    return _request(destination, body, told.key, now)


def _request(destination: Destination, body: shapes.Body, key: str, now: datetime) -> Request:
    shown = body
    if destination.kind == Destination.Kind.META and isinstance(body, dict):
        token = secrets.present(destination)
        shown = body | {"access_token": HIDDEN} if token else body
        body = body | {"access_token": token} if token else body
    written = orjson.dumps(body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": outside.AGENT.replace("webhook relay", "conversions"),
        "Via": loops.via(),
        **_proof(destination, key, written, now),
    }
    return Request(
        destination.url, headers, written, orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()
    )


def _proof(destination: Destination, key: str, body: bytes, now: datetime) -> dict[str, str]:
    """Our webhook is signed; platforms get the token that they gave."""
    if destination.kind == Destination.Kind.WEBHOOK:
        return signing.headers_by(secrets.signing_secrets(destination, now), key, body, now)
    header = shapes.of(destination.kind).proves_by
    token = secrets.present(destination) if header else ""
    if not token:
        return {}
    return {header: f"Bearer {token}" if header == "Authorization" else token}


def _sold(deliveries: Collection[Delivery]) -> dict[int, Sold]:
    """By delivery, as attribution reads orders and events."""
    ordered = {each.pk: each.handover.source for each in deliveries if _is_order(each)}
    happened = {each.pk: abs(each.handover.source) for each in deliveries if each.pk not in ordered}
    orders = Order.objects.only("number", "currency").in_bulk(ordered.values())
    events = dict(Event.objects.filter(pk__in=happened.values()).values_list("pk", "properties"))
    usual = ShopSettings.present().currency
    return {
        each.pk: _of_order(orders.get(ordered[each.pk]))
        if each.pk in ordered
        else _of_event(each.handover.point, events.get(happened[each.pk]) or {}, usual)
        for each in deliveries
    }


def _is_order(delivery: Delivery) -> bool:
    """Whether the shop knows it; an order of which the page tag alone has told is an event."""
    return delivery.handover.point.kind == Point.Kind.ORDER and delivery.handover.source > 0


def _of_order(order: Order | None) -> Sold:
    return Sold(order.number, order.currency) if order else Sold()


def _of_event(point: Point, properties: dict[str, Any], usual: str) -> Sold:
    """An order that the page tag told of has a number; what is worth the point's own yen is in yen."""
    written = properties.get("currency")
    currency = written if isinstance(written, str) and CURRENCY.fullmatch(written) else usual
    if point.kind == Point.Kind.ORDER:
        return Sold(str(properties.get("order", "")), currency)
    amount = properties.get(happenings.amount_property(point))
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    return Sold("", currency if is_number else YEN)


def _hashes(destination: Destination, deliveries: Collection[Delivery], known: Known) -> dict[int, Hashes]:
    if not destination.sends_contacts:
        return {}
    asked = {each.handover.customer_id for each in deliveries if each.kind == Delivery.Kind.CONVERSION}
    customers = list(Customer.objects.filter(pk__in=known.consenting & asked, erased_at=None))
    return hashing.of(customers)


def _told(
    destination: Destination,
    delivery: Delivery,
    sold: Sold,
    hashes: dict[int, Hashes],
) -> Told:
    row, tenant = delivery.handover, current.tenant()
    is_new = delivery.kind == Delivery.Kind.CONVERSION
    return Told(
        key=delivery.key,
        event_id=str(row.event_id),
        number=delivery.number,
        kind=delivery.kind,
        event_name=destination.event_name,
        point=row.point.code,
        at=row.at,
        said_at=delivery.created_at,
        amount=delivery.amount,
        currency=sold.currency,
        order_id=_order_id(destination, str(row.event_id), sold.number),
        source_id=destination.source_id,
        page_url=destination.page_url,
        client=tenant.slug,
        zone=tenant.time_zone,
        click_name=row.click_name if is_new else "",
        click_value=row.click_value if is_new else "",
        clicked_at=row.clicked_at if is_new else None,
        hashes=hashes.get(row.customer_id or 0, Hashes()) if is_new else Hashes(),
    )


def _example(destination: Destination, now: datetime) -> Told:
    """A conversion that never was, by which a destination is tried."""
    tenant = current.tenant()
    return Told(
        key="test-1",
        event_id="00000000-0000-5000-8000-000000000000",
        number=1,
        kind=Delivery.Kind.CONVERSION,
        event_name=destination.event_name,
        point="test",
        at=now,
        said_at=now,
        amount=Decimal(1),
        currency=YEN,
        order_id="test",
        source_id=destination.source_id,
        page_url=destination.page_url,
        client=tenant.slug,
        zone=tenant.time_zone,
        click_name=destination.click_ids[0] if destination.click_ids else "",
        click_value="test" if destination.click_ids else "",
        clicked_at=now if destination.click_ids else None,
        hashes=hashing.hashed("test@example.com", ""),
    )


def _order_id(destination: Destination, event_id: str, number: str) -> str:
    if not number or destination.order_id == Destination.OrderId.EVENT:
        return event_id
    if destination.order_id == Destination.OrderId.HASHED:
        return sha256(number.encode()).hexdigest()
    return number
