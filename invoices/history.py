"""What happened to a document, in words, from the activity log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import Activity
from invoices.models import Document

MOST = 20


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    what: str
    who: str
    detail: str


def of(document: Document) -> list[Step]:
    """The newest first."""
    rows = Activity.objects.filter(tenant=document.tenant_id, subject=activity.name(document))
    return list(_steps(rows.select_related("user").order_by("-pk")[:MOST]))


def _steps(rows) -> Iterator[Step]:
    names = {
        "invoice.drafted": _("Drafted"),
        "credit_note.drafted": _("Drafted"),
        "invoice.reckoned": _("Reckoned again"),
        "invoice.line_added": _("Line added"),
        "invoice.line_changed": _("Line changed"),
        "invoice.line_removed": _("Line removed"),
        "invoice.details_changed": _("Due date or remarks changed"),
        "invoice.reviewed": _("Reviewed"),
        "invoice.sent_back": _("Back to draft"),
        "invoice.issued": _("Issued"),
        "invoice.mailed": _("Sent by mail"),
    }
    for row in rows:
        said = ("line", "before", "after", "amount", "reason", "number", "to")
        detail = " · ".join(str(row.detail[name]) for name in said if row.detail.get(name))
        yield Step(row.at, names.get(row.verb, row.verb), str(row.user or ""), detail)
