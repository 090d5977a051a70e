"""Customers as a CSV file, written while it is sent: no more than a block of them is held at a time."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import tenant_context

from accounts import activity, current
from accounts.models import Tenant, User
from accounts.spreadsheets import ENCODINGS, FORMULA, SAME_AS, SHIFT_JIS, UTF8
from customers import contacts
from customers.models import Customer, CustomerField
from customers.rows import as_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["ENCODINGS", "UTF8", "begin", "columns"]

BLOCK = 2_000
CONTACTS = ("email", "phone")
COLUMNS: "dict[str, StrOrPromise]" = {
    "number": _("Customer number"),
    "name": _("Name"),
    "birthday": _("Birthday"),
    "email": _("E-mail"),
    "phone": _("Phone number"),
    "linked": _("Linked"),
    "created_at": _("First seen"),
    "updated_at": _("Changed"),
}
FIELD = "field:"


def columns(*, with_contacts: bool) -> "list[tuple[str, StrOrPromise]]":
    """Names and words of what can be in the file, fields included."""
    own = [(name, label) for name, label in COLUMNS.items() if with_contacts or name not in CONTACTS]
    return [*own, *((FIELD + field.key, field.label) for field in CustomerField.objects.in_use())]


@dataclass
class Export:
    """One file on its way. `rows` is right once all of it has been read."""

    tenant: Tenant
    customers: QuerySet[Customer]
    columns: Sequence[str]
    encoding: str
    by: User | None = None
    rows: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of the file. They are made once the response has begun, so this enters the client itself."""
        with tenant_context(self.tenant):
            yield codecs.BOM_UTF8 if self.encoding == UTF8 else b""
            yield self._encoded([[name.removeprefix(FIELD) for name in self.columns]])
            for block in self._blocks():
                self.rows += len(block)
                yield self._encoded([[self._cell(each, name) for name in self.columns] for each in block])
            activity.record("customers.export_finished", "customers", by=self.by, rows=self.rows)

    def _blocks(self) -> Iterator[list[Customer]]:
        last = 0
        while block := list(self.customers.filter(pk__gt=last).order_by("pk")[:BLOCK]):
            if not set(CONTACTS).isdisjoint(self.columns):
                contacts.open_all(block)
            yield block
            last = block[-1].pk

    def _cell(self, customer: Customer, name: str) -> str:
        if name.startswith(FIELD):
            return _safe(as_text(customer.attributes.get(name.removeprefix(FIELD))))
        if name == "linked":
            return as_text(customer.friend_number is not None)  # type: ignore[attr-defined]  # annotated
        value = getattr(customer, name)
        if isinstance(value, datetime):
            return f"{timezone.localtime(value, ZoneInfo(self.tenant.time_zone)):%Y-%m-%d %H:%M:%S}"
        # A phone number of another country begins with +, and is no formula.
        return value if name == "phone" else _safe(as_text(value))

    def _encoded(self, block: list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(block)
        if self.encoding == SHIFT_JIS:
            return text.getvalue().translate(SAME_AS).encode(SHIFT_JIS, "musubi.geta")
        return text.getvalue().encode()


def begin(
    customers: QuerySet[Customer], *, columns: Sequence[str], encoding: str, by: User | None = None
) -> Export:
    """A file of these customers, to be streamed; that it was asked for is on the log at once."""
    activity.record("customers.exported", "customers", by=by, columns=list(columns), encoding=encoding)
    return Export(current.tenant(), customers, columns, encoding, by)


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA and text else text
