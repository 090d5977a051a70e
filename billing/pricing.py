"""What LINE charges for the messages of one month. Pure: no database, no clock.

A message's price depends only on its place in the month's order of sending. A send costs what
the places it takes cost, so however a month is cut into sends, their prices sum exactly to the
price of the month.

Amounts are exact and without tax unless the tariff says otherwise. Nothing is rounded here: whole
yen are a matter of the month's bill, since rounding each send would break that sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billing.errors import PlanExceeded

PRICE_DECIMALS = 4


class PartKind(StrEnum):
    """Why a run of messages costs what it costs."""

    FREE = "free"
    ADDITIONAL = "additional"
    UNPLANNED = "unplanned"
    NOTICE = "notice"  # a notification message, by the client's own contract with LINE


@dataclass(frozen=True, slots=True)
class Bracket:
    """The unit price of additional messages up to and including number `up_to`; None: of all the rest."""

    up_to: int | None
    unit_price: Decimal


class Band(NamedTuple):
    """Places of a month's messages that share a price: after `start`, up to `end` (None: no end)."""

    kind: PartKind
    start: int
    end: int | None
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    """A plan's prices for one month.

    `brackets` count additional messages, those beyond `free_messages`; without brackets the plan
    allows none. `additional_limit` is the owner's own cap on them: it decides what fits, not what
    a message costs. Raises ValueError if the brackets do not rise or a price has over 4 decimals.
    """

    currency: str
    monthly_fee: Decimal
    free_messages: int
    brackets: tuple[Bracket, ...] = ()
    additional_limit: int | None = None
    tax_rate: Decimal = Decimal(0)
    is_tax_included: bool = False

    def __post_init__(self) -> None:
        ends = [bracket.up_to for bracket in self.brackets]
        if None in ends[:-1]:
            raise ValueError("only the last bracket may be open")
        closed = [0, *(end for end in ends if end is not None)]
        if any(later <= earlier for earlier, later in zip(closed, closed[1:], strict=False)):
            raise ValueError("each bracket must end after the one before it")
        for bracket in self.brackets:
            _check_unit_price(bracket.unit_price)

    @property
    def covered_messages(self) -> int | None:
        """How many messages the plan covers in a month, its free ones included; None: no end."""
        if not self.brackets:
            return self.free_messages
        ends = [end for end in (self.brackets[-1].up_to, self.additional_limit) if end is not None]
        return self.free_messages + min(ends) if ends else None

    @property
    def list_price(self) -> Decimal | None:
        """Of one message, as if none were free; None: the plan sells no extra ones."""
        return self.brackets[0].unit_price if self.brackets else None

    def room(self, sent_before: int) -> int | None:
        """How many more messages fit this month after `sent_before`; None: no end."""
        covered = self.covered_messages
        return None if covered is None else max(0, covered - sent_before)

    def before_tax(self, amount: Decimal) -> Decimal:
        """What of an amount by these prices is not tax."""
        return amount / (1 + self.tax_rate) if self.is_tax_included else amount

    def month_cost(self, messages: int) -> Decimal | None:
        """Fee and messages of a whole month; None if the plan does not cover so many."""
        covered = self.covered_messages
        if covered is not None and messages > covered:
            return None
        return self.monthly_fee + price_accepted(self, 0, messages).amount

    def bands(self) -> Iterator[Band]:
        """All places of a month in order, without a gap; the last band is open."""
        start = self.free_messages
        yield Band(PartKind.FREE, 0, start, Decimal(0))
        for bracket in self.brackets:
            if bracket.up_to is None:
                yield Band(PartKind.ADDITIONAL, start, None, bracket.unit_price)
                return
            end = self.free_messages + bracket.up_to
            yield Band(PartKind.ADDITIONAL, start, end, bracket.unit_price)
            start = end
        yield Band(PartKind.UNPLANNED, start, None, Decimal(0))

    def bracket_of(self, place: int) -> Bracket | None:
        """The bracket in which the month's message number `place` lies; None if free or not covered."""
        additional = place - self.free_messages
        if additional <= 0:
            return None
        return next((b for b in self.brackets if b.up_to is None or additional <= b.up_to), None)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of messages at one unit price. A correction has negative counts."""

    kind: PartKind
    count: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.count * self.unit_price


@dataclass(frozen=True, slots=True)
class Price:
    """What some messages cost, in parts."""

    parts: tuple[Part, ...]

    @property
    def messages(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def free_count(self) -> int:
        return self._count(PartKind.FREE)

    @property
    def paid_count(self) -> int:
        return self._count(PartKind.ADDITIONAL) + self._count(PartKind.NOTICE)

    @property
    def unplanned_count(self) -> int:
        """Messages that no plan we know of covers, at amount 0: what they cost is not known."""
        return self._count(PartKind.UNPLANNED)

    @property
    def amount(self) -> Decimal:
        """In the tariff's currency, not rounded."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def unit_range(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest unit price among the parts."""
        prices = [part.unit_price for part in self.parts] or [Decimal(0)]
        return min(prices), max(prices)

    def _count(self, kind: PartKind) -> int:
        return sum(part.count for part in self.parts if part.kind is kind)


def price(tariff: Tariff, sent_before: int, n: int) -> Price:
    """The price of `n` messages after `sent_before` others in the same month.

    Raises PlanExceeded if they do not all fit; `tariff.room` says how many would.
    """
    room = tariff.room(sent_before)
    if room is not None and n > room:
        raise PlanExceeded(messages=n, remaining=room)
    return price_accepted(tariff, sent_before, n)


def price_accepted(tariff: Tariff, sent_before: int, n: int) -> Price:
    """The price of `n` messages that LINE has accepted, whether or not the plan covers them.

    A negative `n` takes back the last messages: the parts are those of sending them, negated.
    Raises ValueError if it takes back more than were sent.
    """
    low, high = sorted((sent_before, sent_before + n))
    if low < 0:
        raise ValueError(f"{n} messages taken back, but only {sent_before} were sent")
    sign = 1 if n >= 0 else -1
    counts = ((band, _overlap(band, low, high)) for band in tariff.bands())
    return Price(tuple(Part(band.kind, sign * count, band.unit_price) for band, count in counts if count))


def price_notices(unit_price: Decimal | None, n: int) -> Price:
    """The price of `n` delivered notification messages; None: no price is agreed, so they are unplanned."""
    if unit_price is None:
        return Price((Part(PartKind.UNPLANNED, n, Decimal(0)),))
    return Price((Part(PartKind.NOTICE, n, unit_price),))


def _overlap(band: Band, low: int, high: int) -> int:
    end = high if band.end is None else min(high, band.end)
    return max(0, end - max(low, band.start))


def _check_unit_price(unit_price: Decimal) -> None:
    if not unit_price.is_finite() or unit_price < 0 or unit_price != round(unit_price, PRICE_DECIMALS):
        raise ValueError(f"a unit price is 0 or more, with at most {PRICE_DECIMALS} decimals")
