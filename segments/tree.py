"""Trees of conditions: `all`, `any`, `not` and leaves. The tree is set algebra on bitmaps of friend numbers.

A tree is always asked within some friends, as a rule those a message would reach; `not` is what remains of
them. A leaf may stand for a tree of its own. Of what only LINE can judge the bounds are known:
nobody and everyone.
A place in a tree is named by its path, `all[1].not.any[0]`; the root's is "".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pyroaring import BitMap

from segments import leaves
from segments.errors import InvalidTree
from segments.leaves import Leaf, Moment

Json = dict
MAX_DEPTH = 20
MAX_NODES = 200
MOST_STOOD_FOR = 2_000  # leaves, of all that a tree's leaves stand for


class Branch(Protocol):
    def children(self) -> Iterator[tuple[str, "Node"]]:
        """The parts, each with its step in a path."""

    def as_json(self) -> Json: ...

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap: ...

    def words(self, parts: list[str]) -> str: ...


Node = Branch | Leaf


@dataclass(frozen=True)
class All:
    """Those in every part; with no part, everyone."""

    parts: tuple[Node, ...]

    def children(self) -> Iterator[tuple[str, Node]]:
        return ((f"all[{place}]", part) for place, part in enumerate(self.parts))

    def as_json(self) -> Json:
        return {"all": [part.as_json() for part in self.parts]}

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap:
        return BitMap.intersection(everyone, *parts)

    def words(self, parts: list[str]) -> str:
        return " · ".join(parts) or _("all friends")


@dataclass(frozen=True)
class AnyOf:
    """Those in at least one part; with no part, nobody."""

    parts: tuple[Node, ...]

    def children(self) -> Iterator[tuple[str, Node]]:
        return ((f"any[{place}]", part) for place, part in enumerate(self.parts))

    def as_json(self) -> Json:
        return {"any": [part.as_json() for part in self.parts]}

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap:
        return BitMap.union(BitMap(), *parts)

    def words(self, parts: list[str]) -> str:
        return _(" or ").join(parts)


@dataclass(frozen=True)
class Not:
    """Those not in the part."""

    part: Node

    def children(self) -> Iterator[tuple[str, Node]]:
        return iter([("not", self.part)])

    def as_json(self) -> Json:
        return {"not": self.part.as_json()}

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap:
        return everyone - parts[0]

    def words(self, parts: list[str]) -> str:
        return _("not (%(condition)s)") % {"condition": parts[0]}


@dataclass(frozen=True)
class AtLeast:
    """Those in at least `times` of the parts. What leaves may stand for; JSON has no word for it."""

    times: int
    parts: tuple[Node, ...]

    def children(self) -> Iterator[tuple[str, Node]]:
        return ((f"at_least[{place}]", part) for place, part in enumerate(self.parts))

    def as_json(self) -> Json:
        raise NotImplementedError

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap:
        reached = [everyone, *(BitMap() for _time in range(self.times))]
        for part in parts:
            for times in range(self.times, 0, -1):
                reached[times] |= reached[times - 1] & part
        return reached[self.times]

    def words(self, parts: list[str]) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Bounds:
    """Who is certainly in a part of a tree, and who may be: one bitmap where we can judge it ourselves."""

    least: BitMap
    most: BitMap

    @property
    def is_exact(self) -> bool:
        return self.least is self.most


def parse(raw: object) -> Node:
    """The tree that this JSON says. Raises InvalidTree, naming the first place that is wrong."""
    return _Parser().node(raw, path="", depth=1)


class _Parser:
    """Counts the nodes of one tree while reading it."""

    def __init__(self) -> None:
        self.nodes = 0

    def node(self, raw: object, *, path: str, depth: int) -> Node:
        self._limit(path, depth)
        if not isinstance(raw, dict):
            raise InvalidTree(_("must be an object with all, any, not or type"), path=path)
        if "type" in raw:
            return leaves.parse(raw, path)
        if len(raw) != 1 or not raw.keys() <= {"all", "any", "not"}:
            raise InvalidTree(_("must have exactly one of all, any, not and type"), path=path)
        [(kind, below)] = raw.items()
        if kind == "not":
            return Not(self.node(below, path=join(path, "not"), depth=depth + 1))
        return self._group(kind, below, path=path, depth=depth)

    def _group(self, kind: str, below: object, *, path: str, depth: int) -> Node:
        if not isinstance(below, list):
            raise InvalidTree(_("must be a list"), path=join(path, kind))
        if kind == "any" and not below:
            raise InvalidTree(_("must hold at least one condition"), path=join(path, kind))
        parts = tuple(
            self.node(part, path=join(path, f"{kind}[{place}]"), depth=depth + 1)
            for place, part in enumerate(below)
        )
        return All(parts) if kind == "all" else AnyOf(parts)

    def _limit(self, path: str, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise InvalidTree(_("is nested deeper than %(most)s levels") % {"most": MAX_DEPTH}, path=path)
        if self.nodes > MAX_NODES:
            raise InvalidTree(
                _("is more than the %(most)s conditions allowed") % {"most": MAX_NODES}, path=path
            )


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """The node and every part of it, with their paths."""
    yield path, node
    if not isinstance(node, Leaf):
        for step, part in node.children():
            yield from walk(part, join(path, step))


def leaves_of(node: Node) -> list[Leaf]:
    return [part for _path, part in walk(node) if isinstance(part, Leaf)]


def check(node: Node) -> None:
    """Raise InvalidTree, naming the leaf, if it names a row that is not there (any more)."""
    known = leaves.look_up(leaves_of(node))
    for path, part in walk(node):
        if isinstance(part, Leaf) and (problem := part.missing(known[part.type])):
            raise InvalidTree(problem, path=path)


StandIns = dict[str, Node]


def stand_ins(node: Node, moment: Moment) -> StandIns:
    """What leaves of the tree stand for, by the key of the leaf, and what leaves of those stand for.

    Raises InvalidTree, naming the leaf, where one comes back to itself or stands for too much.
    """
    found: StandIns = {}
    size = 0
    for path, part in walk(node):
        if isinstance(part, Leaf):
            size += _stand_in(part, moment, found, (), path)
        if size > MOST_STOOD_FOR:
            raise InvalidTree(
                _("stands for more than %(most)s conditions") % {"most": MOST_STOOD_FOR}, path=path
            )
    return found


def _stand_in(leaf: Leaf, moment: Moment, found: StandIns, above: tuple[str, ...], path: str) -> int:
    """Look up what a leaf stands for; how many leaves that is in the end."""
    key = leaf.key(moment.zone)
    if key in above:
        raise InvalidTree(_("leads back to itself"), path=path)
    if len(above) > MAX_DEPTH:
        raise InvalidTree(_("is nested deeper than %(most)s levels") % {"most": MAX_DEPTH}, path=path)
    below = found[key] if key in found else leaf.stands_for(moment)
    if below is None:
        return 1
    found[key] = below
    return sum(_stand_in(part, moment, found, (*above, key), path) for part in leaves_of(below))


def asked(node: Node, known: StandIns, moment: Moment) -> Iterator[Leaf]:
    """The leaves behind a tree that are queries."""
    for leaf in leaves_of(node):
        below = known.get(leaf.key(moment.zone))
        if below is not None:
            yield from asked(below, known, moment)
        elif not leaf.is_platform:
            yield leaf


def members(
    node: Node,
    everyone: BitMap,
    members_of: Callable[[Leaf], BitMap],
    known: StandIns,
    zone: ZoneInfo,
    path: str = "",
) -> dict[str, Bounds]:
    """The friends in the node and in each part of it, by path; all within `everyone`."""
    if isinstance(node, Leaf):
        return {path: _of_leaf(node, everyone, members_of, known, zone)}
    below: dict[str, Bounds] = {}
    parts = []
    for step, part in node.children():
        part_path = join(path, step)
        below |= members(part, everyone, members_of, known, zone, part_path)
        parts.append(below[part_path])
    return {path: _combined(node, parts, everyone)} | below


def _of_leaf(
    leaf: Leaf, everyone: BitMap, members_of: Callable[[Leaf], BitMap], known: StandIns, zone: ZoneInfo
) -> Bounds:
    below = known.get(leaf.key(zone))
    if below is not None:
        return members(below, everyone, members_of, known, zone)[""]
    if leaf.is_platform:
        return Bounds(BitMap(), everyone)
    found = members_of(leaf)
    return _exactly(everyone - found if leaf.is_inverted else everyone & found)


def _combined(node: Branch, parts: list[Bounds], everyone: BitMap) -> Bounds:
    if isinstance(node, Not):
        return _turned(parts[0], node, everyone)
    most = node.combine([part.most for part in parts], everyone)
    if all(part.is_exact for part in parts):
        return _exactly(most)
    return Bounds(node.combine([part.least for part in parts], everyone), most)


def _turned(part: Bounds, node: Not, everyone: BitMap) -> Bounds:
    least = node.combine([part.most], everyone)
    return _exactly(least) if part.is_exact else Bounds(least, node.combine([part.least], everyone))


def _exactly(found: BitMap) -> Bounds:
    return Bounds(found, found)


def words(node: Node, known: dict[str, dict] | None = None) -> str:
    """One sentence for people, in the language that is active; `known` is from `leaves.look_up`."""
    return sentences([node])[0] if known is None else _words(node, known)


def sentences(nodes: Sequence[Node]) -> list[str]:
    """`words` for many trees, looking up what they name at once."""
    known = leaves.look_up(leaf for node in nodes for leaf in leaves_of(node))
    return [_words(node, known) for node in nodes]


def schema() -> Json:
    """The JSON Schema of trees, with every type of leaf that is registered."""
    node = {"$ref": "#/$defs/node"}
    groups = {
        "all": {"type": "array", "items": node},
        "any": {"type": "array", "items": node, "minItems": 1},
        "not": node,
    }
    branches = [
        {"type": "object", "properties": {name: below}, "required": [name], "additionalProperties": False}
        for name, below in groups.items()
    ]
    types = [leaf.schema() for leaf in leaves.all_types()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"node": {"anyOf": [*branches, *types]}},
    } | node


def _words(node: Node, known: dict[str, dict]) -> str:
    if isinstance(node, Leaf):
        return node.words(known[node.type])
    said = [(part, _words(part, known)) for _step, part in node.children()]
    if isinstance(node, Not):  # which brackets by itself
        return node.words([text for _part, text in said])
    return node.words([_bracketed(part, text) for part, text in said])


def _bracketed(node: Node, text: str) -> str:
    has_several = isinstance(node, All | AnyOf) and len(node.parts) > 1
    return _("(%(conditions)s)") % {"conditions": text} if has_several else text


def join(path: str, step: str) -> str:
    """The path of a part."""
    return f"{path}.{step}" if path else step
