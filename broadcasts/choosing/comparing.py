"""Two groups of people drawn by lot, compared: by how much they differ, and how sure that is. Pure.

Shares are compared by Newcombe's hybrid of two Wilson intervals, which holds for small groups and for shares
near 0, as those of buyers are. Sums per person (orders, yen) are compared by Welch's t: their spread differs
between groups, and with hundreds of people the mean is near enough to normal although most people spend 0.
Source: R. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10;
https://www.itl.nist.gov/div898/handbook/eda/section3/eda353.htm
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, lgamma, log, log1p, sqrt

from django.utils.translation import gettext as _

from broadcasts.choosing import rates

ALPHA = 0.05
Z_POWER = 0.8416  # 80 % of tries find a difference that is there
MOST_NEEDED = 10_000_000  # people; more nobody waits for
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Range:
    """A difference, with the limits between which it lies with a certainty of 95 %."""

    low: float
    value: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether it is on one side of 0."""
        return self.low > 0 or self.high < 0

    def times(self, people: int) -> "Range":
        """What it comes to over so many people."""
        return Range(self.low * people, self.value * people, self.high * people)


@dataclass(frozen=True, slots=True)
class Sample:
    """Some amount of each of `people`, as its sum and the sum of its squares."""

    people: int
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.people

    @property
    def error(self) -> float:
        """The square of the standard error of the mean."""
        spread = max(0.0, self.squares - self.total * self.total / self.people)
        return spread / (self.people - 1) / self.people


@dataclass(frozen=True, slots=True)
class Group:
    """People drawn by lot: how many of them ordered, and how much each."""

    people: int
    buyers: int
    orders: Sample
    revenue: Sample

    @property
    def rate(self) -> float | None:
        return self.buyers / self.people if self.people else None


@dataclass(frozen=True)
class Shares:
    """How many of two groups did something, and all that can be said of it: the first less the second."""

    count: int
    people: int
    other_count: int
    other_people: int

    @cached_property
    def more(self) -> Range | None:
        """By how much the first share is the larger one: 0.02 is two in a hundred."""
        return shares(self.count, self.people, self.other_count, self.other_people)

    @cached_property
    def chance(self) -> float | None:
        """How likely such a difference comes by chance alone: the p value."""
        if not self.people or not self.other_people:
            return None
        return rates.chance(self.count, self.people, self.other_count, self.other_people)

    @cached_property
    def missing(self) -> int | None:
        """How many people more would make the difference clear: 0 none, None nobody can say."""
        return people_missing(self.more, self.people + self.other_people) if self.more else None

    def said(self, *, more: str, fewer: str, unclear: str) -> str:
        """What can be said, in such words: the first two say `more`, `least` and `most`, of 100 people."""
        if self.more is None:
            return _("Nobody can be compared yet.")
        if not self.more.is_clear:
            return " ".join(part for part in (unclear, self._missing()) if part)
        value, *limits = (abs(each) * 100 for each in (self.more.value, self.more.low, self.more.high))
        figures = {"more": value, "least": min(limits), "most": max(limits)}
        said = more if self.more.value > 0 else fewer
        return said % {name: f"{figure:.1f}" for name, figure in figures.items()}

    def _missing(self) -> str:
        if self.missing is None:
            return ""
        said = _("If it stays like this, about %(count)s people more are needed to tell.")
        return said % {"count": f"{self.missing:,}"}


def shares(count: int, people: int, other_count: int, other_people: int) -> Range | None:
    """By how much the first share is the larger one; None where one group is nobody."""
    first, second = rates.likely(count, people), rates.likely(other_count, other_people)
    if first is None or second is None:
        return None
    one, other = count / people, other_count / other_people
    below = sqrt((one - first[0]) ** 2 + (second[1] - other) ** 2)
    above = sqrt((first[1] - one) ** 2 + (other - second[0]) ** 2)
    return Range(one - other - below, one - other, one - other + above)


def means(first: Sample, second: Sample) -> Range | None:
    """By how much the first mean is the larger one; None where a group has fewer than two people."""
    if min(first.people, second.people) < 2:
        return None
    more = first.mean - second.mean
    error = first.error + second.error
    reach = quantile(freedom(first, second)) * sqrt(error) if error else 0.0
    return Range(more - reach, more, more + reach)


def chance_of_means(first: Sample, second: Sample) -> float | None:
    """How likely equal means differ by so much by chance; None as `means`, or where nobody varies."""
    error = first.error + second.error if min(first.people, second.people) >= 2 else 0.0
    if not error:
        return None
    return tails((first.mean - second.mean) / sqrt(error), freedom(first, second))


def freedom(first: Sample, second: Sample) -> float:
    """Degrees of freedom by Welch and Satterthwaite."""
    squares = first.error**2 / (first.people - 1) + second.error**2 / (second.people - 1)
    return (first.error + second.error) ** 2 / squares if squares else float(first.people + second.people - 2)


def people_missing(found: Range, people: int) -> int | None:
    """How many people more, in the same proportion, would make clear a difference like this one.

    0: it is clear. None: there is no difference to find, or it would need more than anybody has.
    """
    if found.is_clear:
        return 0
    error = (found.high - found.low) / 2 / rates.Z
    if not found.value:
        return None
    times = ((rates.Z + Z_POWER) * error / found.value) ** 2
    needed = ceil(max(0.0, times - 1) * people)
    return needed if 0 < needed <= MOST_NEEDED else None


def tails(t: float, df: float) -> float:
    """How likely Student's t is farther from 0 than this."""
    return _beta(df / (df + t * t), df / 2, 0.5)


def quantile(df: float, alpha: float = ALPHA) -> float:
    """The t beyond which, on both sides, lies `alpha`."""
    low, high = 0.0, 1.0
    while tails(high, df) > alpha:
        high *= 2
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if tails(middle, df) > alpha else (low, middle)
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction.

    Source: https://dlmf.nist.gov/8.17#v
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """By Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 2_000):
        for term in _terms(x, a, b, step):
            d = 1 / (1 + term * d or TINY)
            c = 1 + term / c or TINY
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return 1 / value


def _terms(x: float, a: float, b: float, step: int) -> tuple[float, float]:
    """Two of the fraction, each times x."""
    even = step - 1
    first = -(a + even) * (a + b + even) / ((a + 2 * even) * (a + 2 * even + 1))
    second = step * (b - step) / ((a + 2 * step - 1) * (a + 2 * step))
    return first * x, second * x
