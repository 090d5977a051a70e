"""How values of each kind are asked for on the page: from the kind and what `given` says, never by hand.

A control turns a value into texts (what stands in its fields), texts back into the value, and both into
fields to show. Texts are a string, or for several fields a list or a dict of texts.
"""

import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import kinds
from segments.kinds import Kind, Scalar, Unfit, declared_names, is_required
from segments.leaves import given

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Texts = str | list["Texts"] | dict[str, "Texts"]
    Pairs = list[tuple[object, StrOrPromise]]

MOST_IN_A_SELECT = 50
MOST_ROWS = 50
ALWAYS_SHOWN = 2  # values of a condition, also while they are blank; further ones are a click away
PLACE = re.compile(r"n(?:-\d{1,3})*")  # of a condition, at the beginning of the names of its fields
ENTRIES = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)')
YES_NO = [(True, gettext_lazy("Yes")), (False, gettext_lazy("No"))]


class Data(Protocol):
    """A form that was sent."""

    def get(self, name: str, default: str = "") -> str: ...

    def getlist(self, name: str) -> list[str]: ...


class Blank(Unfit):
    """A value that is needed and not given yet."""

    def __init__(self, *, path: str = "") -> None:
        super().__init__(_("is not filled in"), path=path)


class Options:
    """The options of values, each looked up once."""

    def __init__(self) -> None:
        self.known: dict[Callable, Pairs] = {}

    def of(self, look_up: "Callable[[], Pairs]") -> "Pairs":
        if look_up not in self.known:
            self.known[look_up] = look_up()
        return self.known[look_up]


@dataclass(frozen=True)
class Asked:
    """A value as it is asked for: its kind, and what was said of it where it was declared."""

    kind: Kind
    label: "StrOrPromise" = ""
    unit: "StrOrPromise" = ""
    options: "Callable[[], Pairs] | None" = None
    is_required: bool = True
    default: object = None

    @classmethod
    def of(cls, declared: Field, other: Mapping | None = None) -> "Asked":
        """As a dataclass declares it; `other` is what differs at the moment."""
        told = {**declared.metadata, **(other or {})}
        default = None if declared.default is MISSING else declared.default
        return cls(told["kind"], told["label"], told["unit"], told["options"], is_required(declared), default)


@dataclass
class Shown:
    """A field, or a group of fields, for the template `segments/controls/<template>.html`."""

    template: str
    name: str
    label: "StrOrPromise"
    unit: "StrOrPromise" = ""
    text: str = ""
    choices: list[tuple[str, "StrOrPromise", bool]] = field(default_factory=list)
    parts: list["Shown"] = field(default_factory=list)
    limits: dict[str, object] = field(default_factory=dict)
    problem: str = ""
    is_required: bool = True
    is_extra: bool = False  # may be left out and is: shown on demand
    may_grow: bool = False
    may_shrink: bool = False
    has_focus: bool = False

    @property
    def main(self) -> list["Shown"]:
        return [part for part in self.parts if not part.is_extra]

    @property
    def extra(self) -> list["Shown"]:
        return [part for part in self.parts if part.is_extra]

    @property
    def first(self) -> "Shown":
        """The field in which one begins to type."""
        return self.main[0].first if self.main else self

    @property
    def tail(self) -> str:
        """The last part of its name."""
        return self.name.rpartition("-")[2]

    @property
    def act(self) -> str:
        """Its place and its name inside of the condition, as the acts of its buttons say them."""
        place = PLACE.match(self.name)
        return f"{place[0]}:{self.name[place.end() + 1 :]}" if place else ""

    def complaints(self) -> Iterator[tuple[str, str]]:
        """What is wrong with each field below it, by name of the field; "" where nothing is."""
        for part in self.parts:
            yield part.name, part.problem
            yield from part.complaints()


Problems = Mapping[str, str]


