"""How a segment stands: how many are in it, in each condition, and how many each condition leaves out."""

from dataclasses import dataclass

from friends.models import Friend
from segments import leaves, services, tree
from segments.facts.explaining import words_of_group
from segments.leaves import Leaf
from segments.services import Counted, Looked
from segments.tree import Json, Node

PEOPLE = 5


@dataclass(frozen=True)
class Part:
    """A condition, or a group of them. `change` is by how many the whole would grow without it."""

    words: str
    count: int
    change: int
    is_platform: bool
    parts: list["Part"]

    @property
    def loss(self) -> int:
        """By how many the whole would shrink: of what only adds people."""
        return -self.change


@dataclass(frozen=True)
class Standing:
    counted: Counted
    sample: list[Friend]
    root: Part


def of(raw: Json) -> Standing:
    """Raises InvalidTree."""
    node = tree.parse(raw)
    looked = services.look(node, n=PEOPLE)
    known = leaves.look_up(tree.leaves_of(node))
    return Standing(looked.counted, looked.sample, _part(node, "", looked, known))


def _part(node: Node, path: str, looked: Looked, known: dict[str, dict]) -> Part:
    count, total = looked.counted.parts[path], looked.counted.total
    change = looked.without.get(path, total) - total
    if isinstance(node, Leaf):
        return Part(node.words(known[node.type]), count, change, node.is_platform, [])
    parts = [_part(part, tree.join(path, step), looked, known) for step, part in node.children()]
    return Part(words_of_group(node), count, change, False, parts)
