"""Consents from a file, as a shop or a form hands them over: one row for each time a customer was asked."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from customers import numbers
from customers.consents.keeping import IMPORT, LENGTH, Purpose
from friends import kinds as types
from imports.kinds import Column, Kind, Row, Unfit, Written

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

YES = types.YES | {"同意", "同意する", "許諾", "許可", "希望", "希望する", "可", "する", "◯"}
SEPARATOR = "\n"  # within keys of rows
NO = types.NO | {"拒否", "不同意", "不可", "希望しない", "停止", "しない", "✕"}


class ConsentsKind(Kind):
    """Consents to one thing. A kind names its `purpose` and its columns, made by the functions below."""

    page = "customers"
    outcomes = (("changed", gettext_lazy("Changed")), ("unchanged", gettext_lazy("As before")))
    purpose: ClassVar[Purpose[Any]]
    own: ClassVar[list[Column]]

    def columns(self) -> list[Column]:
        return self.own

    def read(self, cells: Mapping[str, str]) -> Row:
        agreed = _agreed(cells["agreed"])
        return {
            "customer": unicodedata.normalize("NFKC", cells["customer"]),
            "agreed": agreed,
            "at": _moment(cells.get("on", ""), agreed=agreed),
        } | {name: cells.get(name, "")[:LENGTH] for name in self.purpose.words}

    def key(self, row: Row) -> str:
        """Of a statement: whoever agreed and withdrew stands twice in a file, and the later word holds."""
        return SEPARATOR.join([row["customer"], row["at"] or "", "yes" if row["agreed"] else "no"])

    def known(self, keys: Collection[str]) -> set[str]:
        """Those that are statements of customers."""
        customers = {key: key.partition(SEPARATOR)[0] for key in keys}
        found = numbers.find(customers.values())
        return {key for key, customer in customers.items() if customer in found}

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        taken = self.purpose.take_in_by_number([_said(row) for _line, row in rows], how=IMPORT)
        reason = _("There is no customer with this number.")
        refused = [(line, reason) for line, row in rows if row["customer"] in taken.unknown]
        unchanged = len(rows) - len(refused) - taken.changed
        return Written({"changed": taken.changed, "unchanged": unchanged}, refused)


def agreed_column(label: "StrOrPromise", known_as: Sequence[str]) -> Column:
    return Column(
        "agreed",
        label,
        is_required=True,
        known_as=known_as,
        help=gettext_lazy("Yes or no, 1 or 0, ○ or ×."),
        example="○",
    )


def day_column(help_text: "StrOrPromise") -> Column:
    return Column(
        "on",
        gettext_lazy("Said on"),
        known_as=("同意日", "同意日時", "登録日", "consent date", "agreed on"),
        help=help_text,
        example="2026-11-01",
    )


def asked_column(name: str) -> Column:
    return Column(
        name,
        gettext_lazy("Where they were asked"),
        known_as=("取得元", "同意元", "source", "note"),
        example="会員登録フォーム",
    )


def _said(row: Row) -> dict[str, Any]:
    return row | {"at": datetime.fromisoformat(row["at"]) if row["at"] else None}


def _agreed(cell: str) -> bool:
    """Whether the cell says yes. Raises Unfit."""
    plain = types.plain(cell)
    if plain not in YES | NO:
        raise Unfit(_("Yes or no is needed, such as 1 or 0."), "agreed")
    return plain in YES


def _moment(cell: str, *, agreed: bool) -> str | None:
    """When that day begins by the client's clock; of a no when it is over, or now, since nobody knows whether
    a yes of that day came before. None if the cell is empty. Raises Unfit.
    """
    if not cell:
        return None
    day = types.day(unicodedata.normalize("NFKC", cell).replace("T", " ").partition(" ")[0])
    if day is None:
        raise Unfit(_("Not a day such as 2026-11-01."), "on")
    zone, now = ZoneInfo(current.tenant().time_zone), timezone.now()
    begins = datetime.combine(day, time.min, zone)
    if begins > now:
        raise Unfit(_("This day is in the future."), "on")
    if agreed:
        return begins.isoformat()
    return min(datetime.combine(day, time.max, zone), now).isoformat()
