"""Whether sends at some hour are clicked more than chance explains. Pure arithmetic.

The unit is a send, not a person: people of one send share its message, so that thousands of them are one
voice about the hour. Hours are shuffled among the sends; only if the best hour stands out farther than the
best of nearly all shuffles, it is recommended. Choosing the best of several is thereby allowed for.
Source: Westfall and Young, Resampling-Based Multiple Testing (1993), the max statistic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

ALPHA = 0.05
FEWEST_SENDS = 3  # at an hour, so that it can be the best
SHUFFLES = 1_000
TINY = 1e-12  # a spread that only rounding makes


@dataclass(frozen=True)
class Best:
    """The group with the highest rate; `p` is how likely chance alone makes some group stand out as far."""

    group: int
    rate: float
    others: float
    p: float

    @property
    def is_clear(self) -> bool:
        return self.p < ALPHA


def best(rates: Mapping[int, Sequence[float]]) -> Best | None:
    """None with fewer than two groups to choose from, or where all sends are the same."""
    eligible = sorted(group for group, found in rates.items() if len(found) >= FEWEST_SENDS)
    if len(eligible) < 2:
        return None
    sizes = [(group, len(rates[group])) for group in eligible]
    values = [rate for group in eligible for rate in rates[group]]
    mean = sum(values) / len(values)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    if spread < TINY:
        return None
    observed, group = _most(values, sizes, mean, spread)
    chosen = list(values)
    random = Random(1)  # noqa: S311  (the same answer each time)
    reached = sum(_shuffled(random, chosen, sizes, mean, spread) >= observed - TINY for _ in range(SHUFFLES))
    found = rates[group]
    own = sum(found) / len(found)
    others = (sum(values) - sum(found)) / (len(values) - len(found))
    return Best(group, own, others, (1 + reached) / (1 + SHUFFLES))


def _shuffled(
    random: Random, values: list[float], sizes: list[tuple[int, int]], mean: float, spread: float
) -> float:
    random.shuffle(values)
    return _most(values, sizes, mean, spread)[0]


def _most(
    values: Sequence[float], sizes: Sequence[tuple[int, int]], mean: float, spread: float
) -> tuple[float, int]:
    """By how many standard errors the best group is above the mean of all, and which it is."""
    place, found = 0, []
    for group, size in sizes:
        own = sum(values[place : place + size]) / size
        found.append(((own - mean) / spread * sqrt(size), -group))
        place += size
    most, group = max(found)
    return most, -group
