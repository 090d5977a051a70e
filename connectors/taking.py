"""One delivery, taken over as its connection's kind has it."""

from datetime import UTC
from typing import Any

from django.utils.translation import gettext_noop

from connectors import bodies, landing
from connectors.errors import Ignored, Unfit
from connectors.mapping import reading
from connectors.mapping.reading import Mapped
from connectors.models import Connection, Delivery
from connectors.shopify.topics import TOPICS

UNKNOWN_TOPIC = gettext_noop("Nothing is done with this topic.")
NO_OBJECT = gettext_noop("The body is no JSON object.")
NO_RULE = gettext_noop("No rule of the mapping takes this.")
NO_MAPPING = gettext_noop("Set up the field mapping first, then replay this.")
UNREADABLE = gettext_noop("%(what)s, %(field)s: %(reason)s")
MOST_NAMES = 20
LONGEST_KEY = 100


def take(delivery: Delivery) -> list[str]:
    """Write what it says, in the caller's transaction; the numbers and IDs that it concerns.

    Raises Unfit or Ignored, and then nothing may be kept of what was written.
    """
    body = bodies.read(delivery.connection.content, bodies.unseal(delivery))
    take_over = _take_shopify if delivery.connection.kind == Connection.Kind.SHOPIFY else _take_mapped
    return list(dict.fromkeys(name[:100] for name in take_over(delivery, body)))[:MOST_NAMES]


def _take_shopify(delivery: Delivery, body: object) -> list[str]:
    topic = TOPICS.get(delivery.topic)
    if topic is None:
        raise Ignored(UNKNOWN_TOPIC)
    if not isinstance(body, dict):
        raise Unfit(NO_OBJECT)
    return topic.take(delivery.connection, body, _text(delivery))


def _take_mapped(delivery: Delivery, body: object) -> list[str]:
    connection = delivery.connection
    if not connection.mapping:
        raise Unfit(NO_MAPPING)
    delivery.topic = reading.kind_of(connection.mapping, body)[:60]
    found = sorted(reading.read(connection.mapping, body), key=lambda mapped: mapped.to != "customer")
    if not found:
        raise Ignored(NO_RULE)
    for mapped in found:
        _refuse_faults(mapped)
    if all(_is_erased(mapped) for mapped in found):
        number = str(found[0].row["number"])
        raise Ignored(landing.ERASED, names=[number], number=number)
    return [land(delivery, mapped, place) for place, mapped in enumerate(found)]


def _is_erased(mapped: Mapped) -> bool:
    return mapped.to == "customer" and landing.is_erased(str(mapped.row["number"]))


def _refuse_faults(mapped: Mapped) -> None:
    if mapped.faults:
        name, why = mapped.faults[0]
        raise Unfit(UNREADABLE, what=mapped.to, field=name, reason=why)


def land(delivery: Delivery, mapped: Mapped, place: int) -> str:
    """Write a row. News without a time of their own are as old as their delivery."""
    row = mapped.row
    if mapped.to == "event":
        landing.event(_event(delivery, row, place))
        return row["customer"]
    at = row.pop("updated_at", None) or _text(delivery)
    if mapped.to == "customer":
        landing.customer(row | {"as_of": at})
    elif mapped.to == "order":
        source = delivery.connection.source
        landing.order(row | {"updated_at": at}, source=source, first_told_at=_text(delivery))
    else:
        landing.product(row | {"updated_at": at})
    return row.get("number") or row["code"]


def _event(delivery: Delivery, row: dict[str, Any], place: int) -> dict[str, Any]:
    key = row.get("key") or f"{delivery.pk}.{place}"
    return row | {
        "at": row.get("at") or _text(delivery),
        "key": f"{delivery.connection.source}:{key}"[:LONGEST_KEY],
    }


def _text(delivery: Delivery) -> str:
    return delivery.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
