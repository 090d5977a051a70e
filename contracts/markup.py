"""What a client pays for what LINE charges: net in, gross out, and the lines of a month. Pure.

Net is LINE's charge, gross what the client bears for it; both are before tax. `gross` is not rounded, so that
amounts of sends sum to that of their month; what is billed is rounded once for each line of the month.

    at cost         gross = net
    mark-up (外掛け)  gross = net × (1 + rate)
    margin (内掛け)   gross = net ÷ (1 − rate)
    per message     gross = price × messages, of which the free ones count if the contract says so

A client that pays LINE itself bears net to LINE, and to the agency only the fee: what gross is above net, or
the price per message, then on top of net.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum

from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = Decimal(0)
MOST_OF_A_LINE = Decimal(10) ** 12  # what a bill keeps has room for several such lines
WHOLE_CURRENCIES = {"JPY", "TWD", "IDR"}  # their bills have no decimals; those of others have two


class Kind(StrEnum):
    PASS_THROUGH = "pass_through"  # noqa: S105  (no password: cost that is passed on)
    MARKUP = "markup"
    MARGIN = "margin"
    PER_MESSAGE = "per_message"


class Rounding(StrEnum):
    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


ROUND = {Rounding.DOWN: ROUND_DOWN, Rounding.HALF_UP: ROUND_HALF_UP, Rounding.UP: ROUND_UP}
ROUND_BACK = {Rounding.DOWN: ROUND_CEILING, Rounding.HALF_UP: ROUND_HALF_DOWN, Rounding.UP: ROUND_FLOOR}


@dataclass(frozen=True, slots=True)
class Option:
    """Something else that is charged: every month, or only in `month`."""

    name_ja: str
    name_en: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    month: date | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What LINE charges for a month, before tax: the plan's fee, its messages, and notification messages."""

    month: date
    messages: int
    paid: int
    amount: Decimal
    monthly_fee: Decimal = NOTHING
    notices: int = 0
    notice_amount: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a month's charge. `unit_price` is None where messages differ in price.

    `key` is one of `messages`, `minimum`, `notices`, `monthly_fee`, `base_fee`, `option:<number>`. `is_fee`:
    the client pays LINE itself, and this is what the agency has for it.
    """

    key: str
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal
    tax_rate: Decimal
    is_fee: bool = False
    option: Option | None = None

    @property
    def text(self) -> str:
        """What is charged, in the language that is active when it is read."""
        if self.option:
            is_japanese = (get_language() or "").startswith("ja")
            return self.option.name_ja if is_japanese else self.option.name_en
        return (_fees() if self.is_fee else _charges())[self.key]

    @property
    def unit(self) -> str:
        """What is counted, likewise; empty where one is charged."""
        return _("msg.") if self.key in ("messages", "notices") else ""


def _charges() -> dict[str, str]:
    return {
        "messages": _("LINE messages"),
        "minimum": _("Up to the least charge for messages"),
        "notices": _("LINE notification messages"),
        "monthly_fee": _("Monthly fee of the LINE plan"),
        "base_fee": _("Base fee"),
    }


def _fees() -> dict[str, str]:
    return {
        "messages": _("Handling fee for LINE messages"),
        "minimum": _("Up to the least charge for messages"),
        "notices": _("Handling fee for LINE notification messages"),
        "monthly_fee": _("Handling fee for the LINE plan"),
    }


@dataclass(frozen=True, slots=True)
class Terms:
    """What agency and client agreed for a month. The default is no contract: LINE's cost as it is."""

    kind: Kind = Kind.PASS_THROUGH
    rate: Decimal = NOTHING
    unit_price: Decimal = NOTHING
    charges_free_messages: bool = False
    minimum: Decimal = NOTHING
    base_fee: Decimal = NOTHING
    passes_monthly_fee: bool = True
    client_pays_line: bool = False
    rounding: Rounding = Rounding.DOWN
    currency: str = "JPY"
    tax_rate: Decimal = Decimal("0.10")
    options: tuple[Option, ...] = field(default=())

    @property
    def has_net(self) -> bool:
        """Whether an amount of gross tells its net. A price per message does not: it knows only how many."""
        return self.kind is not Kind.PER_MESSAGE

    def gross(self, net: Decimal, *, messages: int, paid: int) -> Decimal:
        """What the client bears for messages that cost `net`, `paid` of them beyond the free ones.

        Exact and not rounded; a quotient (内掛け) has the 28 digits of Decimal. Linear: what is added up
        in net adds up in gross, and what is taken back has a sign.
        """
        if self.kind is Kind.PER_MESSAGE:
            own = self.unit_price * (messages if self.charges_free_messages else paid)
            return net + own if self.client_pays_line else own
        return self.gross_of_cost(net)

    def gross_of_cost(self, net: Decimal) -> Decimal:
        """Likewise for what is not counted in messages of the plan: its fee, notification messages.

        A price per message says nothing of these: they are passed on at cost.
        """
        if self.kind is Kind.MARKUP:
            return net * (1 + self.rate)
        return net / (1 - self.rate) if self.kind is Kind.MARGIN else net

    def net(self, gross: Decimal) -> Decimal | None:
        """The net of which `gross` is the unrounded gross; None if many have the same, as per message."""
        if not self.has_net:
            return None
        if self.kind is Kind.MARKUP:
            return gross / (1 + self.rate)
        return gross * (1 - self.rate) if self.kind is Kind.MARGIN else gross

    def month_charge(self, net: Decimal, *, messages: int, paid: int) -> Decimal:
        """What the agency bills for a month's messages: rounded once as agreed, at least the minimum."""
        borne = self.gross(net, messages=messages, paid=paid)
        return max(self.rounded(self.billed(net, borne)), self.rounded(self.minimum))

    def month_gross(self, net: Decimal, *, messages: int, paid: int) -> Decimal:
        """What the client bears for a month's messages, to LINE and to the agency."""
        charge = self.month_charge(net, messages=messages, paid=paid)
        return self.rounded(net) + charge if self.client_pays_line else charge

    def month_net(self, gross: Decimal) -> Decimal | None:
        """The whole net of which `gross` is `month_gross`; None if none or several have it.

        Exact for every formula but per message, whatever the rounding: the factor f of a formula is 1 or
        more, so rounding moves gross ÷ f by less than a yen from net. Rounded down, net is the next yen
        above; rounded up, the next below; to the nearest, the nearest, since f = 1 moves nothing and a
        greater f moves less than half a yen. Up to the minimum nothing can be told.
        """
        unrounded = self.net(gross)
        least = NOTHING if self.client_pays_line else self.rounded(self.minimum)
        if unrounded is None or (least and gross <= least):
            return None
        net = unrounded.quantize(self.step, ROUND_BACK[self.rounding])
        return net if self.month_gross(net, messages=0, paid=0) == gross else None

    @property
    def step(self) -> Decimal:
        """The least amount of a bill: one yen."""
        return Decimal(1) if self.currency in WHOLE_CURRENCIES else Decimal("0.01")

    def rounded(self, amount: Decimal) -> Decimal:
        """As agreed, to the least amount of a bill; up and down are away from zero and towards it."""
        return amount.quantize(self.step, ROUND[self.rounding])

    def billed(self, net: Decimal, borne: Decimal) -> Decimal:
        """What of an amount that the client bears goes to the agency."""
        return borne - net if self.client_pays_line else borne


