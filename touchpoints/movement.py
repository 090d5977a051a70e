"""How people moved between the classes of a period: from its beginning to its end, or until now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from accounts import activity
from accounts.models import User
from segments import services as segments
from segments.models import Segment
from segments.tree import Json, parse
from touchpoints import judging
from touchpoints.errors import NobodyThere, NothingToMoveFrom
from touchpoints.judging import Judged
from touchpoints.leaves import START
from touchpoints.models import Level, Period, TouchClass

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CAME, LEFT = "came", "left"  # besides the classes: who was in none before, and who is in none any more
SEGMENT_NAME = 100


class Way(StrEnum):
    """Whether a movement is one for the better."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    STAYS = "stays"


WORDS: "dict[Way, StrOrPromise]" = {
    Way.BETTER: gettext_lazy("for the better"),
    Way.WORSE: gettext_lazy("for the worse"),
    Way.SAME: gettext_lazy("neither better nor worse"),
    Way.STAYS: gettext_lazy("stayed"),
}


@dataclass(frozen=True)
class Place:
    """A class as a row or a column, or who came or left."""

    key: str
    label: str
    color: str
    level: int
    people: BitMap
    tree: Json | None  # who is in it; None: of who left
    takes_messages: bool = True

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class Cell:
    """People who went from one place to another."""

    origin: Place
    into: Place
    count: int

    @property
    def way(self) -> Way:
        if CAME in (self.origin.key, self.into.key):
            return Way.SAME
        if self.origin.key == self.into.key:
            return Way.STAYS
        if self.origin.level == self.into.level:
            return Way.SAME
        return Way.BETTER if self.into.level > self.origin.level else Way.WORSE

    @property
    def way_words(self) -> "StrOrPromise":
        return WORDS[self.way]

    @property
    def can_be_reached(self) -> bool:
        return bool(self.count and self.origin.tree and self.into.tree and self.into.takes_messages)


@dataclass(frozen=True)
class Row:
    origin: Place
    cells: list[Cell]


@dataclass(frozen=True)
class Movement:
    """`rows` from each class, and from outside, into each of `columns`, and out. Everybody is in one cell."""

    rows: list[Row]
    columns: list[Place]

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def shown_columns(self) -> list[Place]:
        """Those that have anybody."""
        return [each for each in self.columns if each.count]

    @property
    def shown_rows(self) -> list[Row]:
        """Those that have anybody, with cells of the shown columns."""
        kept = {each.key for each in self.shown_columns}
        return [
            Row(row.origin, [cell for cell in row.cells if cell.into.key in kept])
            for row in self.rows
            if row.origin.count
        ]

    @property
    def best(self) -> Cell | None:
        """The largest movement for the better."""
        better = [cell for cell in self.cells if cell.way == Way.BETTER and cell.count]
        return max(better, key=lambda cell: cell.count, default=None)

    def sum(self, way: Way) -> int:
        return sum(cell.count for cell in self.cells if cell.way == way)

    @property
    def better(self) -> int:
        return self.sum(Way.BETTER)

    @property
    def worse(self) -> int:
        return self.sum(Way.WORSE)

    @property
    def stayed(self) -> int:
        return self.sum(Way.STAYS)

    def cell(self, origin: str, into: str) -> Cell | None:
        found = (cell for cell in self.cells if (cell.origin.key, cell.into.key) == (origin, into))
        return next(found, None)


def of(period: Period, judged: Judged | None = None) -> Movement:
    """`judged` is the open period as it was judged already. Raises NothingToMoveFrom."""
    before = _before(period)
    if before is None:
        raise NothingToMoveFrom()
    return between(before, _after(period, judged))


def between(before: list[Place], after: list[Place]) -> Movement:
    """Set algebra on the people of both."""
    was, now = (BitMap.union(BitMap(), *(each.people for each in side)) for side in (before, after))
    trees = [each.tree for each in before if each.tree]
    came = Place(
        CAME, _("Came since"), "", Level.NEUTRAL, now - was, {"not": {"any": trees}} if trees else None
    )
    left = Place(LEFT, _("Left since"), "", -1, was - now, None)
    columns = [*after, left]
    rows = [Row(origin, [_cell(origin, into) for into in columns]) for origin in [*before, came]]
    return Movement(rows, columns)


@transaction.atomic
def segment_of(period: Period, origin: str, into: str, *, name: str = "", by: User | None) -> Segment:
    """A saved segment of who moved so; that which there is already, if it asks the same.

    Raises NothingToMoveFrom, NobodyThere.
    """
    cell = of(period).cell(origin, into)
    if cell is None or not cell.can_be_reached:
        raise NobodyThere()
    tree = parse(tree_of(cell)).as_json()
    found = Segment.objects.filter(tree=tree).first()
    if found is None:
        name = name.strip() or f"{period.plan.name}: {cell.origin.label} → {cell.into.label}"
        found = segments.create_segment(name[:SEGMENT_NAME], tree, by=by)
        activity.record("touchpoints.segment_made", period.plan, by=by, name=found.name)
    return found


def tree_of(cell: Cell) -> Json:
    return {"all": [cell.origin.tree, cell.into.tree]}


def _before(period: Period) -> list[Place] | None:
    """Who was where when the period's first message was begun; of one that nobody has begun, when the one
    before it was closed."""
    if period.begun_at:
        return _kept(period, START)
    earlier = Period.objects.filter(plan=period.plan_id, number=period.number - 1).first()
    return _kept(earlier) if earlier and not earlier.is_open else None


def _after(period: Period, judged: Judged | None) -> list[Place]:
    if not period.is_open:
        return _kept(period)
    judged = judged or judging.judge(period)
    return [_place(each, judged.members[each.pk], {}) for each in judged.classes]


def _kept(period: Period, at: str = "") -> list[Place]:
    column = "start_members" if at else "end_members"
    stored = dict(period.classes.values_list("pk", column))
    said = {"at": at} if at else {}
    return [_place(each, _people(stored[each.pk]), said) for each in period.ordered()]


def _place(each: TouchClass, people: BitMap, said: Json) -> Place:
    tree = {"type": "touchpoint", "class": each.pk} | said
    return Place(each.key, each.label, each.color, each.level, people, tree, each.takes_messages)


def _people(stored: bytes | memoryview | None) -> BitMap:
    return BitMap.deserialize(bytes(stored)) if stored else BitMap()


def _cell(origin: Place, into: Place) -> Cell:
    if into.key == LEFT:
        return Cell(origin, into, 0 if origin.key == CAME else len(origin.people & into.people))
    return Cell(origin, into, origin.people.intersection_cardinality(into.people))
