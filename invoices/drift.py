"""What the ledger, or a contract, has changed in a month since its invoice was issued."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.markup import Line
from invoices import crediting, dates, drafts, reckoning, taxes
from invoices.errors import NoDifference, NothingToGiveBack
from invoices.models import CORRECTION, Document, DocumentLine
from invoices.taxes import NOTHING


@dataclass(frozen=True, slots=True)
class Difference:
    """By rate of tax, what the client owes beyond what was billed; below zero: what is to be given back.

    `credited_by_hand`, before tax, is no part of it: only people know whether it was for the same reason.
    """

    by_rate: dict[Decimal, Decimal]
    credited_by_hand: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        """Before tax."""
        return sum(self.by_rate.values(), NOTHING)

    def __bool__(self) -> bool:
        return any(self.by_rate.values())


def of(invoice: Document) -> Difference:
    """The month as it would be billed now, less the invoice and what has corrected it, drafts included."""
    now = [(line.tax_rate, line.amount) for line in _reckoned(invoice)]
    billed = [(line.tax_rate, -line.amount) for line in invoice.lines.all() if line.is_reckoned]
    return Difference(taxes.bases([*now, *billed, *_settled(invoice)]), _credited_by_hand(invoice))


@transaction.atomic
def give_back(invoice: Document, *, by: User | None) -> Document:
    """A draft of a credit note for it. Raises NoDifference, NothingToGiveBack if the client owes more."""
    found = _required(invoice)
    if any(amount > 0 for amount in found.by_rate.values()):
        raise NothingToGiveBack()
    amounts = {rate: -amount for rate, amount in found.by_rate.items()}
    return crediting.correct_to_ledger(invoice, amounts, by=by)


@transaction.atomic
def bill_next(invoice: Document, *, by: User | None) -> Document:
    """Put it on the next invoice that is not issued, which becomes a draft again. Raises NoDifference."""
    found = _required(invoice)
    draft = drafts.make_draft(invoice.tenant, _next_open_month(invoice), by=by)
    with translation.override(draft.language):
        text = _("Correction of %(month)s (%(number)s)") % {
            "month": f"{invoice.month:%Y/%m}",
            "number": invoice.number,
        }
    for rate, amount in found.by_rate.items():
        if amount:
            drafts.write_line(
                draft,
                by=by,
                reason=_("The ledger was corrected after the invoice."),
                key=f"{CORRECTION}{invoice.pk}",
                text=text,
                unit_price=amount,
                tax_rate=rate,
            )
    return draft


def _required(invoice: Document) -> Difference:
    """With the invoice locked, so that two people do not settle it twice."""
    Document.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    found = of(invoice)
    if not found:
        raise NoDifference()
    return found


def _reckoned(invoice: Document) -> list[Line]:
    return reckoning.reckon(invoice.tenant_id, invoice.month).lines


def _settled(invoice: Document) -> list[tuple[Decimal, Decimal]]:
    """By rate, what has been done about differences: given back above zero, billed later below."""
    given = DocumentLine.objects.filter(document__corrects=invoice, key=crediting.LEDGER)
    billed = DocumentLine.objects.filter(tenant=invoice.tenant_id, key=f"{CORRECTION}{invoice.pk}")
    return [
        *given.values_list("tax_rate", "amount"),
        *((rate, -amount) for rate, amount in billed.values_list("tax_rate", "amount")),
    ]


def _credited_by_hand(invoice: Document) -> Decimal:
    given = DocumentLine.objects.filter(document__corrects=invoice).exclude(key=crediting.LEDGER)
    return given.aggregate(sum=Sum("amount", default=NOTHING))["sum"]


def _next_open_month(invoice: Document) -> date:
    """The first month after the invoice's whose own invoice is not issued."""
    later = Document.objects.invoices().issued().filter(tenant=invoice.tenant_id, month__gt=invoice.month)
    issued = set(later.values_list("month", flat=True))
    month = dates.month_after(invoice.month)
    while month in issued:
        month = dates.month_after(month)
    return month
