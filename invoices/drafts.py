"""Commands on invoices that are not issued yet. Whatever changes one makes it a draft again."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import Tenant, User
from accounts.money import written
from billing import ledger
from invoices import dates, parties, reckoning, sums
from invoices.errors import AlreadyIssued, NotAnInvoice, ReckonedLine
from invoices.models import Document, DocumentLine, Recipient
from invoices.reckoning import Reckoning

State = Document.State
DUE_RULE = ("closing_day", "due_months", "due_day")  # of a recipient


@transaction.atomic
def make_draft(tenant: Tenant, month: date, *, by: User | None) -> Document:
    """The invoice of a client's month, as ledger and contract have it now.

    A draft that is there is reckoned again; what people wrote in it stays, and so does one that somebody has
    reviewed. Raises AlreadyIssued.
    """
    document, is_new = Document.objects.get_or_create(
        tenant=tenant,
        month=month,
        kind=Document.Kind.INVOICE,
        defaults={
            "agency_id": tenant.agency_id,
            "from_on": month,
            "to_on": dates.month_end(month),
            "created_by": by,
        },
    )
    document = locked(document)
    if document.state == State.DRAFT:
        _reckon(document)
        if is_new:
            activity.record("invoice.drafted", document, by=by, of=tenant, month=f"{month:%Y-%m}")
    return document


@transaction.atomic
def reckon_again(document: Document, *, by: User | None) -> Document:
    """Bring the lines that follow from ledger and contract up to date. Raises AlreadyIssued."""
    document = locked(document)
    _reckon(document)
    _changed(document, "invoice.reckoned", by=by)
    return document


@transaction.atomic
def write_line(document: Document, *, by: User | None, reason: str, **given: object) -> DocumentLine:
    """Add a line that a person answers for: quantity × price, rounded as the contract has it.

    Raises NotAnInvoice, AlreadyIssued.
    """
    document = _locked_invoice(document)
    last = document.lines.order_by("-position").values_list("position", flat=True).first() or 0
    line = DocumentLine(document=document, tenant_id=document.tenant_id, position=last + 1, **given)
    line.amount = _amount(document, line)
    line.save()
    _changed(document, "invoice.line_added", by=by, line=_said(line), reason=reason)
    return line


@transaction.atomic
def change_line(line: DocumentLine, *, by: User | None, reason: str, **given: object) -> DocumentLine:
    """Raises ReckonedLine where ledger and contract say what it is, AlreadyIssued."""
    document = _locked_invoice(line.document)
    line = _own(document, line)
    before = _said(line)
    for name, value in given.items():
        setattr(line, name, value)
    line.amount = _amount(document, line)
    line.save()
    said = {"before": before, "after": _said(line), "reason": reason}
    _changed(document, "invoice.line_changed", by=by, **said)
    return line


@transaction.atomic
def remove_line(line: DocumentLine, *, by: User | None, reason: str) -> None:
    """Raises ReckonedLine, AlreadyIssued."""
    document = _locked_invoice(line.document)
    line = _own(document, line)
    line.delete()
    _changed(document, "invoice.line_removed", by=by, line=_said(line), reason=reason)


@transaction.atomic
def change_details(document: Document, *, due_on: date | None, note: str, by: User | None) -> Document:
    """Another due date or other remarks. Raises AlreadyIssued."""
    document = locked(document)
    document.due_on, document.note = due_on, note
    document.save(update_fields=["due_on", "note"])
    _changed(document, "invoice.details_changed", by=by, due_on=str(due_on))
    return document


@transaction.atomic
def delete_draft(document: Document, *, by: User | None) -> None:
    """Nothing of it is kept but the line in the activity log. Raises AlreadyIssued."""
    document = locked(document)
    activity.record(
        "invoice.deleted", document, by=by, of=document.tenant, what=str(document), total=str(document.total)
    )
    document.lines.all().delete()
    document.delete()


def locked(document: Document) -> Document:
    """As it is now, until the transaction ends. Raises AlreadyIssued."""
    found = Document.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=document.pk)
    if found.is_issued:
        raise AlreadyIssued(document=found)
    return found


def _locked_invoice(document: Document) -> Document:
    """What a credit note gives back is chosen from the invoice's lines: nobody writes others in it."""
    found = locked(document)
    if not found.is_invoice:
        raise NotAnInvoice()
    return found


