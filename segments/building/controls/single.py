"""Controls of single values: a field each."""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import kinds
from segments.building.controls.base import Asked, Blank, Options, Problems, Shown, whole
from segments.kinds import Kind, Scalar, Unfit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from segments.building.controls.base import Pairs, Texts
    from segments.building.controls.several import Listed

MOST_IN_A_SELECT = 50
ENTRIES = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)')
YES_NO = [(True, gettext_lazy("Yes")), (False, gettext_lazy("No"))]


class Control:
    """One field with a text; what it means, the kind reads."""

    template = "text"

    def __init__(self, asked: Asked, options: Options) -> None:
        self.asked = asked
        self.kind: Any = asked.kind
        self.options = options

    def gather(self, data: QueryDict, name: str) -> "Texts":
        """The texts that were sent."""
        return data.get(name, "")

    def spell(self, value: object, *, exactly: bool = False) -> "Texts":
        """The texts for a value; `exactly` also where plain ones could mean another value."""
        return "" if value is None else str(value)

    def blank(self) -> "Texts":
        return self.spell(self.asked.default)

    def mean(self, texts: Any) -> list:
        """What the texts may mean, the likeliest first; None: nothing. Raises Blank and Unfit."""
        if texts == "":
            return self._nothing()
        return [self.kind.read(self.meant(texts))]

    def meant(self, text: str) -> object:
        return text

    def rows(self, texts: Any, name: str) -> "Listed | None":
        """The list of this name inside of it."""
        return None

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        return self.shown(name, problems, path, text=texts, is_blank=texts == "")

    def shown(self, name: str, problems: Problems, path: str, *, is_blank: bool, **more: Any) -> Shown:
        asked = self.asked
        may_wait = not asked.is_required and is_blank and path not in problems
        return Shown(
            self.template,
            name,
            asked.label,
            asked.unit,
            problem=problems.get(path, ""),
            is_required=asked.is_required,
            is_extra=may_wait,
            **more,
        )

    def _nothing(self) -> list:
        if self.asked.is_required:
            raise Blank
        return [None]


class NumberControl(Control):
    template = "number"

    def meant(self, text: str) -> object:
        plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        try:
            return int(plain)
        except ValueError:
            return _fraction(plain)

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        shown = super().show(texts, name, problems, path)
        step = 1 if isinstance(self.kind, kinds.Whole) else "any"
        shown.limits = {"min": self.kind.least, "max": self.kind.most, "step": step}
        return shown


class DayControl(Control):
    template = "day"


class JsonControl(Control):
    """For kinds of which nothing is known here."""

    template = "json"

    def spell(self, value: object, *, exactly: bool = False) -> "Texts":
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def meant(self, text: str) -> object:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Unfit(_("is not JSON: %(reason)s") % {"reason": error}) from error


