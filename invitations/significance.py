"""Whether one invitation leads more people to link than another, or whether that may be chance.

The unit is the view. Whether two shares differ is asked once, when as many views are in as were worked out
beforehand to find a lift of LIFT with 80 % power at 5 %: asking every day and stopping at the first good
answer would find differences that are not there.
"""

from dataclasses import dataclass
from math import ceil, erfc, sqrt
from statistics import NormalDist

ALPHA = 0.05  # two-sided
POWER = 0.8
LIFT = 0.2  # the relative difference worth waiting for: 5 % against 6 %
NORMAL = NormalDist()


@dataclass(frozen=True)
class Sample:
    """How many of `views` led to a link."""

    views: int
    links: int

    @property
    def is_sound(self) -> bool:
        """Not so where links came without a view that was counted, as by a script that is not on the page."""
        return 0 <= self.links <= self.views and self.views > 0

    @property
    def rate(self) -> float:
        return self.links / self.views


@dataclass(frozen=True)
class Verdict:
    """`missing`: how many more views are needed in all before anything can be said; 0: it can be said.

    `is_different` and `is_better` are of the second against the first.
    """

    p_value: float | None
    missing: int | None
    is_different: bool
    is_better: bool = False


def interval(sample: Sample, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson's score interval of the rate; None where there is none.

    Source: https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
    """
    if not sample.is_sound:
        return None
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    n, p = sample.views, sample.rate
    middle = p + z * z / (2 * n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def p_value(first: Sample, second: Sample) -> float | None:
    """Of the two-sided z-test of two proportions with a pooled variance; None where it is not defined.

    Source: https://www.itl.nist.gov/div898/handbook/prc/section3/prc33.htm
    """
    if not first.is_sound or not second.is_sound:
        return None
    pooled = (first.links + second.links) / (first.views + second.views)
    variance = pooled * (1 - pooled) * (1 / first.views + 1 / second.views)
    if variance == 0:
        return None
    return erfc(abs(first.rate - second.rate) / sqrt(variance) / sqrt(2))


def views_needed(rate: float, *, lift: float = LIFT, alpha: float = ALPHA) -> int | None:
    """Views of each invitation that find a rise from `rate` by `lift`; None if there is no such rise.

    Source: https://www.itl.nist.gov/div898/handbook/prc/section2/prc242.htm, for two samples
    """
    other = rate * (1 + lift)
    if not 0 < rate < other < 1:
        return None
    mean = (rate + other) / 2
    by_chance = NORMAL.inv_cdf(1 - alpha / 2) * sqrt(2 * mean * (1 - mean))
    by_power = NORMAL.inv_cdf(POWER) * sqrt(rate * (1 - rate) + other * (1 - other))
    return ceil((by_chance + by_power) ** 2 / (other - rate) ** 2)


def judge(first: Sample, second: Sample, *, comparisons: int = 1) -> Verdict:
    """What can be said of the second against the first.

    Of several comparisons each is held to a part of ALPHA (Bonferroni), so that all together err no more.
    """
    alpha = ALPHA / comparisons
    found = p_value(first, second)
    if found is None:
        return Verdict(None, None, is_different=False)
    pooled = Sample(first.views + second.views, first.links + second.links)
    needed = views_needed(pooled.rate, alpha=alpha)
    if needed is None:
        return Verdict(found, None, is_different=False)
    missing = max(0, needed - first.views) + max(0, needed - second.views)
    is_different = not missing and found < alpha
    return Verdict(found, missing, is_different, is_better=is_different and second.rate > first.rate)
