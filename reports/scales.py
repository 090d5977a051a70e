"""Axes of charts: round steps, and which labels have room. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least to the most, with the values at which lines are drawn."""

    least: Decimal
    most: Decimal
    ticks: Sequence[Decimal]

    def share(self, value: Decimal | int) -> float:
        """Where it stands, from 0 to 1."""
        return float((Decimal(value) - self.least) / (self.most - self.least))


def scale(
    values: Iterable[Decimal | int | None], *, from_zero: bool, steps: int = 4, whole: bool = True
) -> Scale:
    """Around all values, in about so many round steps; with 0 if it is asked for, or they lie near it."""
    known = [Decimal(value) for value in values if value is not None] or [Decimal(0)]
    low, high = min(known), max(known)
    if from_zero or low < 0 < high or (low > 0 and high - low > low):
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    span = high - low or abs(high) or Decimal(1)
    step = _round(span / steps)
    if whole:
        step = max(step.to_integral_value(ROUND_CEILING), Decimal(1))
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((high / step).to_integral_value(ROUND_CEILING), first + 1)
    return Scale(first * step, last * step, [step * number for number in range(int(first), int(last) + 1)])


def _round(step: Decimal) -> Decimal:
    """The next of 1, 2, 2.5 and 5 times a power of ten."""
    power = Decimal(1).scaleb(step.adjusted())
    return next(each * power for each in STEPS if each * power >= step)


def shown(labels: Sequence[str], room: int) -> list[int]:
    """The places of labels that are written where only so many have room: evenly, the first among them."""
    if not labels:
        return []
    every = max(1, -(-len(labels) // max(room, 1)))
    return list(range(0, len(labels), every))