NO_CONTRACT = Terms()


def month_lines(terms: Terms, usage: Usage) -> list[Line]:
    """What the agency bills for the month, before tax, each line rounded once; lines of 0 are left out.

    Messages and minimum together are `month_charge`. Fees of LINE are charged if the contract passes them
    on, by its formula; a client that pays LINE itself is charged the agency's share of them alone.
    """
    found = [*_of_line(terms, usage), *_of_agency(terms, usage.month)]
    return [line for line in found if line.amount or (line.key == "messages" and line.quantity)]


def _of_line(terms: Terms, usage: Usage) -> Iterator[Line]:
    counts = {"messages": usage.messages, "paid": usage.paid}
    messages = terms.rounded(terms.billed(usage.amount, terms.gross(usage.amount, **counts)))
    topped_up = terms.month_charge(usage.amount, **counts) - messages
    notices = _cost(terms, usage.notice_amount)
    fee = _cost(terms, usage.monthly_fee) if terms.passes_monthly_fee else NOTHING
    yield _line(terms, "messages", messages, *_counted(terms, usage))
    yield _line(terms, "minimum", topped_up, 1, topped_up)
    yield _line(terms, "notices", notices, usage.notices, None)
    yield _line(terms, "monthly_fee", fee, 1, fee)


def _line(terms: Terms, key: str, amount: Decimal, quantity: int, unit_price: Decimal | None) -> Line:
    return Line(key, Decimal(quantity), unit_price, amount, terms.tax_rate, is_fee=terms.client_pays_line)


def _counted(terms: Terms, usage: Usage) -> tuple[int, Decimal | None]:
    """With a price per message only those that are charged are counted, so that the line can be checked."""
    if terms.has_net:
        return usage.messages, None
    return (usage.messages if terms.charges_free_messages else usage.paid), terms.unit_price


def _cost(terms: Terms, net: Decimal) -> Decimal:
    return terms.rounded(terms.billed(net, terms.gross_of_cost(net)))


def _of_agency(terms: Terms, month: date) -> Iterator[Line]:
    fee = terms.rounded(terms.base_fee)
    yield Line("base_fee", Decimal(1), fee, fee, terms.tax_rate)
    for option in terms.options:
        if option.month in (None, month):
            amount = terms.rounded(option.quantity * option.unit_price)
            key = f"option:{option.number}"
            yield Line(key, option.quantity, option.unit_price, amount, option.tax_rate, option=option)
