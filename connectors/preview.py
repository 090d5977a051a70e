"""What a mapping would write of a sample, and why not: tried in a transaction that is taken back."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from connectors import bodies, taking
from connectors.errors import BadMapping, Note
from connectors.mapping import checking, reading
from connectors.mapping.reading import Mapped
from connectors.mapping.targets import TARGETS
from connectors.models import Connection, Delivery


@dataclass(frozen=True)
class Row:
    """One thing of the sample. `faults`: by field; without any it would be written."""

    label: str
    fields: list[tuple[str, Any]]
    faults: list[tuple[str, str]]


@dataclass(frozen=True)
class Preview:
    kind: str
    rows: list[Row]


def of(connection: Connection, mapping: Any, sample: str) -> Preview:
    """Raises BadMapping, and Unfit if the sample is no body of the connection's content."""
    if faults := checking.faults(mapping):
        raise BadMapping(faults)
    body = bodies.read(connection.content, sample.encode(errors="replace"))
    found = reading.read(mapping, body)
    with transaction.atomic():
        rows = [_row(connection, mapped, place) for place, mapped in enumerate(found)]
        transaction.set_rollback(True)
    return Preview(reading.kind_of(mapping, body), rows)


def _row(connection: Connection, mapped: Mapped, place: int) -> Row:
    fields = [(name, value) for name, value in mapped.row.items() if name != "lines"]
    fields += [(f"lines[{at}]", _words(line)) for at, line in enumerate(mapped.row.get("lines", []))]
    faults = mapped.faults or _refusals(connection, mapped, place)
    return Row(str(TARGETS[mapped.to].label), fields, faults)


def _words(line: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in line.items())


def _refusals(connection: Connection, mapped: Mapped, place: int) -> list[tuple[str, str]]:
    """Why customers, orders, products or the timeline would not take it."""
    delivery = Delivery(connection=connection, happened_at=timezone.now())
    row = Mapped(mapped.to, dict(mapped.row))
    try:
        with transaction.atomic():
            taking.land(delivery, row, place)
    except Note as why:
        return [("", why.message)]
    return []
