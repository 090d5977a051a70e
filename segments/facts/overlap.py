"""How far segments overlap: the people only in the one, only in the other, and in both; of three likewise."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pyroaring import BitMap

from segments import services
from segments.models import Segment
from segments.tree import Json

LETTERS = "ABC"
LARGEST = 25.0  # radius
STEPS = 50  # of the search for the distance at which two circles share their part


@dataclass(frozen=True)
class Region:
    """Those in the segments of `inside` and in no other, by place."""

    inside: tuple[int, ...]
    count: int
    tree: Json

    @property
    def letters(self) -> str:
        return "".join(LETTERS[place] for place in self.inside)

    @property
    def as_json(self) -> str:
        return json.dumps(self.tree)


@dataclass(frozen=True)
class Circle:
    """One of a drawing; its letter stands away from the others."""

    x: float
    y: float
    radius: float
    away: tuple[float, float] = (0.0, 0.0)  # in parts of the radius

    @property
    def letter_x(self) -> float:
        return self.x + self.radius * self.away[0]

    @property
    def letter_y(self) -> float:
        return self.y + self.radius * self.away[1]


@dataclass(frozen=True)
class Overlap:
    """`totals` are the sizes, by place; `shared` the people in all, `union` those in at least one.

    If it `is_exact`; where LINE judges a part of the conditions it is of those who may be in the segments.

    `regions` holds every combination, the largest number of segments first. `circles` is a drawing 100 wide
    and 60 high: of two its areas are to scale, of three they are not.
    """

    segments: list[Segment]
    totals: list[int]
    union: int
    regions: list[Region]
    circles: list[Circle]
    is_exact: bool

    @property
    def shared(self) -> int:
        return self.regions[0].count

    @property
    def is_to_scale(self) -> bool:
        return len(self.segments) == 2


def of(segments: Sequence[Segment]) -> Overlap:
    """The overlap of two or three segments now. Raises InvalidTree."""
    sets = [services.members(segment.tree) for segment in segments]
    regions = [_region(inside, segments, sets) for inside in _combinations(len(sets))]
    circles = draw(len(sets[0]), len(sets[1]), regions[0].count) if len(sets) == 2 else _three()
    return Overlap(
        list(segments),
        [len(each) for each in sets],
        len(BitMap.union(*sets)),
        regions,
        circles,
        is_exact=all(services.count(segment.tree).is_exact for segment in segments),
    )


def _combinations(many: int) -> list[tuple[int, ...]]:
    """Which are in, for every region but the one outside of all."""
    found = [
        tuple(place for place, is_in in enumerate(chosen) if is_in)
        for chosen in product([True, False], repeat=many)
        if any(chosen)
    ]
    return sorted(found, key=lambda inside: (-len(inside), inside))


def _region(inside: tuple[int, ...], segments: Sequence[Segment], sets: Sequence[BitMap]) -> Region:
    outside = [place for place in range(len(sets)) if place not in inside]
    found = BitMap.intersection(*(sets[place] for place in inside))
    for place in outside:
        found -= sets[place]
    leaves: list[Json] = [{"type": "segment", "segment": segments[place].pk} for place in inside]
    leaves += [{"not": {"type": "segment", "segment": segments[place].pk}} for place in outside]
    return Region(inside, len(found), {"all": leaves})


def draw(first: int, second: int, shared: int) -> list[Circle]:
    """Two circles whose areas, also of what they share, are in proportion to the numbers."""
    largest = max(first, second, 1)
    radii = [LARGEST * math.sqrt(count / largest) for count in (first, second)]
    scale = math.pi * LARGEST**2 / largest  # area per friend
    apart = _distance(radii[0], radii[1], shared * scale)
    width = max(radii[0] + apart + radii[1], 2 * radii[0], 2 * radii[1])
    left = 50 - width / 2 + max(radii[0], radii[1] - apart)
    return [Circle(left, 30, radii[0], (-0.6, 0)), Circle(left + apart, 30, radii[1], (0.6, 0))]


def _distance(first: float, second: float, shared: float) -> float:
    """Between the centres of circles of these radii that share this area: found by halving."""
    near, far = abs(first - second), first + second
    for _step in range(STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if _lens(first, second, middle) > shared else (near, middle)
    return far


def _lens(first: float, second: float, apart: float) -> float:
    """The area that two circles share."""
    if apart >= first + second:
        return 0.0
    if apart <= abs(first - second):
        return math.pi * min(first, second) ** 2
    return _segment(first, second, apart) + _segment(second, first, apart)


def _segment(radius: float, other: float, apart: float) -> float:
    """The part of the first circle beyond the line through the points in which the two meet."""
    to_line = (apart**2 + radius**2 - other**2) / (2 * apart)
    angle = math.acos(max(-1.0, min(1.0, to_line / radius)))
    return radius**2 * (angle - math.sin(2 * angle) / 2)


def _three() -> list[Circle]:
    return [
        Circle(40, 22, 19, (-0.5, -0.3)),
        Circle(60, 22, 19, (0.5, -0.3)),
        Circle(50, 39, 19, (0, 0.5)),
    ]