class SelectControl(Control):
    """One of some options. Many are searched by name; others than those listed stay as they are."""

    @cached_property
    def named(self) -> dict[str, "StrOrPromise"]:
        """Text of the value → its name."""
        return {_plain(value): label for value, label in self.pairs}

    @cached_property
    def pairs(self) -> "Pairs":
        return self.options.of(self.asked.options) if self.asked.options else []

    @cached_property
    def values(self) -> dict[str, object]:
        return {_plain(value): value for value, _label in self.pairs}

    @property
    def is_search(self) -> bool:
        return len(self.named) > MOST_IN_A_SELECT

    @property
    def template(self) -> str:  # type: ignore[override]
        return "search" if self.is_search else "select"

    def spell(self, value: object, *, exactly: bool = False) -> "Texts":
        text = "" if value is None else _plain(value)
        return self._names.get(text, text) if self.is_search else text

    @cached_property
    def _names(self) -> dict[str, str]:
        """Of each value the one name by which it can be found again."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for text, label in self.named.items():
            said = str(label)
            found[text] = f"{said} ({text})" if said in taken else said
            taken.add(said)
        return found

    def meant(self, text: str) -> object:
        if self.is_search:
            values = {label: value for value, label in self._names.items()}
            text = values.get(text, text)
        return self.one(text)

    def one(self, text: str) -> object:
        """The value that a text names, also one that is not among the options (any more)."""
        if text in self.values:
            return self.values[text]
        if isinstance(self.kind, kinds.Text):
            return text
        number = whole(text)
        return text if number is None else number

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        known = self._names if self.is_search else self.named
        choices = [(text, label, text == texts) for text, label in known.items()]
        if texts and not self.is_search and texts not in self.named:
            choices.append((texts, texts, True))
        return self.shown(name, problems, path, text=texts, choices=choices, is_blank=texts == "")


class YesNoControl(SelectControl):
    @cached_property
    def pairs(self) -> "Pairs":
        return self.options.of(self.asked.options) if self.asked.options else list(YES_NO)


class WordControl(SelectControl):
    """One of the words of the kind; the options, if any, say how they read."""

    @cached_property
    def pairs(self) -> "Pairs":
        words = self.kind.steps if isinstance(self.kind, kinds.Step) else self.kind.options
        return _labelled(words, self)

    @property
    def is_search(self) -> bool:
        return False


class SeveralControl(Control):
    """Some of a few words: a box to tick for each."""

    template = "several"

    def gather(self, data: QueryDict, name: str) -> "Texts":
        return list(data.getlist(name))

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        return [] if value is None else [_plain(entry) for entry in value]

    def mean(self, texts: Any) -> list:
        if not texts:
            return self._nothing()
        values = {_plain(option): option for option in self.kind.options}
        return [self.kind.read([values.get(text, text) for text in texts])]

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        named = _labelled(self.kind.options, self)
        choices = [(_plain(value), label, _plain(value) in texts) for value, label in named]
        return self.shown(name, problems, path, choices=choices, is_blank=not texts)


class SingleControl(Control):
    """A number, true, false or a text in quotes is read as JSON, anything else as a plain text."""

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        if value is None:
            return ""
        values = value if isinstance(value, list) else [value]
        return ", ".join(_said(entry, exactly=exactly) for entry in values)

    def mean(self, texts: Any) -> list:
        if texts == "":
            return self._nothing()
        return _fitting(self.kind, [_scalar(texts), texts])


class ListedControl(SingleControl):
    """One value, or several with commas between: which is meant, the class says that holds them."""

    def mean(self, texts: Any) -> list:
        if texts == "":
            return self._nothing()
        entries = [entry for entry in ENTRIES.findall(texts) if entry.strip()]
        listed: list = [[_scalar(entry.strip()) for entry in entries], [entry.strip() for entry in entries]]
        singles: list = [_scalar(texts), texts]
        likely = [*singles, *listed] if len(entries) == 1 else [*listed, *singles]
        found = _fitting(self.kind, likely)
        return found if self.asked.is_required else [*found, None]


def _fitting(kind: Kind, values: Sequence[object]) -> list:
    """Those of the values that the kind reads, each once. Raises Unfit if it is none of them."""
    found: list = []
    refused: Unfit | None = None
    for value in values:
        try:
            read = kind.read(value)
        except Unfit as problem:
            refused = refused or problem
        else:
            found += [read] if not any(_same(read, other) for other in found) else []
    if not found and refused:
        raise refused
    return found


def _same(left: object, right: object) -> bool:
    return json.dumps(left) == json.dumps(right)


def _labelled(words: Sequence[object], control: Control) -> "Pairs":
    labels = dict(control.options.of(control.asked.options)) if control.asked.options else {}
    return [(word, labels.get(word, str(word))) for word in words]


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _scalar(text: str) -> Scalar:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str | int | float | bool) else text


def _said(value: Scalar, *, exactly: bool) -> str:
    if isinstance(value, str) and (not exactly or (_scalar(value) == value and "," not in value)):
        return value
    return json.dumps(value, ensure_ascii=False)


def _fraction(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Unfit(_("must be a number")) from None
