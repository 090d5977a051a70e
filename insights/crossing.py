"""Cross tables of friends: which groups go together, by more than chance, and the segment of each cell."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from insights import sides
from insights.errors import NoSuchSide
from insights.sides import FriendSide
from segments.models import Segment
from segments.tree import Json
from surveys.results import crossing
from surveys.results.crossing import Cell, Crossed


@dataclass(frozen=True)
class Place:
    """A cell with what is to be expected of it by chance, and the segment of those who stand in it."""

    cell: Cell
    expected: float
    tree: Json | None

    @property
    def tree_text(self) -> str:
        return json.dumps(self.tree, ensure_ascii=False) if self.tree else ""


@dataclass(frozen=True)
class Table:
    """`segment` is of whom it is; None: of everybody whom messages reach."""

    crossed: Crossed
    row: FriendSide
    column: FriendSide
    segment: Segment | None

    @cached_property
    def places(self) -> list[list[Place]]:
        return [
            [self._place(y, x, cell) for x, cell in enumerate(cells)]
            for y, (_words, _people, cells) in enumerate(self.crossed.lines)
        ]

    @cached_property
    def lines(self) -> list[tuple[str, int, list[Place]]]:
        """Words, people and cells of each row."""
        told = zip(self.crossed.lines, self.places, strict=True)
        return [(words, people, places) for (words, people, _cells), places in told]

    def _place(self, y: int, x: int, cell: Cell) -> Place:
        keys = self.crossed.rows[y][0], self.crossed.columns[x][0]
        return Place(cell, self.crossed.table.expected(y, x), self._tree(*keys))

    def _tree(self, row: str, column: str) -> Json | None:
        parts: Sequence[Json | None] = [self.row.tree(row), self.column.tree(column)]
        if None in parts:
            return None
        within = [{"type": "segment", "segment": self.segment.pk}] if self.segment else []
        return {"all": [*parts, *within]}


def of(row: str, column: str, segment: Segment | None = None) -> Table:
    """Raises NoSuchSide, and InvalidTree if a segment cannot be asked any more."""
    below, beside = sides.of(row), sides.of(column)
    if below is None or beside is None or row == column:
        raise NoSuchSide
    among = sides.base(segment)
    below, beside = sides.limited(below, among), sides.limited(beside, among)
    return Table(crossing.within(among, below.side, beside.side), below, beside, segment)
