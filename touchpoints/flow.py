"""The flow picture: classes at the beginning on the left, at the end on the right, bands between. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from touchpoints.movement import Cell, Movement, Place

WIDTH, BAR = 760.0, 14.0
LEFT_X, RIGHT_X = 190.0, 556.0  # of the bars; the labels stand outside
HEIGHT, GAP = 300.0, 16.0
LEAST = 2.0  # of a bar, so that few people are seen too
LINE = 30.0  # a label needs as much
ROOM, NARROW, WIDE = 176.0, 7.6, 13.0  # beside a bar for its label, and what a letter of it takes


@dataclass(frozen=True)
class Bar:
    """A class on one side; `middle` is where its label stands."""

    place: Place
    x: float
    y: float
    height: float
    label_x: float
    anchor: str

    @property
    def label(self) -> str:
        """The name of the class, or as much of it as there is room for."""
        said = str(self.place.label)
        room = ROOM if _width(said) <= ROOM else ROOM - WIDE
        while _width(said) > room:
            said = said[:-1]
        return said if room == ROOM else f"{said.rstrip()}…"

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Band:
    cell: Cell
    path: str


@dataclass(frozen=True)
class Flow:
    """Drawn in a box `width` by `height`."""

    bars: list[Bar]
    bands: list[Band]
    width: float
    height: float


def _width(text: str) -> float:
    return sum(WIDE if east_asian_width(each) in "WFA" else NARROW for each in text)


def draw(movement: Movement) -> Flow:
    """Places without people are left out. Heights are to scale, but for a least height of bars."""
    lefts = [(row.origin, sum(cell.count for cell in row.cells)) for row in movement.rows]
    rights = [
        (column, sum(row.cells[place].count for row in movement.rows))
        for place, column in enumerate(movement.columns)
    ]
    total = max(sum(count for _place, count in lefts), 1)
    left = _side(lefts, total, LEFT_X, LEFT_X - 10, "end")
    right = _side(rights, total, RIGHT_X, RIGHT_X + BAR + 10, "start")
    height = max([each.y + max(each.height, LINE) for each in [*left.values(), *right.values()]], default=0)
    return Flow([*left.values(), *right.values()], _bands(movement, left, right, total), WIDTH, height + 8)


def _side(
    sizes: Sequence[tuple[Place, int]], total: int, x: float, label_x: float, anchor: str
) -> dict[str, Bar]:
    bars: dict[str, Bar] = {}
    y = 8.0
    for place, count in sizes:
        if not count:
            continue
        height = max(HEIGHT * count / total, LEAST)
        slack = max(LINE - height, 0) / 2
        bars[place.key] = Bar(place, x, round(y + slack, 2), round(height, 2), label_x, anchor)
        y += max(height, LINE) + GAP / 2
    return bars


def _bands(movement: Movement, left: dict[str, Bar], right: dict[str, Bar], total: int) -> list[Band]:
    """From the top of each bar downward, in the order of the other side."""
    bands = []
    taken: dict[str, float] = {}
    for row in movement.rows:
        begun = 0.0
        for cell in row.cells:
            if not cell.count:
                continue
            height = HEIGHT * cell.count / total
            ended = taken.get(cell.into.key, 0.0)
            bands.append(
                Band(
                    cell,
                    _path(left[cell.origin.key].y + begun, right[cell.into.key].y + ended, max(height, 0.6)),
                )
            )
            begun += height
            taken[cell.into.key] = ended + height
    return bands


def _path(left_y: float, right_y: float, height: float) -> str:
    start, end = LEFT_X + BAR, RIGHT_X
    middle = (start + end) / 2
    above = f"C{middle:.1f},{left_y:.2f} {middle:.1f},{right_y:.2f} {end:.1f},{right_y:.2f}"
    below, under = right_y + height, left_y + height
    back = f"C{middle:.1f},{below:.2f} {middle:.1f},{under:.2f} {start:.1f},{under:.2f}"
    return f"M{start:.1f},{left_y:.2f} {above} V{below:.2f} {back} Z"
