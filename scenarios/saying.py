"""What changed between two flows, in words and letter by letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.approving import comparing
from broadcasts.approving.comparing import Piece
from scenarios.flow import differing, steps, words
from scenarios.flow.differing import Difference
from scenarios.flow.reading import Flow
from scenarios.flow.words import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PARTS: "dict[str, StrOrPromise]" = {
    "trigger": gettext_lazy("What lets people in"),
    "condition": gettext_lazy("Who may come in"),
    "reentry": gettext_lazy("Coming in again"),
    "exits": gettext_lazy("Exits"),
    "goal": gettext_lazy("Goal"),
    "manners": gettext_lazy("Manners"),
}
KINDS: "dict[str, StrOrPromise]" = {
    differing.ADDED: gettext_lazy("is new"),
    differing.REMOVED: gettext_lazy("was removed"),
    differing.CHANGED: gettext_lazy("has changed"),
    differing.MOVED: gettext_lazy("was moved"),
}


@dataclass(frozen=True)
class Change:
    """One difference: of a step, or of a part. `texts` are those in its messages that differ."""

    kind: str
    name: "StrOrPromise"
    before: str = ""
    after: str = ""
    step: str = ""
    texts: list[list[Piece]] = field(default_factory=list)

    @property
    def label(self) -> "StrOrPromise":
        return KINDS[self.kind]


def changes(found: Sequence[Difference], before: Flow, after: Flow) -> list[Change]:
    """The differences between two flows, each said in words."""
    was, now = words.of_flow(before), words.of_flow(after)
    return [
        _of_step(each, was, now)
        if each.part == "step"
        else Change(each.change, PARTS[each.part], _of_part(each.part, was), _of_part(each.part, now))
        for each in found
    ]


def _of_step(found: Difference, was: Said, now: Said) -> Change:
    said: Any = found.after or found.before
    return Change(
        kind=found.change,
        name=steps.types.get(said["type"], "").label,
        before=was.steps.get(found.step, ""),
        after=now.steps.get(found.step, ""),
        step=found.step,
        texts=_texts(found.before, found.after) if found.change == differing.CHANGED else [],
    )


def _texts(before: Any, after: Any) -> list[list[Piece]]:
    """Of what both say, the texts that are not the same; bubbles are laid over each other in their order."""
    old, new = dict(_said(before, ())), dict(_said(after, ()))
    paths = [path for path in {**old, **new} if old.get(path, "") != new.get(path, "")]
    return [comparing.pieces(old.get(path, ""), new.get(path, "")) for path in paths]


def _said(value: Any, path: tuple) -> list[tuple[tuple, str]]:
    if isinstance(value, dict):
        found = []
        for key, inner in value.items():
            if isinstance(inner, str):
                found += [((*path, key), inner)] if key in (*comparing.TEXTS, "subject") else []
            else:
                found += _said(inner, (*path, key))
        return found
    if isinstance(value, list):
        return [each for place, inner in enumerate(value) for each in _said(inner, (*path, place))]
    return []


def _of_part(part: str, said: Said) -> str:
    if part == "exits":
        return _("; ").join(said.exits) or "–"
    return getattr(said, part) or "–"
