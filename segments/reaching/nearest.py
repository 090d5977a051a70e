"""The tree nearest to one that LINE cannot reach: as few conditions less as keep the same people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segments import tree
from segments.errors import Unreachable
from segments.leaves import Leaf
from segments.reaching.platform import MOST_FILTERS, Json
from segments.tree import All, AnyOf, Node, Not

if TYPE_CHECKING:
    from segments.reaching.planner import Known
    from segments.reaching.plans import Plan

MOST_TRIED = 24  # each is planned whole, on bitmaps that are there already


@dataclass(frozen=True)
class Nearest:
    """A tree that works, as a sentence and in numbers: `most` people, `least` of them for sure."""

    tree: Json
    words: str
    least: int
    most: int


def find(node: Node, known: "Known", planned: "Callable[[Node], Plan]") -> Nearest | None:
    """Of the trees with fewer conditions that can be planned, the one with most people in common.

    Among equals, the one that keeps most conditions. None if nothing works.
    """
    wanted = known.members(node).most
    best: tuple[tuple[float, int], Node, Plan] | None = None
    for other in _candidates(node, known):
        try:
            found = planned(other)
        except Unreachable:
            continue
        people = found.friends
        rank = (wanted.jaccard_index(people) if wanted or people else 1.0, len(tree.leaves_of(other)))
        if best is None or rank > best[0]:
            best = (rank, other, found)
    if best is None:
        return None
    _rank, other, found = best
    return Nearest(other.as_json(), tree.words(other), found.least, found.most)


def _candidates(node: Node, known: "Known") -> Iterator[Node]:
    """Without what LINE judges, without what we judge, with ever fewer of LINE's, without one condition."""
    leaves = [path for path, part in tree.walk(node) if isinstance(part, Leaf)]
    of_line = [path for path, part in tree.walk(node) if isinstance(part, Leaf) and known.is_of_line(part)]
    ways = [set(of_line), set(leaves) - set(of_line)]
    ways += [set(of_line[kept:]) for kept in range(min(len(of_line) - 1, MOST_FILTERS), 0, -1)]
    ways += [{path} for path in [*of_line, *leaves]]
    for gone in ways[:MOST_TRIED]:
        if gone:
            yield without(node, gone) or All(())


def without(node: Node, gone: set[str], path: str = "") -> Node | None:
    """The tree without the conditions at these paths; None if nothing remains of it."""
    if path in gone:
        return None
    if isinstance(node, Leaf):
        return node
    parts = [
        kept
        for step, part in node.children()
        if (kept := without(part, gone, f"{path}.{step}" if path else step)) is not None
    ]
    if isinstance(node, Not):
        return Not(parts[0]) if parts else None
    if not parts:
        return None
    return AnyOf(tuple(parts)) if isinstance(node, AnyOf) else All(tuple(parts))
