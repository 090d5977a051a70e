"""Shares of people, and how sure they are."""

from math import erfc, sqrt

from django.utils.translation import gettext_noop

from accounts.reasons import Reason, reason

SURE, LIKELY = 0.05, 0.20  # chance of a difference as large where there is none
Z = 1.96  # of 95 %


def likely(count: int, people: int) -> tuple[float, float] | None:
    """The rate that it may really be, with a certainty of 95 %: Wilson's interval. None of nobody."""
    if not people or count > people:
        return None
    rate = count / people
    middle = (rate + Z * Z / (2 * people)) / (1 + Z * Z / people)
    half = Z / (1 + Z * Z / people) * sqrt(rate * (1 - rate) / people + Z * Z / (4 * people * people))
    return max(0.0, middle - half), min(1.0, middle + half)


def chance(first: int, of_first: int, second: int, of_second: int) -> float:
    """How likely two equal rates differ by so much by chance: the two-sided test of two shares."""
    together = (first + second) / (of_first + of_second)
    spread = sqrt(together * (1 - together) * (1 / of_first + 1 / of_second))
    return erfc(abs(first / of_first - second / of_second) / spread / sqrt(2)) if spread else 1.0


def words(chance: float) -> Reason:
    """How sure it is that one is better, by the chance that both are equal."""
    if chance < SURE:
        return reason(gettext_noop("The difference is clear: chance alone would hardly make one so large."))
    if chance < LIKELY:
        return reason(gettext_noop("The difference is likely, not certain."))
    return reason(gettext_noop("The difference may be chance: more people would be needed to tell."))
