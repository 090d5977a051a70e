"""Trees of conditions: `all`, `any`, `not` and leaves. The tree is set algebra on bitmaps of friend numbers.

A tree is always asked within the friends a message would reach; `not` is what remains of those.
A place in a tree is named by its path, `all[1].not.any[0]`; the root's is "".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from pyroaring import BitMap

from segments import leaves
from segments.errors import InvalidTree
from segments.leaves import Leaf

Json = dict
MAX_DEPTH = 20
MAX_NODES = 200


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
    """Those in at least one part."""

    parts: tuple[Node, ...]

    def children(self) -> Iterator[tuple[str, Node]]:
        return ((f"any[{place}]", part) for place, part in enumerate(self.parts))

    def as_json(self) -> Json:
        return {"any": [part.as_json() for part in self.parts]}

    def combine(self, parts: list[BitMap], everyone: BitMap) -> BitMap:
        return BitMap.union(*parts)

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
            return Not(self.node(below, path=_join(path, "not"), depth=depth + 1))
        return self._group(kind, below, path=path, depth=depth)

    def _group(self, kind: str, below: object, *, path: str, depth: int) -> Node:
        if not isinstance(below, list):
            raise InvalidTree(_("must be a list"), path=_join(path, kind))
        if kind == "any" and not below:
            raise InvalidTree(_("must hold at least one condition"), path=_join(path, kind))
        parts = tuple(
            self.node(part, path=_join(path, f"{kind}[{place}]"), depth=depth + 1)
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
            yield from walk(part, _join(path, step))


def leaves_of(node: Node) -> list[Leaf]:
    return [part for _path, part in walk(node) if isinstance(part, Leaf)]


def check(node: Node) -> None:
    """Raise InvalidTree, naming the leaf, if it names a row that is not there (any more)."""
    known = leaves.look_up(leaves_of(node))
    for path, part in walk(node):
        if isinstance(part, Leaf) and (problem := part.missing(known[part.type])):
            raise InvalidTree(problem, path=path)


def members(
    node: Node, everyone: BitMap, members_of: Callable[[Leaf], BitMap], path: str = ""
) -> dict[str, BitMap]:
    """The friends in the node and in each part of it, by path; all within `everyone`."""
    if isinstance(node, Leaf):
        found = members_of(node)
        return {path: everyone - found if node.is_inverted else everyone & found}
    below: dict[str, BitMap] = {}
    parts = []
    for step, part in node.children():
        part_path = _join(path, step)
        below |= members(part, everyone, members_of, part_path)
        parts.append(below[part_path])
    return {path: node.combine(parts, everyone)} | below


def words(node: Node) -> str:
    """One sentence for people, in the language that is active."""
    return sentences([node])[0]


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
    return node.words([_bracketed(part, _words(part, known)) for _step, part in node.children()])


def _bracketed(node: Node, text: str) -> str:
    return f"({text})" if isinstance(node, All | AnyOf) and len(node.parts) > 1 else text


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