class Control:
    """One field with a text; what it means, the kind reads."""

    template = "text"

    def __init__(self, asked: Asked, options: Options) -> None:
        self.asked = asked
        self.kind: Any = asked.kind
        self.options = options

    def gather(self, data: Data, name: str) -> "Texts":
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

    def rows(self, texts: Any, name: str) -> "Rows | None":
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
        except ValueError as error:
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
        return int(text) if text.isdecimal() else text

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

    def gather(self, data: Data, name: str) -> "Texts":
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


class RecordControl(Control):
    """Several values that belong together: a leaf, or an object inside of one."""

    template = "record"

    def __init__(self, asked: Asked, options: Options, of: type) -> None:
        super().__init__(asked, options)
        self.of = of
        self.names = declared_names(of)

    def controls(self, texts: Mapping[str, "Texts"]) -> dict[str, Control]:
        """By name in JSON. The class may change with what is said so far how it asks for its values."""
        declared = {self.names[each.name]: each for each in fields(self.of)}
        plain = {name: control_of(Asked.of(each), self.options) for name, each in declared.items()}
        shaped = getattr(self.of, "shaped", None)
        if shaped is None:
            return plain
        said = {name: _first(control, texts.get(name, "")) for name, control in plain.items()}
        others = shaped(said)
        changed = {
            name: control_of(Asked.of(declared[name], other), self.options)
            for name, other in others.items()
            if other is not None
        }
        return {name: control for name, control in (plain | changed).items() if others.get(name, 1)}

    def gather(self, data: Data, name: str) -> "Texts":
        return {each: control.gather(data, f"{name}-{each}") for each, control in self._plain.items()}

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        value = value or {}
        texts = {
            name: control.spell(value.get(name, control.asked.default), exactly=exactly)
            for name, control in self._plain.items()
        }
        if value and not exactly and not self.says(texts, value):
            return self.spell(value, exactly=True)
        return texts

    def blank(self) -> "Texts":
        return {name: control.blank() for name, control in self._plain.items()}

    def mean(self, texts: Any) -> list:
        if not self.asked.is_required and texts == self.blank():
            return [None]
        controls = self.controls(texts)
        possible = {
            name: _means(control, texts.get(name, control.blank()), name)
            for name, control in controls.items()
        }
        return [self._fitting(possible)]

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        parts = [
            control.show(texts.get(each, control.blank()), f"{name}-{each}", problems, _join(path, each))
            for each, control in self.controls(texts).items()
        ]
        for part in parts[:ALWAYS_SHOWN]:
            part.is_extra = False
        return self.shown(name, problems, path, parts=parts, is_blank=texts == self.blank())

    @cached_property
    def _plain(self) -> dict[str, Control]:
        return {self.names[each.name]: control_of(Asked.of(each), self.options) for each in fields(self.of)}

    def rows(self, texts: Any, name: str) -> "Rows | None":
        """The list of that name, or `a-0-b` in the row of another; None if there is none."""
        step, _dash, rest = name.partition("-")
        control = self.controls(texts).get(step)
        return control.rows(texts.get(step), rest) if control else None

    def _fitting(self, possible: Mapping[str, list]) -> dict:
        """The first of the possible meanings that the class takes."""
        refused: Unfit | None = None
        for values in itertools.product(*possible.values()):
            meant = {name: value for name, value in zip(possible, values, strict=True) if value is not None}
            try:
                return self.read(meant)
            except Unfit as problem:
                refused = refused or problem
        raise refused or Blank

    def read(self, values: dict) -> dict:
        return self.kind.read(values)

    def says(self, texts: "Texts", value: dict) -> bool:
        """Whether the texts mean this value, and no other."""
        try:
            return self.mean(texts) == [value]
        except Unfit:
            return False


