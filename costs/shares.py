"""One amount shared among several, to the last decimal. Pure."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from costs.periods import STEP


def split(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """A share for each weight, to four decimals; together they are exactly the amount.

    What rounding down leaves goes to those who lost most by it, of equals to the first. A weight below 0
    counts as none; if all are none, nobody gets anything.
    """
    counted = [max(weight, 0) for weight in weights]
    whole = sum(counted)
    if not whole:
        return [Decimal(0)] * len(counted)
    exact = [amount * weight / whole for weight in counted]
    shares = [each.quantize(STEP, ROUND_FLOOR) for each in exact]
    left = amount - sum(shares, Decimal(0))
    most_lost = sorted(range(len(shares)), key=lambda place: (shares[place] - exact[place], place))
    for place in most_lost[: int(left / STEP)]:
        shares[place] += STEP
        left -= STEP
    shares[most_lost[0]] += left  # what the amount itself has beyond four decimals
    return shares
