"""Segments that ask for other segments: who asks for whom, and that none comes back to itself."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import tree
from segments.errors import InvalidTree
from segments.leaves import Moment
from segments.tree import Node
from segments.types.gathered import InSegment
from segments.uses import Use, register_use

# The segments whose trees name others, one row for each that is named.
NAMED = """
SELECT DISTINCT asking.id, asking.name, (named #>> '{}')::int
FROM segments_segment AS asking,
     jsonb_path_query(asking.tree, '$.** ? (@.type == "segment").segment') AS named"""
NAMING = f"SELECT * FROM ({NAMED}) AS pair (id, name, named) WHERE named = ANY(%s)"  # noqa: S608  (our own)
# Two changes at once could make a circle of which each sees but a half: the second waits for the first.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('segments.nesting'), hashtext(current_schema()))"


def check(node: Node, *, of: int | None = None) -> None:
    """Raise InvalidTree, naming the leaf, if a tree about to be saved as segment `of` leads back to it.

    Also if what it names is nested too deep, or too much. In the caller's transaction; until it ends no other
    segment that names segments is saved.
    """
    asked = [(path, leaf.segment) for path, leaf in tree.walk(node) if isinstance(leaf, InSegment)]
    if not asked:
        return
    wait()
    tree.check(node)  # again: one that it names may have been deleted while we waited
    below = _named_by_segment()
    for path, segment in asked:
        if of is not None and of in _reached(segment, below):
            raise InvalidTree(_("leads back to this segment"), path=path)
    tree.stand_ins(node, Moment.present())


@register_use
def by_other_segments(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(NAMING, [list(segments)])
        for pk, name, named in cursor.fetchall():
            if pk != named:
                found[named].append(Use(gettext_lazy("Segment"), name, "segment", pk))
    return found


def wait() -> None:
    """Take turns with others who save a segment that names segments, or delete one."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)


def _named_by_segment() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(NAMED)
        for pk, _name, named in cursor.fetchall():
            found[pk].add(named)
    return found


def _reached(segment: int, below: dict[int, set[int]]) -> set[int]:
    """The segment and all that it leads to."""
    reached, ahead = set(), {segment}
    while ahead:
        reached |= ahead
        ahead = {named for each in ahead for named in below.get(each, ())} - reached
    return reached