def refresh_sums(document: Document) -> None:
    sums.sum_up(document, list(document.lines.all()))
    document.save(update_fields=sums.FIELDS)


def _reckon(document: Document) -> None:
    """Parties, lines that follow from the ledger, and sends; for a credit note only the parties."""
    _take_parties(document)
    if document.is_invoice:
        ledger.price_again(document.tenant_id, document.month)
        found = reckoning.reckon(document.tenant_id, document.month)
        sends = reckoning.sends(document.tenant_id, document.month, found)
        document.currency, document.basis = found.terms.currency, found.basis
        document.statement = [send.to_json() for send in sends]
        _write_lines(document, found)
    sums.sum_up(document, list(document.lines.all()))
    document.save()


def _take_parties(document: Document) -> None:
    """Who bills whom; a new rule for the due date makes a new due date, in place of one set by hand."""
    recipient = parties.recipient_of(document.tenant_id)
    language = Recipient.objects.filter(tenant=document.tenant_id).values_list("language", flat=True).first()
    document.issuer = parties.issuer_of(document.agency_id)
    document.language = language or document.language
    is_new_rule = any(recipient.get(name) != document.recipient.get(name) for name in DUE_RULE)
    if is_new_rule and recipient and document.is_invoice:
        document.closing_on = dates.closing_on(document.month, recipient["closing_day"])
        document.due_on = dates.due_on(document.closing_on, recipient["due_months"], recipient["due_day"])
    document.recipient = recipient


def _write_lines(document: Document, found: Reckoning) -> None:
    """Those that are reckoned first, then what people wrote, in its order."""
    lines = list(document.lines.all())
    own = [line for line in lines if not line.is_reckoned]
    DocumentLine.objects.filter(pk__in=[line.pk for line in lines if line.is_reckoned]).delete()
    with translation.override(document.language):
        reckoned = [
            DocumentLine(
                document=document,
                tenant_id=document.tenant_id,
                position=place,
                key=line.key,
                text=line.text[:200],
                quantity=line.quantity,
                unit=_("messages sent") if line.unit else "",
                unit_price=line.unit_price,
                amount=line.amount,
                tax_rate=line.tax_rate,
            )
            for place, line in enumerate(found.lines, start=1)
        ]
    for place, line in enumerate(own, start=len(reckoned) + 1):
        line.position = place
    DocumentLine.objects.bulk_update(own, ["position"])
    DocumentLine.objects.bulk_create(reckoned)


def _own(document: Document, line: DocumentLine) -> DocumentLine:
    found = document.lines.get(pk=line.pk)
    if found.is_reckoned:
        raise ReckonedLine()
    return found


def _amount(document: Document, line: DocumentLine) -> Decimal:
    assert line.unit_price is not None  # people write a price and how many
    terms = reckoning.terms_of(document.tenant_id, document.month)
    return terms.rounded(line.quantity * line.unit_price)


def _said(line: DocumentLine) -> str:
    return f"{line.text} {written(line.amount, line.document.currency)}"


def _changed(document: Document, verb: str, *, by: User | None, **detail: object) -> None:
    """A draft again, with new sums, and a line in the log."""
    was_reviewed = document.state == State.REVIEWED
    document.state, document.reviewed_by, document.reviewed_at = State.DRAFT, None, None
    document.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    refresh_sums(document)
    activity.record(verb, document, by=by, of=document.tenant, was_reviewed=was_reviewed, **detail)
