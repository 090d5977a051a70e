"""What each part of a tree does to the whole: how many friends there would be without it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from segments.leaves import Leaf
from segments.tree import All, AnyOf, Bounds, Branch, Node, Not, join


@dataclass(frozen=True)
class _Around:
    """What the rest of a tree makes of a part: the whole is `sure`, and those of `open` who are in the part.

    If the part `is_turned` (below an odd number of `not`), the whole is `sure` and those of `open` who are
    not in it.
    """

    sure: BitMap
    open: BitMap
    is_turned: bool = False

    def value(self, part: Bounds) -> BitMap:
        """Of a part that only LINE can judge: what makes the whole as large as it may be."""
        return part.least if self.is_turned else part.most

    def all_of_it(self) -> int:
        """How many are in the whole if all of `open` are."""
        return self.sure.union_cardinality(self.open) if self.sure else len(self.open)

    def none_of_it(self) -> int:
        return len(self.sure)


def without(node: Node, parts: Mapping[str, Bounds], everyone: BitMap) -> dict[str, int]:
    """By path of each part below the root: how many friends the tree would have if that part were taken out.

    `parts` are those of `tree.members`. Where only LINE can judge, the numbers are how many at most.
    """
    found: dict[str, int] = {}
    _look_below(node, _Around(BitMap(), everyone), "", parts, everyone, found)
    return found


def _look_below(
    node: Node,
    around: _Around,
    path: str,
    parts: Mapping[str, Bounds],
    everyone: BitMap,
    found: dict[str, int],
) -> None:
    if isinstance(node, Leaf):
        return
    if isinstance(node, Not):
        inside = _Around(around.sure, around.open, is_turned=not around.is_turned)
        found[join(path, "not")] = found.get(path, len(everyone))  # nothing is left of `not` without it
        _look_below(node.part, inside, join(path, "not"), parts, everyone, found)
        return
    below = [(join(path, step), part) for step, part in node.children()]
    if not below:
        return
    values = [around.value(parts[part_path]) for part_path, _part in below]
    others = _others(node, values, everyone)
    for (part_path, part), rest in zip(below, others, strict=True):
        _look_at(node, part, around, rest, part_path, parts, everyone, found)


def _look_at(
    parent: Branch,
    part: Node,
    around: _Around,
    rest: BitMap,
    path: str,
    parts: Mapping[str, Bounds],
    everyone: BitMap,
    found: dict[str, int],
) -> None:
    """One part of `all` or `any`; `rest` is what its neighbours make together."""
    inside = _beside(parent, around, rest)
    leaves_all = isinstance(parent, All) != around.is_turned
    found[path] = inside.all_of_it() if leaves_all else inside.none_of_it()
    _look_below(part, inside, path, parts, everyone, found)


def _beside(parent: Branch, around: _Around, rest: BitMap) -> _Around:
    if isinstance(parent, All):
        if around.is_turned:
            return _Around(around.sure | (around.open - rest), around.open, is_turned=True)
        return _Around(around.sure, around.open & rest)
    if around.is_turned:
        return _Around(around.sure, around.open - rest, is_turned=True)
    return _Around(around.sure | (around.open & rest), around.open)


def _others(node: Branch, values: list[BitMap], everyone: BitMap) -> list[BitMap]:
    """For each part, what the others make together: from those before it and those after it."""
    is_any = isinstance(node, AnyOf)
    nothing_more = BitMap() if is_any else everyone
    before, after = [nothing_more], [nothing_more]
    for value in values[:-1]:
        before.append(before[-1] | value if is_any else before[-1] & value)
    for value in reversed(values[1:]):
        after.append(after[-1] | value if is_any else after[-1] & value)
    pairs = zip(before, reversed(after), strict=True)
    return [left | right if is_any else left & right for left, right in pairs]
