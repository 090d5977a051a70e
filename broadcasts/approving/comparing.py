"""What changed between two versions of a broadcast, in words and letter by letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.approving import versions
from broadcasts.models import Broadcast, Series, SplitTest, Version
from composing.variables import VARIABLE
from contracts.sight import NET, Sight

# One sign, or what is read as one: a variable, an address, a word of Latin letters, a number.
PIECES = re.compile(rf"{VARIABLE.pattern}|https?://\S+|[A-Za-z]+|\d[\d,.]*|.", re.DOTALL)
SHORTEST = 2  # pieces that stayed, between two changes: fewer are shown as changed, too
TEXTS = ("text", "altText", "title", "label")
OTHERS: dict[str, str | Promise] = {
    "split_test": gettext_lazy("A/B test"),
    "series": gettext_lazy("Repeats"),
}
ABOUT = {"split_test": SplitTest, "series": Series}


@dataclass(frozen=True)
class Field:
    """Something that is written of a broadcast besides its messages, before and after, in words."""

    name: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: `was` stood only before, `is` stands only after, `same` in both."""

    kind: str
    text: str


@dataclass(frozen=True)
class Bubble:
    """A bubble before and after, None where there was none; `texts` are those in it that differ."""

    number: int
    letter: str
    before: dict | None
    after: dict | None
    texts: list[list[Piece]]

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Comparison:
    before: Version
    after: Version
    fields: list[Field]
    bubbles: list[Bubble]

    @property
    def is_same(self) -> bool:
        return not self.fields and all(bubble.is_same for bubble in self.bubbles)


def compare(before: Version, after: Version, *, seen: Sight | None = NET) -> Comparison:
    """What is different in `after`: fields in words, bubbles with the letters that changed.

    `seen` is how the reader sees amounts; None: not at all.
    """
    old, new = (versions.as_seen(each.content, seen) for each in (before, after))
    letters = sorted({*old.get("variants", {}), *new.get("variants", {})})
    bubbles = list(_bubbles("", old["messages"], new["messages"]))
    for letter in letters:
        bubbles += _bubbles(letter, old["variants"].get(letter, []), new["variants"].get(letter, []))
    return Comparison(before, after, list(_fields(old, new)), bubbles)


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts laid over each other, what was taken out before what came in."""
    old, new = ([found.group() for found in PIECES.finditer(text)] for text in (before, after))
    made: list[Piece] = []
    for tag, i, j, k, m in _runs(old, new):
        if tag == "equal":
            made.append(Piece("same", "".join(old[i:j])))
            continue
        made += [Piece("was", "".join(old[i:j]))] if j > i else []
        made += [Piece("is", "".join(new[k:m]))] if m > k else []
    return made


def _runs(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Runs of the same and of the changed; a short same run between two changes is one with them."""
    runs: list[tuple[str, int, int, int, int]] = []
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, i, j, k, m) in enumerate(codes):
        is_between = 0 < place < len(codes) - 1
        kind = "equal" if tag == "equal" and not (is_between and j - i < SHORTEST) else "change"
        if runs and runs[-1][0] == kind:
            _kind, first_i, _j, first_k, _m = runs.pop()
            i, k = first_i, first_k
        runs.append((kind, i, j, k, m))
    return runs


def _bubbles(letter: str, old: list[dict], new: list[dict]) -> Iterator[Bubble]:
    for number, (before, after) in enumerate(zip_longest(old, new), start=1):
        texts = [] if before == after else list(_texts(before, after))
        yield Bubble(number, letter, before, after, texts)


def _texts(before: Any, after: Any) -> Iterator[list[Piece]]:
    """Every text that a friend reads and that is not the same in both, in the order in which it stands."""
    old, new = dict(_read(before)), dict(_read(after))
    for path in {**old, **new}:
        if old.get(path, "") != new.get(path, ""):
            yield pieces(old.get(path, ""), new.get(path, ""))


def _read(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in TEXTS and isinstance(inner, str):
                yield (*path, key), inner
            else:
                yield from _read(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _read(inner, (*path, place))


def _fields(old: dict, new: dict) -> Iterator[Field]:
    """Those that differ. One that was not kept in the older version is passed over."""
    for name in [name for name in Broadcast.WRITTEN if name != "messages"]:
        if name in old and not _is_same(name, old[name], new.get(name)):
            label = _field(Broadcast, name).verbose_name
            yield Field(label, _in_words(name, old[name]), _in_words(name, new.get(name)))
    for name, label in OTHERS.items():
        if old.get(name) != new.get(name):
            yield Field(label, _rows(ABOUT[name], old.get(name)), _rows(ABOUT[name], new.get(name)))


def _is_same(name: str, before: Any, after: Any) -> bool:
    """Also where a number was kept with other digits: 0 and 0.0."""
    field = _field(Broadcast, name)
    return before == after or (not field.is_relation and field.to_python(before) == field.to_python(after))


def _in_words(name: str, value: Any) -> str:
    if name == "segment":
        return value["name"]
    if name == "utm":
        return " ".join(f"utm_{key}={inner}" for key, inner in (value or {}).items() if inner) or "–"
    return _of_field(_field(Broadcast, name), value)


def _rows(model: type[Model], value: dict | None) -> str:
    """Of a row that belongs to the broadcast: its fields, one after the other."""
    found = [(_field(model, name), said) for name, said in (value or {}).items()]
    said = [f"{field.verbose_name}: {_of_field(field, one)}" for field, one in found]
    return ", ".join(said) or "–"


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _of_field(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "–" if value in (None, "", []) else str(value)
