"""Credit notes: what is given back of an issued invoice, in part or whole, never more than what is left."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from accounts.money import written
from invoices import drafts, parties, taxes
from invoices.errors import CreditNoteInWork, NothingToCredit, NotIssued, TooMuchCredit
from invoices.models import Document, DocumentLine
from invoices.taxes import NOTHING

LEDGER = "ledger"  # key of a line that brings an invoice to what the ledger has


@transaction.atomic
def make_credit_note(
    invoice: Document, amounts: Mapping[int, Decimal], *, reason: str, by: User | None
) -> Document:
    """A draft that gives back these amounts before tax, by line of the invoice (its id).

    Raises NotIssued, CreditNoteInWork, NothingToCredit, TooMuchCredit.
    """
    invoice = _locked_invoice(invoice)
    left = remaining(invoice)
    lines = list(invoice.lines.all())
    chosen = [(line, amounts[line.pk]) for line in lines if amounts.get(line.pk)]
    for line, amount in chosen:
        _require_left(invoice, line.text, amount, left[line.pk])
    return _write(invoice, [_credited(line, amount) for line, amount in chosen], reason=reason, by=by)


@transaction.atomic
def correct_to_ledger(invoice: Document, by_rate: Mapping[Decimal, Decimal], *, by: User | None) -> Document:
    """A draft that gives back, by rate of tax, what the ledger has no more. Raises likewise."""
    invoice = _locked_invoice(invoice)
    with translation.override(invoice.language):
        text = _("Correction of messages in %(month)s") % {"month": f"{invoice.month:%Y/%m}"}
    lines = [
        DocumentLine(key=LEDGER, text=text, unit_price=amount, amount=amount, tax_rate=rate)
        for rate, amount in by_rate.items()
        if amount
    ]
    return _write(invoice, lines, reason=_("The ledger was corrected after the invoice."), by=by)


def remaining(invoice: Document) -> dict[int, Decimal]:
    """What credit notes, also those in work, have left of each line, before tax."""
    rows = invoice.lines.annotate(credited=Sum("credits__amount"))
    return {line.pk: line.amount - (line.credited or NOTHING) for line in rows}


def remaining_by_rate(invoice: Document) -> dict[Decimal, Decimal]:
    """Likewise of all lines at a rate of tax: this also counts what was given back without naming a line."""
    given = DocumentLine.objects.filter(document__corrects=invoice).values_list("tax_rate", "amount")
    negated = [(rate, -amount) for rate, amount in given]
    return taxes.bases([*invoice.lines.values_list("tax_rate", "amount"), *negated])


def _locked_invoice(invoice: Document) -> Document:
    found = Document.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=invoice.pk)
    if not (found.is_issued and found.is_invoice):
        raise NotIssued()
    if found.credit_notes.exclude(state=Document.State.ISSUED).exists():
        raise CreditNoteInWork()
    return found


def _require_left(invoice: Document, what: str, amount: Decimal, left: Decimal) -> None:
    """Between nothing and what is left; a line below zero is given back below zero."""
    if not min(NOTHING, left) <= amount <= max(NOTHING, left):
        raise TooMuchCredit(line=what, remaining=written(left, invoice.currency))


def _credited(line: DocumentLine, amount: Decimal) -> DocumentLine:
    """The whole line as it was, or one amount of it."""
    is_whole = amount == line.amount
    return DocumentLine(
        corrects=line,
        text=line.text,
        quantity=line.quantity if is_whole else 1,
        unit=line.unit if is_whole else "",
        unit_price=line.unit_price if is_whole else None,
        amount=amount,
        tax_rate=line.tax_rate,
    )


def _write(invoice: Document, lines: list[DocumentLine], *, reason: str, by: User | None) -> Document:
    _require_something_left(invoice, lines)
    note = Document.objects.create(
        agency_id=invoice.agency_id,
        tenant=invoice.tenant,
        kind=Document.Kind.CREDIT_NOTE,
        month=invoice.month,
        corrects=invoice,
        currency=invoice.currency,
        language=invoice.language,
        from_on=invoice.from_on,
        to_on=invoice.to_on,
        issuer=parties.issuer_of(invoice.agency_id),
        recipient=parties.recipient_of(invoice.tenant_id),
        note=reason,
        created_by=by,
    )
    for place, line in enumerate(lines, start=1):
        line.document, line.tenant_id, line.position = note, invoice.tenant_id, place
    DocumentLine.objects.bulk_create(lines)
    drafts.refresh_sums(note)
    said = {"invoice": invoice.number, "total": str(note.total), "reason": reason}
    activity.record("credit_note.drafted", note, by=by, of=invoice.tenant, **said)
    return note


def _require_something_left(invoice: Document, lines: list[DocumentLine]) -> None:
    if not lines:
        raise NothingToCredit()
    left = remaining_by_rate(invoice)
    for rate, amount in taxes.bases((line.tax_rate, line.amount) for line in lines).items():
        _require_left(invoice, f"{rate * 100:.4g} %", amount, left.get(rate, NOTHING))
