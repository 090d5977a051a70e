"""Cross tables: how often one answer goes with another, and whether that is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from segments.leaves import Query
from surveys.results import chance
from surveys.results.chance import Association, Table
from surveys.results.narrowing import Narrowing, counted
from surveys.results.sides import Side

ROW, COLUMN, CELL, PEOPLE = "row", "column", "cell", "people"
ANSWERED = "SELECT response.id, response.friend_id FROM surveys_response response WHERE "
# Everybody who has something on both sides, once; then each row and column, and each cell.
COUNTED = """
WITH base AS ({base}),
below AS MATERIALIZED (SELECT side.id, side.key FROM ({row}) side JOIN base ON base.id = side.id),
beside AS MATERIALIZED (SELECT side.id, side.key FROM ({column}) side JOIN base ON base.id = side.id)
SELECT 'people', NULL, NULL, count(*) FROM (SELECT id FROM below INTERSECT SELECT id FROM beside) AS each_side
UNION ALL SELECT 'row', key, NULL, count(*) FROM below WHERE id IN (SELECT id FROM beside) GROUP BY key
UNION ALL SELECT 'column', NULL, key, count(*) FROM beside WHERE id IN (SELECT id FROM below) GROUP BY key
UNION ALL SELECT 'cell', below.key, beside.key, count(*) FROM below JOIN beside ON beside.id = below.id
  GROUP BY below.key, beside.key"""
# Where everybody stands in one row and one column, all else is sums of the cells.
CELLS = """
WITH base AS ({base})
SELECT 'cell', below.key, beside.key, count(*) FROM ({row}) below
JOIN ({column}) beside ON beside.id = below.id JOIN base ON base.id = below.id GROUP BY 2, 3"""
SMALL, MEDIUM, LARGE = 0.1, 0.3, 0.5  # Cohen's


@dataclass(frozen=True)
class Cell:
    """`sign` is 1 where more people are in it than chance explains, -1 where fewer."""

    count: int
    of_row: float
    of_column: float
    sign: int
    residual: float | None

    @property
    def of_row_words(self) -> str:
        return f"{self.of_row:.1%}"

    @property
    def of_column_words(self) -> str:
        return f"{self.of_column:.1%}"


@dataclass(frozen=True)
class Tested:
    """A row (or a column) that was tested by itself; its chance counts that several were asked (Holm)."""

    words: str
    p: float
    found: Association

    @property
    def p_words(self) -> str:
        return p_words(self.p)

    @property
    def is_clear(self) -> bool:
        return self.p < chance.ALPHA


@dataclass(frozen=True)
class Crossed:
    """Two sides against each other. Rows and columns in which nobody is are left out."""

    row: Side
    column: Side
    rows: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    table: Table

    @cached_property
    def lines(self) -> list[tuple[str, int, list[Cell]]]:
        """Words, people and cells of each row."""
        return [
            (words, self.table.rows[y], [self._cell(y, x) for x in range(len(self.columns))])
            for y, (_key, words) in enumerate(self.rows)
        ]

    @cached_property
    def association(self) -> Association | None:
        """Of the whole table; None where people may stand in several rows or columns."""
        if self.row.is_several or self.column.is_several:
            return None
        return chance.association(self.table.counts)

    @cached_property
    def tested(self) -> list[Tested]:
        """Where only one side allows several answers: each of these by itself against the other side."""
        if self.row.is_several == self.column.is_several:
            return []
        table, named = (self.table, self.rows) if self.row.is_several else (self.table.turned(), self.columns)
        found = [(words, table.row_against_columns(y)) for y, (_key, words) in enumerate(named)]
        told = [(words, each) for words, each in found if each]
        chances = chance.holm([each.p for _words, each in told])
        return [Tested(words, p, each) for (words, each), p in zip(told, chances, strict=True)]

    @property
    def is_thin(self) -> bool:
        found = [self.association] if self.association else [each.found for each in self.tested]
        return any(each.is_thin for each in found)

    @property
    def verdict(self) -> str:
        """What can be said of it, in a sentence or two."""
        if not self.table.people:
            return _("Nobody is known on both sides yet.")
        if self.association:
            return _of_all(self.association)
        if self.tested:
            clear = sum(each.is_clear for each in self.tested)
            return _(
                "Several answers may be given, so each is tested by itself: of %(all)s answers %(clear)s "
                "differ by more than chance explains."
            ) % {"all": len(self.tested), "clear": clear}
        if self.row.is_several and self.column.is_several:
            return self._of_cells()
        return _("There is nothing to compare: all stand in one row or one column.")

    def _of_cells(self) -> str:
        clear = sum(sign != 0 for row in self.table.deviations for sign in row)
        return _(
            "On both sides several answers may be given, so each cell is tested by itself: %(clear)s of "
            "%(all)s differ by more than chance explains."
        ) % {"all": len(self.rows) * len(self.columns), "clear": clear}

    def _cell(self, y: int, x: int) -> Cell:
        count = self.table.counts[y][x]
        return Cell(
            count,
            count / self.table.rows[y],
            count / self.table.columns[x],
            self.table.deviations[y][x],
            self.table.residuals[y][x],
        )


def cross(narrowing: Narrowing, row: Side, column: Side) -> Crossed:
    """Those who have something on both sides. Raises InvalidTree if the segment cannot be asked any more."""
    which = narrowing.responses()
    return within(Query(ANSWERED + which.sql, which.params), row, column)


def within(base: Query, row: Side, column: Side) -> Crossed:
    """Those of `base` who have something on both sides; it is a query of `id` and its `friend_id`."""
    is_exclusive = not (row.is_several or column.is_several)
    query = CELLS if is_exclusive else COUNTED
    sql = query.format(base=base.sql, row=row.query.sql, column=column.query.sql)
    found = counted(sql, [*base.params, *row.query.params, *column.query.params])
    people = {(kind, y, x): count for kind, y, x, count in found}
    filled = _filled(row, {y for kind, y, _x in people if kind in (ROW, CELL)})
    across = _filled(column, {x for kind, _y, x in people if kind in (COLUMN, CELL)})
    cells = [[people.get((CELL, y, x), 0) for x, _words in across] for y, _words in filled]
    if is_exclusive:
        return Crossed(row, column, filled, across, Table.exclusive(cells))
    below = [people[ROW, y, None] for y, _words in filled]
    beside = [people[COLUMN, None, x] for x, _words in across]
    table = Table(cells, below, beside, people[PEOPLE, None, None])
    return Crossed(row, column, filled, across, table)


def _filled(side: Side, keys: set[str]) -> list[tuple[str, str]]:
    """The choices that somebody has; what a field no longer offers stands for itself, at the end."""
    known = [each for each in side.choices if each[0] in keys]
    return known + [(key, key) for key in sorted(keys - {key for key, _words in side.choices})]


def p_words(p: float) -> str:
    """A chance as it is written: not more exact than it can be."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _of_all(found: Association) -> str:
    told = {"p": p_words(found.p), "strength": f"{found.strength:.2f}", "size": _size(found.effect)}
    if found.is_clear:
        return (
            _(
                "The difference is larger than chance explains: %(p)s. The connection is %(size)s "
                "(Cramér’s V = %(strength)s)."
            )
            % told
        )
    return _("The difference may be chance: %(p)s. More answers would be needed to tell.") % told


def _size(effect: float) -> str:
    if effect < SMALL:
        return _("very weak")
    if effect < MEDIUM:
        return _("weak")
    return _("medium") if effect < LARGE else _("strong")


def thin_words() -> str:
    return _(
        "In some cells fewer than 5 people are to be expected, so take the test as a hint: "
        "put answers together in groups, or ask more people."
    )
