"""Why a friend is in a segment or not: each condition with yes or no."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from friends.models import Friend
from segments import leaves, services, tree
from segments.leaves import Leaf
from segments.tree import AnyOf, Json, Node, Not


@dataclass(frozen=True)
class Condition:
    """A part of a tree for people. `is_true` is None where only LINE can judge it."""

    words: str
    is_true: bool | None
    parts: list["Condition"]


@dataclass(frozen=True)
class Explanation:
    """`is_in` is None where that depends on what only LINE can judge."""

    friend: Friend
    is_in: bool | None
    is_reachable: bool
    root: Condition


def explain(raw: Json, friend: Friend) -> Explanation:
    """Raises InvalidTree."""
    answer = services.explain(raw, friend.pk)
    node = tree.parse(raw)
    known = leaves.look_up(tree.leaves_of(node))
    root = _condition(node, "", answer.parts, known)
    is_in = False if not answer.is_in else root.is_true
    return Explanation(friend, is_in, answer.is_reachable, root)


def _condition(node: Node, path: str, answers: dict[str, bool], known: dict[str, dict]) -> Condition:
    if isinstance(node, Leaf):
        return Condition(node.words(known[node.type]), None if node.is_platform else answers[path], [])
    parts = [_condition(part, tree.join(path, step), answers, known) for step, part in node.children()]
    return Condition(words_of_group(node), _truth(node, answers[path], parts), parts)


def _truth(node: Node, answer: bool, parts: list[Condition]) -> bool | None:
    """Of a group: not known if a part is not and the others do not settle it."""
    truths = [part.is_true for part in parts]
    if None not in truths:
        return answer
    if isinstance(node, AnyOf):
        return True if True in truths else None
    return False if False in truths and not isinstance(node, Not) else None


def words_of_group(node: Node) -> str:
    """What stands above the parts of a group."""
    if isinstance(node, Not):
        return _("This must not be so:")
    return _("At least one of these:") if isinstance(node, AnyOf) else _("All of these:")
