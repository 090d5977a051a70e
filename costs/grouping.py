"""Lines of the ledger gathered into what a row of a report is about. Pure."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from costs.rows import ELSE, Row
from costs.spending import Line, Spend

# What is sent besides broadcasts, by the first word of its owner in the ledger.
PURPOSES = {
    "test": _("Test sends"),
    "chats": _("One-to-one chats"),
    "linking": _("Messages after linking"),
    "scenario": _("Scenarios"),
    "outside": _("Sent outside Musubi"),
    "reconcile": _("Differences from LINE’s count"),
    "adjust": _("Adjustments"),
    "pricing": _("Adjustments"),
}


def grouped(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return found


def by_owner(line: Line) -> str:
    return line.owner


def by_send(line: Line) -> str:
    """Each broadcast by itself, what else is sent by its purpose."""
    return line.owner if is_send(line.owner) else line.owner.partition(":")[0]


def by_scenario(line: Line) -> str:
    return line.owner if line.owner.startswith("scenario:") else ELSE


def is_send(owner: str) -> bool:
    kind, _colon, number = owner.partition(":")
    return kind == "broadcast" and number.isdecimal()


def spend_of(lines: Iterable[Line]) -> Spend:
    return sum((line.spend for line in lines), Spend())


def messages_of(lines: Iterable[Line]) -> int:
    return sum(line.messages for line in lines)


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """Broadcasts by when they began, then the rest, the dearest first."""
    return sorted(rows, key=lambda row: (row.begun_at is None, -_moment(row), -row.spend.total))


def dearest_first(rows: Iterable[Row]) -> list[Row]:
    """What belongs to nothing comes last."""
    return sorted(rows, key=lambda row: (row.key == ELSE, -row.spend.total, str(row.name)))


def _moment(row: Row) -> Decimal:
    return Decimal(row.begun_at.timestamp()) if row.begun_at else Decimal(0)
