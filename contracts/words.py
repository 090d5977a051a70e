"""Terms of a contract in words, for pages."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.money import unit_written, written
from contracts.markup import Terms
from contracts.models import Contract


def price(contract: Contract) -> str:
    """How the price of messages comes about, in a few words: “Mark-up on cost, 20 %”."""
    kind = contract.get_kind_display()
    if contract.kind in (Contract.Kind.MARKUP, Contract.Kind.MARGIN):
        return _("%(kind)s, %(percent)s") % {"kind": kind, "percent": percent(contract.rate)}
    if contract.kind == Contract.Kind.PER_MESSAGE:
        amount = unit_written(contract.unit_price, contract.currency)
        return _("%(amount)s for a message") % {"amount": amount}
    return kind


def percent(rate: Decimal) -> str:
    """0.2 as 20 %, no digit lost."""
    return f"{(rate * 100).normalize():f} %"


def more(contract: Contract) -> list[str]:
    """What else is agreed, each in a few words; what is usual goes without saying."""
    return list(_more(contract, contract.prices))


def _more(contract: Contract, terms: Terms) -> Iterator[str]:
    if terms.base_fee:
        yield _("base fee %(amount)s a month") % {"amount": written(terms.base_fee, terms.currency)}
    if terms.minimum:
        amount = written(terms.minimum, terms.currency)
        yield _("at least %(amount)s a month for messages") % {"amount": amount}
    if not terms.has_net and terms.charges_free_messages:
        yield _("free messages are charged too")
    if not terms.passes_monthly_fee:
        yield _("without LINE’s monthly fee")
    if terms.client_pays_line:
        yield _("the client pays LINE itself")
    yield from (option.name for option in contract.options.all())
