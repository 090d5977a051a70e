"""Who is in a tree now, and when to look again: for whoever acts as people come and go."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from segments import tree
from segments.answers import cache
from segments.leaves import Leaf, Moment
from segments.models import Segment
from segments.tree import Json, Node, StandIns
from segments.types.friends import Known, Reachable
from segments.types.gathered import InSegment


@dataclass(frozen=True)
class Looked:
    """`asked` is the same as long as the tree, and the segments that it names, ask the same.

    By time alone it does not change before `valid_until`; None: never.
    """

    members: BitMap
    valid_until: datetime | None
    asked: str


def look(raw: Json) -> Looked:
    """Raises InvalidTree. Of what only LINE can judge, those whom it may let through."""
    node, moment = tree.parse(raw), Moment.present()
    stand_ins, among, wanted = _asked(node, moment)
    loaded = cache.load([among, *wanted], moment)
    parts = tree.members(
        node,
        loaded.bitmaps[among.key(moment.zone)],
        lambda leaf: loaded.bitmaps[leaf.key(moment.zone)],
        stand_ins,
        moment.zone,
    )
    return Looked(BitMap(parts[""].most), loaded.valid_until, definition(raw))


def topics(raw: Json) -> set[str]:
    """The data versions (`events.versions`) with which it changes who is in it."""
    _stand_ins, among, wanted = _asked(tree.parse(raw), Moment.present())
    return {topic for leaf in (among, *wanted) for topic in leaf.topics()}


def definition(raw: Json) -> str:
    """A hash of the tree and of those of all segments that it names, and that these name."""
    seen: dict[int, Json | None] = {}
    ahead = _named(raw)
    while ahead:
        found = dict(Segment.objects.filter(pk__in=ahead).values_list("pk", "tree"))
        seen |= {pk: found.get(pk) for pk in ahead}
        ahead = {pk for below in found.values() for pk in _named(below)} - seen.keys()
    text = json.dumps([raw, sorted(seen.items())], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _named(raw: Json) -> set[int]:
    return {leaf.segment for leaf in tree.leaves_of(tree.parse(raw)) if isinstance(leaf, InSegment)}


def _asked(node: Node, moment: Moment) -> tuple[StandIns, Leaf, list[Leaf]]:
    """What leaves stand for, within whom the tree is asked, and the leaves that are queries."""
    stand_ins = tree.stand_ins(node, moment)
    wanted = list(tree.asked(node, stand_ins, moment))
    return stand_ins, Known() if any(leaf.asks_all for leaf in wanted) else Reachable(), wanted
