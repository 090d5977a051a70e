"""The statement of an invoice as a file for spreadsheets: its lines, and each send that they are for."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from invoices import sums
from invoices.models import Document, DocumentLine
from invoices.reckoning import Send
from invoices.taxes import NOTHING

OF_MESSAGES, OF_NOTICES = ("messages", "minimum"), ("notices",)


def sheets(document: Document, *, with_net: bool) -> list[Sheet]:
    """Two tables, in the language that is active. `with_net`: LINE's cost stands beside what was billed."""
    return [_invoice(document), _sends(document, with_net=with_net)]


def kept_sends(document: Document) -> list[Send]:
    """The sends as they were when the document was reckoned."""
    return [Send.from_json(row) for row in document.statement or []]


def _invoice(document: Document) -> Sheet:
    header = [_("Description"), _("Quantity"), _("Unit"), _("Unit price"), _("Tax rate"), _("Amount")]
    rows: list[list[Cell]] = [
        [line.text, line.quantity, line.unit, line.unit_price, float(line.tax_rate), line.amount]
        for line in document.lines.all()
    ]
    for each in sums.rates(document):
        rows.append([_("Total before tax"), None, None, None, float(each.rate), each.base])
        rows.append([_("Consumption tax"), None, None, None, float(each.rate), each.tax])
    rows.append([_("Total with tax"), None, None, None, None, document.total])
    return Sheet("invoice", document.number or _("Draft"), header, rows)


def _sends(document: Document, *, with_net: bool) -> Sheet:
    header = [_("Accepted by LINE"), _("Name"), _("Kind"), _("Messages"), _("Free"), _("Paid"), _("Amount")]
    found = kept_sends(document)
    rows = [_row(send, with_net) for send in found]
    rows += list(_sums(found, list(document.lines.all()), with_net))
    return Sheet("sends", _("Sends of the month"), header + [_("LINE’s cost")] * with_net, rows)


def _row(send: Send, with_net: bool) -> list[Cell]:
    counts: list[Cell] = [send.messages, send.free, send.paid]
    return [send.at, send.name, send.kind_name, *counts, send.amount, *([send.cost] if with_net else [])]


def _sums(sends: Sequence[Send], lines: Sequence[DocumentLine], with_net: bool) -> Iterator[list[Cell]]:
    """What leads from the exact amounts of the sends to the rounded lines of the invoice."""
    for name, keys, is_notice in (
        (_("Messages"), OF_MESSAGES, False),
        (_("Notification messages"), OF_NOTICES, True),
    ):
        those = [send for send in sends if send.is_notice == is_notice]
        exact = sum((send.amount for send in those), NOTHING)
        billed = sum((line.amount for line in lines if line.key in keys), NOTHING)
        if not those and not billed:
            continue
        yield _sum(_("%(what)s: sum of sends") % {"what": name}, exact, those, with_net)
        if minimum := sum(
            (line.amount for line in lines if line.key == "minimum" and not is_notice), NOTHING
        ):
            yield _sum(_("Up to the least charge"), minimum, [], with_net)
        yield _sum(_("Rounding"), billed - exact - minimum, [], with_net)
        yield _sum(_("%(what)s: on the invoice") % {"what": name}, billed, [], with_net)


def _sum(name: str, amount: Decimal, sends: Sequence[Send], with_net: bool) -> list[Cell]:
    counts: list[Cell] = [None, None, None]
    if sends:
        counts = [sum(getattr(send, part) for send in sends) for part in ("messages", "free", "paid")]
    cost = sum((send.cost for send in sends), NOTHING) if sends else None
    return [None, name, None, *counts, amount, *([cost] if with_net else [])]
