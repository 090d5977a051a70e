"""Segments as the list shows them: each with its sentence, how its size went, and what uses it."""

from collections.abc import Sequence
from dataclasses import dataclass

from segments import tree, uses
from segments.errors import InvalidTree
from segments.facts import sizes
from segments.facts.sizes import History
from segments.models import Segment
from segments.tree import Node
from segments.uses import Use

DAYS = 30


@dataclass(frozen=True)
class Row:
    segment: Segment
    words: str
    history: History
    uses: list[Use]


def rows(segments: Sequence[Segment]) -> list[Row]:
    """As many queries for many as for one."""
    said = sentences(segments)
    histories = sizes.histories(segments, DAYS)
    used = uses.of_many([segment.pk for segment in segments])
    return [Row(segment, said[segment.pk], histories[segment.pk], used[segment.pk]) for segment in segments]


def sentences(segments: Sequence[Segment]) -> dict[int, str]:
    """What each says, by number; of one that this version of the software cannot read, what is wrong."""
    said: dict[int, str] = {}
    read: dict[int, Node] = {}
    for segment in segments:
        try:
            read[segment.pk] = tree.parse(segment.tree)
        except InvalidTree as error:
            said[segment.pk] = error.message
    return said | dict(zip(read, tree.sentences(list(read.values())), strict=True))
