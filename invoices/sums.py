"""The sums of a document from its lines."""

from collections.abc import Sequence
from decimal import Decimal

from contracts.markup import Rounding, Terms
from invoices import taxes
from invoices.models import Document, DocumentLine
from invoices.taxes import NOTHING, RateSum, Rule

FIELDS = ["taxes", "subtotal", "tax", "total"]


def sum_up(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Set tax by rate, and the totals; the caller saves FIELDS."""
    amounts = [(line.tax_rate, line.amount) for line in lines]
    if document.is_invoice:
        found = taxes.by_rate(amounts, rule(document))
    else:
        found = taxes.of_credit(amounts, credited_before(document), rule(document))
    document.taxes = [
        {"rate": str(each.rate), "base": str(each.base), "tax": str(each.tax)} for each in found
    ]
    document.subtotal = sum((each.base for each in found), NOTHING)
    document.tax = sum((each.tax for each in found), NOTHING)
    document.total = document.subtotal + document.tax


def rates(document: Document) -> list[RateSum]:
    """What the document has at each rate, as it was stored."""
    return [RateSum(*(Decimal(row[name]) for name in ("rate", "base", "tax"))) for row in document.taxes]


def rule(document: Document) -> Rule:
    """How the issuer rounds tax, and to what. What is given back is rounded as it was when it was charged."""
    charged = document if document.corrects is None else document.corrects
    way = Rounding(charged.issuer.get("tax_rounding", Rounding.DOWN))
    return Rule(way, Terms(currency=document.currency).step)


def credited_before(document: Document) -> dict[Decimal, Decimal]:
    """What issued credit notes to the same invoice have given back, by rate."""
    others = DocumentLine.objects.filter(
        document__corrects=document.corrects_id, document__state=Document.State.ISSUED
    )
    return taxes.bases(others.exclude(document=document.pk).values_list("tax_rate", "amount"))
