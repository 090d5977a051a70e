"""Whether answers differ by more than chance explains: tables of counts, in plain arithmetic.

A table has people as its unit. Where a question allows several answers a person stands in several rows, so
that the rows do not add up to the people: then each row is tested by itself against the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import erfc, exp, fsum, lgamma, log, sqrt

ALPHA = 0.05
FEW = 5  # expected in a cell: below that the distribution of chi-square is not a good likeness
SAME = 1 + 1e-7  # two probabilities that differ by rounding only are equal

Counts = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Association:
    """Whether rows and columns have to do with each other. `strength` is Cramér's V, from 0 to 1.

    `is_exact`: `p` is Fisher's, of a table of two by two with few people. `is_thin`: expected counts below
    FEW make the other, chi-square's, only a rough one.
    """

    p: float
    statistic: float
    freedom: int
    strength: float
    is_exact: bool = False
    is_thin: bool = False
    narrow: int = 1  # the fewer of rows and columns, less one

    @property
    def effect(self) -> float:
        """Cohen's w: 0.1 is small, 0.3 is medium, 0.5 is large."""
        return self.strength * sqrt(self.narrow)

    @property
    def is_clear(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True)
class Table:
    """How many of `people` are in each cell; `rows` and `columns` are how many people each has in all.

    Where all rows exclude each other, and all columns, the totals are the sums of their cells.
    """

    counts: Counts
    rows: Sequence[int]
    columns: Sequence[int]
    people: int

    @classmethod
    def exclusive(cls, counts: Counts) -> "Table":
        rows = [sum(row) for row in counts]
        return cls(counts, rows, [sum(column) for column in zip(*counts, strict=True)], sum(rows))

    @cached_property
    def residuals(self) -> list[list[float | None]]:
        """By how many standard errors a cell is off what chance lets one expect; None where it cannot be.

        Adjusted standardized residuals, which are about normal. They hold for each cell as the test of two
        by two “in it or not”, so also where people stand in several rows or columns.
        Source: Haberman 1973, https://doi.org/10.2307/2529686
        """
        return [
            [self._residual(count, row, column) for count, column in zip(cells, self.columns, strict=True)]
            for cells, row in zip(self.counts, self.rows, strict=True)
        ]

    @cached_property
    def deviations(self) -> list[list[int]]:
        """1 where a cell has clearly more than chance explains, -1 where fewer, 0 otherwise.

        Together all cells of the table err no more than one test would (Holm).
        """
        places = [
            (y, x) for y, row in enumerate(self.residuals) for x, each in enumerate(row) if each is not None
        ]
        chances = holm([self._chance(y, x) for y, x in places])
        signs = [[0] * len(self.columns) for _row in self.rows]
        for (y, x), chance in zip(places, chances, strict=True):
            if chance < ALPHA:
                signs[y][x] = 1 if (self.residuals[y][x] or 0) > 0 else -1
        return signs

    def row_against_columns(self, place: int) -> Association | None:
        """Whether the people of one row are spread over the columns otherwise than the rest."""
        cells = self.counts[place]
        return association([cells, [all_ - in_row for all_, in_row in zip(self.columns, cells, strict=True)]])

    def turned(self) -> "Table":
        return Table(list(zip(*self.counts, strict=True)), self.columns, self.rows, self.people)

    def expected(self, y: int, x: int) -> float:
        return self.rows[y] * self.columns[x] / self.people

    def _residual(self, count: int, row: int, column: int) -> float | None:
        people = self.people
        if not 0 < row < people or not 0 < column < people:
            return None
        expected = row * column / people
        return (count - expected) / sqrt(expected * (1 - row / people) * (1 - column / people))

    def _chance(self, y: int, x: int) -> float:
        """Of the cell against all others: the normal's, or Fisher's where few are expected."""
        count, row, column = self.counts[y][x], self.rows[y], self.columns[x]
        others = [[count, row - count], [column - count, self.people - row - column + count]]
        if _least_expected(others) < FEW:
            return fisher(others)
        return erfc(abs(self.residuals[y][x] or 0) / sqrt(2))


def association(counts: Counts) -> Association | None:
    """Pearson's test without a correction, or Fisher's for two by two with few people.

    Empty rows and columns count for nothing. None if fewer than two of either are left.
    Source: https://www.itl.nist.gov/div898/handbook/prc/section4/prc45.htm
    """
    counts = _without_empty(counts)
    if len(counts) < 2 or len(counts[0]) < 2:
        return None
    table = Table.exclusive(counts)
    statistic = fsum(
        (count - table.expected(y, x)) ** 2 / table.expected(y, x)
        for y, cells in enumerate(counts)
        for x, count in enumerate(cells)
    )
    narrow = min(len(counts), len(counts[0])) - 1
    freedom = (len(counts) - 1) * (len(counts[0]) - 1)
    strength = min(1.0, sqrt(statistic / (table.people * narrow)))
    is_thin = _least_expected(counts) < FEW
    is_exact = is_thin and freedom == 1
    p = fisher(counts) if is_exact else chi_square_above(statistic, freedom)
    return Association(p, statistic, freedom, strength, is_exact, is_thin and not is_exact, narrow)


def chi_square_above(statistic: float, freedom: int) -> float:
    """How likely chi-square of so many degrees of freedom is at least as large.

    Exact as a finite sum, for even and odd degrees. Source: https://dlmf.nist.gov/8.4, equations 8.4.6 and
    8.4.10 with 8.4.14
    """
    half = statistic / 2
    if half <= 0:
        return 1.0
    is_odd = freedom % 2
    powers = [place - is_odd / 2 for place in range(is_odd, freedom // 2 + is_odd)]
    terms = [exp(power * log(half) - half - lgamma(power + 1)) for power in powers]
    return min(1.0, fsum([erfc(sqrt(half)) if is_odd else 0.0, *terms]))


def fisher(counts: Counts) -> float:
    """How likely two by two people fall at least as unevenly, both ways, with the totals as they are.

    Source: https://doi.org/10.2307/2340521 (Fisher 1935)
    """
    (a, b), (c, d) = counts
    row, column, people = a + b, a + c, a + b + c + d
    least, most = max(0, row + column - people), min(row, column)
    whole = _log_choose(people, column)
    chances = [
        _log_choose(row, each) + _log_choose(people - row, column - each) - whole
        for each in range(least, most + 1)
    ]
    own = chances[a - least] + log(SAME)
    return min(1.0, fsum(exp(each) for each in chances if each <= own))


def holm(chances: Sequence[float]) -> list[float]:
    """Each chance as it counts where all are asked at once, in their order.

    Source: Holm 1979, https://www.jstor.org/stable/4615733
    """
    adjusted, highest = [1.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda each: chances[each])):
        highest = max(highest, min(1.0, chances[place] * (len(chances) - rank)))
        adjusted[place] = highest
    return adjusted


def _without_empty(counts: Counts) -> list[list[int]]:
    rows = [row for row in counts if any(row)]
    kept = [x for x in range(len(rows[0]) if rows else 0) if any(row[x] for row in rows)]
    return [[row[x] for x in kept] for row in rows]


def _least_expected(counts: Counts) -> float:
    table = Table.exclusive(counts)
    return min(table.rows) * min(table.columns) / table.people


def _log_choose(all_: int, some: int) -> float:
    return lgamma(all_ + 1) - lgamma(some + 1) - lgamma(all_ - some + 1)
