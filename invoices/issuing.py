"""From a draft to a document that never changes."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from billing import plans
from contracts import services as contracts
from contracts.markup import Line
from invoices import hindrances, numbers, parties, reckoning
from invoices.drafts import locked
from invoices.errors import CannotBeIssued, NotReviewed
from invoices.hindrances import Hindrance
from invoices.models import Document, DocumentLine, Issuer
from invoices.printing.pdf import pdf

State = Document.State


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a reckoned line somebody has checked."""

    key: str
    quantity: object
    unit_price: object
    amount: object
    tax_rate: object

    @classmethod
    def of(cls, line: Line | DocumentLine) -> "Seen":
        return cls(line.key, line.quantity, line.unit_price, line.amount, line.tax_rate)


@transaction.atomic
def review(document: Document, *, by: User | None) -> Document:
    """Say that somebody has checked it. It goes back to draft when anything in it changes.

    Raises AlreadyIssued, CannotBeIssued if it does not agree with ledger and contract any more.
    """
    document = locked(document)
    _require_fresh(document)
    document.state, document.reviewed_by, document.reviewed_at = State.REVIEWED, by, timezone.now()
    document.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    activity.record("invoice.reviewed", document, by=by, of=document.tenant, total=str(document.total))
    return document


@transaction.atomic
def send_back(document: Document, *, by: User | None) -> Document:
    """A draft again. Raises AlreadyIssued."""
    document = locked(document)
    document.state, document.reviewed_by, document.reviewed_at = State.DRAFT, None, None
    document.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    activity.record("invoice.sent_back", document, by=by, of=document.tenant)
    return document


@transaction.atomic
def issue(document: Document, *, by: User | None) -> Document:
    """Give it its number and its PDF. From then on the database refuses every change to it.

    Raises AlreadyIssued, NotReviewed, CannotBeIssued with what to settle first.
    """
    document = locked(document)
    if document.state != State.REVIEWED:
        raise NotReviewed()
    contracts.hold(document.tenant_id)
    for each in stops(document):
        raise CannotBeIssued(problem=each.text)
    _require_fresh(document)
    now = timezone.now()
    document.issued_on, document.issued_at, document.issued_by = hindrances.today(document.tenant), now, by
    prefix = Issuer.objects.values_list("number_prefix", flat=True).get(agency=document.agency_id)
    document.number = numbers.give(document, on=document.issued_on, prefix=prefix)
    document.state = State.ISSUED
    document.pdf = pdf(document, list(document.lines.all()))
    document.pdf_sha256 = hashlib.sha256(document.pdf).hexdigest()
    document.save()
    said = {"number": document.number, "total": str(document.total), "sha256": document.pdf_sha256}
    activity.record("invoice.issued", document, by=by, of=document.tenant, **said)
    return document


def stops(document: Document) -> list[Hindrance]:
    """What has to be settled before it can be issued."""
    return [each for each in all_hindrances(document) if each.stops]


def all_hindrances(document: Document) -> list[Hindrance]:
    """What stops it, and what to know before issuing. A credit note is about a month that is over."""
    found = hindrances.of_client(document.tenant, document.month)
    if not document.is_invoice:
        return [each for each in found if each.code in ("no_issuer", "no_recipient", "not_registered")]
    if not _has_one_currency(document):
        text = _(
            "The contract, the LINE plan and the price of notification messages are not all in one currency. "
            "Correct what is wrong."
        )
        found.insert(0, Hindrance("currency", text, stops=True))
    if document.total < 0:
        text = _("The total is below zero. Take the correction out, and give it back by a credit note.")
        found.insert(0, Hindrance("below_zero", text, stops=True))
    return found


def is_stale(document: Document) -> bool:
    """Whether ledger, contract, issuer or recipient have changed since it was reckoned."""
    if (document.issuer, document.recipient) != _parties(document):
        return True
    if not document.is_invoice:
        return False
    now = [Seen.of(line) for line in reckoning.reckon(document.tenant_id, document.month).lines]
    kept = [Seen.of(line) for line in document.lines.all() if line.is_reckoned]
    return now != kept


def _require_fresh(document: Document) -> None:
    if is_stale(document):
        text = _("The ledger, the contract or the parties have changed since. Choose “Reckon again”.")
        raise CannotBeIssued(problem=text)


def _parties(document: Document) -> tuple[dict, dict]:
    return parties.issuer_of(document.agency_id), parties.recipient_of(document.tenant_id)


def _has_one_currency(document: Document) -> bool:
    """Whether contract, plan and the price of notification messages, as far as there are any, agree in it."""
    found = reckoning.reckon(document.tenant_id, document.month)
    notice = plans.notice_price(document.tenant_id, document.month) if found.usage.notice_amount else None
    others = [found.plan.tariff.currency] if found.plan.plan else []
    return {found.terms.currency} >= {*others, *([notice.currency] if notice else [])}
