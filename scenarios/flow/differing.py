"""How two flows differ: steps by their ids, all else by part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from scenarios.flow.reading import Flow

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
PARTS = ("trigger", "condition", "reentry", "exits", "goal", "manners")


@dataclass(frozen=True)
class Difference:
    """`part` is `step`, or the part of the flow. A step is said without those below it."""

    part: str
    change: str
    before: object
    after: object
    step: str = ""


def between(before: Flow, after: Flow) -> list[Difference]:
    """All of them: the parts first, then steps as they stand in the later flow, then those that are gone."""
    return [*_parts(before.as_json(), after.as_json()), *_steps(_laid(before), _laid(after))]


def _parts(before: dict, after: dict) -> Iterator[Difference]:
    for part in PARTS:
        if before[part] != after[part]:
            change = ADDED if not before[part] else CHANGED if after[part] else REMOVED
            yield Difference(part, change, before[part], after[part])


Laid = dict[str, tuple[dict, str]]  # by id, as they stand: the step without those below, the way it is on


def _laid(flow: Flow) -> Laid:
    return {
        step.id: ({name: value for name, value in step.as_json().items() if name != "ways"}, _way(path))
        for path, step in flow.walk()
    }


def _way(path: str) -> str:
    """The way of a step by the keys of ways alone, since places shift: `steps.ways.yes`."""
    return re.sub(r"\[\d+\]", "", path)


def _steps(before: Laid, after: Laid) -> Iterator[Difference]:
    stayed = _stayed(before, after)
    for id_, (said, _on) in after.items():
        was = before[id_][0] if id_ in before else None
        if was is None:
            yield Difference("step", ADDED, None, said, id_)
        elif was != said:
            yield Difference("step", CHANGED, was, said, id_)
        if was is not None and id_ not in stayed:
            yield Difference("step", MOVED, was, said, id_)
    for id_, (was, _on) in before.items():
        if id_ not in after:
            yield Difference("step", REMOVED, was, None, id_)


def _stayed(before: Laid, after: Laid) -> set[str]:
    """Steps that are on the same way, and follow each other as they did."""
    was, now = (
        [(id_, one[id_][1]) for id_ in one if id_ in both] for one, both in ((before, after), (after, before))
    )
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    return {id_ for block in blocks for id_, _on in was[block.a : block.a + block.size]}
