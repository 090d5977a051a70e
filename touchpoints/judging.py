"""Who is in which class: every friend in exactly one, the first whose condition they meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from segments import tree
from segments.answers import cache
from segments.errors import InvalidTree
from segments.leaves import Leaf, Moment
from segments.tree import Node, StandIns
from segments.types.friends import Reachable
from touchpoints import basis, conditions
from touchpoints.basis import Judge
from touchpoints.errors import JudgedByLine, OwnNeeds
from touchpoints.models import Kind, Period, TouchClass


@dataclass(frozen=True)
class Judged:
    """Who is in each class, by its number; together the reachable friends, and `gone` of the first kind.

    `gone` are people who blocked the account since the period began: only the class for them has them.
    `problems` says why a class has nobody, by number: its conditions cannot be asked.
    """

    classes: list[TouchClass]
    members: dict[int, BitMap]
    reachable: int
    gone: int
    sends: list[Judge]
    problems: dict[int, str] = field(default_factory=dict)

    def count(self, of: TouchClass) -> int:
        return len(self.members[of.pk])

    @property
    def everyone(self) -> int:
        return self.reachable + self.gone


def judge(
    period: Period, moment: Moment | None = None, *, by: Sequence[Judge] | None = None, exact: bool = False
) -> Judged:
    """As things stand now. `exact`: all conditions are of one snapshot of the data."""
    moment = moment or Moment.present()
    sends = list(basis.present(period, moment) if by is None else by)
    classes = period.ordered()
    asked, problems = _asked(classes, period, sends, moment)
    gone = _gone(classes, period, moment)
    wanted = [leaf for node, known in asked.values() for leaf in tree.asked(node, known, moment)]
    loaded = cache.load([Reachable(), *gone, *wanted], moment, exact=exact)

    def members_of(leaf: Leaf) -> BitMap:
        return loaded.bitmaps[leaf.key(moment.zone)]

    reachable = members_of(Reachable())
    lost = BitMap.union(BitMap(), *(members_of(leaf) for leaf in gone)) - reachable
    members: dict[int, BitMap] = {}
    left = reachable | lost
    for each in classes:
        found = BitMap()
        if each.pk in asked:
            node, known = asked[each.pk]
            within = reachable | lost if each.kind == Kind.STOPPED else reachable
            found = tree.members(node, within, members_of, known, moment.zone)[""].least
        members[each.pk] = found & left
        left -= found
    return Judged(classes, members, len(reachable), len(lost), sends, problems)


def check(raw: object) -> Node:
    """The conditions of a class of one's own. Raises InvalidTree, OwnNeeds, JudgedByLine."""
    node = tree.parse(raw)
    tree.check(node)
    leaves = tree.leaves_of(node)
    if not leaves:
        raise OwnNeeds()
    known = tree.stand_ins(node, Moment.present())
    behind = [*leaves, *(leaf for below in known.values() for leaf in tree.leaves_of(below))]
    if any(leaf.is_platform for leaf in behind):
        raise JudgedByLine()
    return node


def _asked(
    classes: Iterable[TouchClass], period: Period, sends: Sequence[Judge], moment: Moment
) -> tuple[dict[int, tuple[Node, StandIns]], dict[int, str]]:
    found: dict[int, tuple[Node, StandIns]] = {}
    problems: dict[int, str] = {}
    for each in classes:
        try:
            node = conditions.of(each, period, sends, moment)
            if each.is_own:
                tree.check(node)
            found[each.pk] = (node, tree.stand_ins(node, moment))
        except InvalidTree as error:  # what it names is gone since
            problems[each.pk] = error.message
    return found, problems


def _gone(classes: Iterable[TouchClass], period: Period, moment: Moment) -> list[Leaf]:
    has_class = any(each.kind == Kind.STOPPED for each in classes)
    return [conditions.gone(period, moment)] if has_class else []