class RowsControl(Control):
    """A list: rows that can be added and removed."""

    template = "rows"

    @cached_property
    def row(self) -> Control:
        asked = self.asked
        return control_of(Asked(self.kind.of, asked.label, asked.unit, asked.options), self.options)

    @property
    def least(self) -> int:
        return self.kind.least

    @property
    def most(self) -> int:
        return self.kind.most

    def gather(self, data: Data, name: str) -> "Texts":
        size = data.get(f"{name}-size", "")
        rows = min(int(size) if size.isdecimal() else 0, MOST_ROWS)
        return [self.row.gather(data, f"{name}-{place}") for place in range(rows)]

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        if value is None:
            return self.blank()
        rows = value if isinstance(value, list) else self.kind.read(value)  # in whatever way it is written
        return [self.row.spell(entry, exactly=exactly) for entry in rows]

    def blank(self) -> "Texts":
        return [self.row.blank() for _row in range(self.least if self.asked.is_required else 0)]

    def mean(self, texts: Any) -> list:
        if not texts:
            return self._nothing()
        return [self.together([_means(self.row, each, f"[{place}]")[0] for place, each in enumerate(texts)])]

    def together(self, rows: list) -> object:
        return self.kind.read(rows)

    def rows(self, texts: Any, name: str) -> "Rows | None":
        if not name:
            return Rows(self, texts)
        place, _dash, rest = name.partition("-")
        if not place.isdecimal() or int(place) >= len(texts):
            return None
        return self.row.rows(texts[int(place)], rest)

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        rows = [
            self.row.show(each, f"{name}-{place}", problems, f"{path}[{place}]")
            for place, each in enumerate(texts)
        ]
        shown = self.shown(name, problems, path, parts=rows, is_blank=not texts)
        shown.may_grow, shown.may_shrink = len(texts) < self.most, len(texts) > self.least
        return shown


@dataclass(frozen=True)
class Rows:
    """A list in a form, to add a row to or to take one from."""

    control: RowsControl
    texts: list


@dataclass(frozen=True)
class Named:
    """One name with its value, of an object with any names."""

    name: str = given(kinds.Text(), label=gettext_lazy("Detail"))
    value: Scalar = given(kinds.Single(), label=gettext_lazy("Value of the detail"))


class PropertiesControl(RowsControl):
    """Names with a value each: a row for each."""

    least, most = 1, kinds.LONGEST_LIST

    @cached_property
    def row(self) -> Control:
        return RecordControl(Asked(kinds.Record(Named), self.asked.label), self.options, Named)

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        rows = [{"name": name, "value": entry} for name, entry in (value or {}).items()]
        return super().spell(rows, exactly=exactly) if rows else self.blank()

    def together(self, rows: list) -> object:
        return self.kind.read({row["name"]: row["value"] for row in rows})


CONTROLS: dict[type, type[Control]] = {
    kinds.Whole: NumberControl,
    kinds.Number: NumberControl,
    kinds.Day: DayControl,
    kinds.YesNo: YesNoControl,
    kinds.Text: Control,
    kinds.Choice: WordControl,
    kinds.Step: WordControl,
    kinds.RowOr: SelectControl,
    kinds.Several: SeveralControl,
    kinds.Single: SingleControl,
    kinds.SingleOrList: ListedControl,
    kinds.Properties: PropertiesControl,
    kinds.Rows: RowsControl,
}


def control_of(asked: Asked, options: Options) -> Control:
    """The control for a value. Texts and numbers with options are chosen from them."""
    if isinstance(asked.kind, kinds.Record):
        return RecordControl(asked, options, asked.kind.of)
    found = next((CONTROLS[kind] for kind in type(asked.kind).__mro__ if kind in CONTROLS), JsonControl)
    if asked.options and found in (Control, NumberControl, SingleControl):
        found = SelectControl
    return found(asked, options)


def _means(control: Control, texts: "Texts", path: str) -> list:
    try:
        return control.mean(texts)
    except Unfit as problem:
        problem.path = _join(path, problem.path)
        raise


def _first(control: Control, texts: "Texts") -> object:
    try:
        return control.mean(texts)[0]
    except Unfit:
        return None


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
    except ValueError:
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


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path and step and not step.startswith("[") else path + step
