"""Commands on segments, and the questions one asks of them.

A question takes a tree as JSON, saved or not. All raise InvalidTree for a tree that cannot be asked.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from pyroaring import BitMap

from accounts import activity
from accounts.models import User
from friends.models import Friend
from segments import nesting, tree, uses
from segments.answers import cache
from segments.errors import SegmentChanged, SegmentInUse
from segments.facts import breakdown, sizes
from segments.leaves import Leaf, Moment
from segments.lists import filling
from segments.models import Segment
from segments.signals import segment_changed
from segments.tree import Bounds, Json, Node
from segments.types.friends import Known, Reachable, Tagged


@dataclass(frozen=True)
class Counted:
    """How many friends are in a tree, and in each part of it by path.

    All are among the `reachable` ones, unless the tree asks for people whom no message reaches: then
    `total` and `parts` are of all friends ever known, and `reached` is how many of the total get a message.
    Where only LINE can judge a part, the numbers are how many it may be at most; `least` is the least total.
    """

    total: int
    reachable: int
    parts: dict[str, int]
    reached: int
    least: int

    @property
    def is_exact(self) -> bool:
        return self.least == self.total


@dataclass(frozen=True)
class Looked:
    """A tree as the builder shows it.

    `without` is by path of a part how many friends there would be if that part were taken away. `sample` are
    a few friends, and `holds` is what is true of them: paths by friend number.
    """

    counted: Counted
    without: dict[str, int]
    sample: list[Friend]
    holds: dict[int, set[str]]


@dataclass(frozen=True)
class Frozen:
    """Who was in a tree at one moment: a roaring bitmap (portable format) of friend numbers.

    `versions` are those of the data read (`events.versions`), `tree` is the question.
    """

    bitmap: bytes
    count: int
    versions: dict[str, int]
    tree: Json

    def friends(self) -> BitMap:
        return BitMap.deserialize(self.bitmap)


@dataclass(frozen=True)
class Explained:
    """Why a friend is in a tree or not: what is true of them, by path.

    A friend out of reach is never in, unless the tree asks for people whom no message reaches.
    """

    is_in: bool
    is_reachable: bool
    parts: dict[str, bool]


@dataclass(frozen=True)
class Valid:
    """A tree that can be asked, as it would be saved and as a sentence."""

    tree: Json
    words: str


@transaction.atomic
def create_segment(name: str, raw: Json, *, by: User | None = None) -> Segment:
    """Raises InvalidTree."""
    node = _checked(raw)
    nesting.check(node)
    segment = Segment.objects.create(name=name, tree=node.as_json())
    activity.record("segment.created", segment, by=by)
    sizes.begin()
    return segment


def copy_segment(segment: Segment, *, by: User | None = None) -> Segment:
    """Another with the same conditions. Raises InvalidTree if they name what has been deleted since."""
    name = _("%(name)s (copy)") % {"name": segment.name[:80]}
    return create_segment(name, segment.tree, by=by)


@transaction.atomic
def change_segment(
    segment: Segment,
    *,
    version: int,
    name: str | None = None,
    raw: Json | None = None,
    by: User | None = None,
) -> Segment:
    """Change what is given; what it says already leaves its version as it is.

    Raises InvalidTree, and SegmentChanged if `version` is not the present one.
    """
    changes: dict = {} if name is None else {"name": name}
    if raw is not None:
        node = _checked(raw)
        nesting.check(node, of=segment.pk)
        changes["tree"] = node.as_json()
    same = Segment.objects.filter(pk=segment.pk, version=version)
    if same.filter(**changes).exists():
        return segment
    if not same.update(version=F("version") + 1, updated_at=timezone.now(), **changes):
        raise SegmentChanged(name=segment.name)
    segment.refresh_from_db()
    activity.record("segment.changed", segment, by=by, version=segment.version)
    transaction.on_commit(lambda: segment_changed.send(sender=None, segment=segment))
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by: User | None = None) -> None:
    """Raises SegmentInUse, naming what uses it: a broadcast for instance."""
    nesting.wait()
    used_by = [use.name for use in uses.of(segment) if use.keeps]
    if used_by:
        raise SegmentInUse(name=segment.name, used_by=used_by)
    activity.record("segment.deleted", segment, by=by, name=segment.name)
    try:
        segment.delete()
    except ProtectedError as used:
        names = sorted(map(str, used.protected_objects))
        raise SegmentInUse(name=segment.name, used_by=names) from used


def evaluate(raw: Json, *, exact: bool = False, fresh: bool = False) -> BitMap:
    """Numbers of the friends in a tree, all of them reachable.

    Where only LINE can judge, those whom it may let through. With `exact` all conditions are of one snapshot
    of the data; with `fresh` nothing remembered is used either.
    """
    asked = _ask(tree.parse(raw), exact=exact, fresh=fresh)
    return asked.parts[""].most & asked.reachable


def members(raw: Json) -> BitMap:
    """Whom `count` counts: also friends whom no message reaches, where the tree asks for such people."""
    return _ask(tree.parse(raw)).parts[""].most


def count(raw: Json) -> Counted:
    return _counted(_ask(tree.parse(raw)))


def _counted(asked: "_Asked") -> Counted:
    parts = {path: len(members.most) for path, members in asked.parts.items()}
    return Counted(
        total=parts[""],
        reachable=len(asked.reachable),
        parts=parts,
        reached=asked.parts[""].most.intersection_cardinality(asked.reachable),
        least=len(asked.parts[""].least),
    )


def sample(raw: Json, n: int = 5) -> list[Friend]:
    """At most n friends of a tree, spread evenly over their numbers: the same ones while nothing changes."""
    return _some_of(members(raw), n)


def _some_of(found: BitMap, n: int) -> list[Friend]:
    some = min(n, len(found))
    return list(Friend.objects.filter(pk__in=[found[place * len(found) // some] for place in range(some)]))


def look(node: Node, *, n: int = 5) -> Looked:
    """Count a tree that is read already, with what each part of it does and at most n of its friends."""
    asked = _ask(node)
    friends = _some_of(asked.parts[""].most, n)
    holds = {
        friend.pk: {path for path, part in asked.parts.items() if friend.pk in part.most}
        for friend in friends
    }
    return Looked(_counted(asked), breakdown.without(node, asked.parts, asked.everyone), friends, holds)


def freeze(raw: Json, *, fresh: bool = False) -> Frozen:
    """Who is in a tree now, to be kept: all conditions are of one snapshot of the data.

    With `fresh` nothing remembered is used. Raises InvalidTree also if it names what has been deleted since,
    ListBeingFilled if it asks for a list that is not full yet; in a transaction it stays full until its end.
    """
    node = _checked(raw)
    filling.check(raw, hold=True)
    asked = _ask(node, exact=True, fresh=fresh)
    members = asked.parts[""].most & asked.reachable
    members.run_optimize()
    return Frozen(
        bitmap=members.serialize(), count=len(members), versions=asked.versions, tree=node.as_json()
    )


def explain(raw: Json, friend_id: int) -> Explained:
    node, moment = tree.parse(raw), Moment.present()
    stand_ins = tree.stand_ins(node, moment)
    wanted = list(tree.asked(node, stand_ins, moment))
    known = cache.holds([Reachable(), *wanted], friend_id, moment)
    just_them = BitMap([friend_id])
    found = tree.members(
        node,
        just_them,
        lambda leaf: just_them if known[leaf.key(moment.zone)] else BitMap(),
        stand_ins,
        moment.zone,
    )
    parts = {path: bool(members.most) for path, members in found.items()}
    is_reachable = known[Reachable().key(moment.zone)]
    is_asked = is_reachable or any(leaf.asks_all for leaf in wanted)
    return Explained(is_in=parts[""] and is_asked, is_reachable=is_reachable, parts=parts)


def among(raw: Json, friend_ids: Collection[int]) -> set[int]:
    """Which of these friends are in a tree now: asked of the tables in one statement, for some hundred.

    Where only LINE can judge, those whom it may let through. A friend out of reach is never in, as in
    `explain`.
    """
    if not friend_ids:
        return set()
    node, moment = tree.parse(raw), Moment.present()
    stand_ins = tree.stand_ins(node, moment)
    wanted = list(tree.asked(node, stand_ins, moment))
    everyone = Known() if any(leaf.asks_all for leaf in wanted) else Reachable()
    known = cache.holds_of([everyone, *wanted], sorted(friend_ids), moment)
    members = tree.members(
        node,
        known[everyone.key(moment.zone)],
        lambda leaf: known[leaf.key(moment.zone)],
        stand_ins,
        moment.zone,
    )
    return set(members[""].most)


def validate(raw: Json) -> Valid:
    """Read a tree without asking it. Raises InvalidTree also if it names what is not there."""
    node = _checked(raw)
    return Valid(node.as_json(), tree.words(node))


def tags_of(raw: Json) -> set[int]:
    """The numbers of the tags that a tree asks for."""
    return {leaf.tag for leaf in tree.leaves_of(tree.parse(raw)) if isinstance(leaf, Tagged)}


def words(raw: Json) -> str:
    """The tree as a sentence, in the language that is active."""
    return tree.words(tree.parse(raw))


@dataclass(frozen=True)
class _Asked:
    parts: dict[str, Bounds]
    everyone: BitMap
    reachable: BitMap
    versions: dict[str, int]


def _ask(node: Node, *, exact: bool = False, fresh: bool = False) -> _Asked:
    moment = Moment.present()
    stand_ins = tree.stand_ins(node, moment)
    wanted = list(tree.asked(node, stand_ins, moment))
    among = Known() if any(leaf.asks_all for leaf in wanted) else Reachable()
    loaded = cache.load([Reachable(), among, *wanted], moment, exact=exact, fresh=fresh)

    def members_of(leaf: Leaf) -> BitMap:
        return loaded.bitmaps[leaf.key(moment.zone)]

    everyone = members_of(among)
    parts = tree.members(node, everyone, members_of, stand_ins, moment.zone)
    return _Asked(parts, everyone, members_of(Reachable()), loaded.versions)


def _checked(raw: Json) -> Node:
    node = tree.parse(raw)
    tree.check(node)
    return node
