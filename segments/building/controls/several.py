"""Controls of values that hold others, and which control is for which kind."""

import itertools
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from segments import kinds
from segments.building.controls.base import Asked, Blank, Options, Problems, Shown, join, whole
from segments.building.controls.single import (
    Control,
    DayControl,
    JsonControl,
    ListedControl,
    NumberControl,
    SelectControl,
    SeveralControl,
    SingleControl,
    WordControl,
    YesNoControl,
)
from segments.kinds import Scalar, Unfit, declared_names
from segments.leaves import given

if TYPE_CHECKING:
    from segments.building.controls.base import Texts

MOST_ROWS = 50
ALWAYS_SHOWN = 2  # values of a condition, also while they are blank; further ones are a click away


class RecordControl(Control):
    """Several values that belong together: a leaf, or an object inside of one."""

    template = "record"

    def __init__(self, asked: Asked, options: Options) -> None:
        super().__init__(asked, options)
        self.of: type = asked.kind.of  # type: ignore[attr-defined]
        self.names = declared_names(self.of)

    def controls(self, texts: Mapping[str, "Texts"]) -> dict[str, Control]:
        """By name in JSON, as the class asks for its values after what is said so far."""
        if not self.is_shaped:
            return self._plain
        # What was asked otherwise than declared has texts of another form, and decides nothing.
        own = {name: control for name, control in self._plain.items() if isinstance(texts.get(name), str)}
        return self._shaped({name: _first(control, texts[name]) for name, control in own.items()})

    @property
    def is_shaped(self) -> bool:
        return hasattr(self.of, "shaped")

    def gather(self, data: QueryDict, name: str) -> "Texts":
        plain = self._gathered(data, name, self._plain)
        return self._gathered(data, name, self.controls(plain)) if self.is_shaped else plain

    def spell(self, value: Any, *, exactly: bool = False) -> "Texts":
        value = value or {}
        texts = {
            name: control.spell(value.get(name, control.asked.default), exactly=exactly)
            for name, control in self._shaped(value).items()
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
            control.show(texts.get(each, control.blank()), f"{name}-{each}", problems, join(path, each))
            for each, control in self.controls(texts).items()
        ]
        for part in parts[:ALWAYS_SHOWN]:
            part.is_extra = False
        return self.shown(name, problems, path, parts=parts, is_blank=texts == self.blank())

    def settled(self, texts: Any) -> "Texts":
        """The texts; those that do not fit any more after another choice begin anew."""
        for name in self.names.values() if self.is_shaped else ():
            control = self.controls(texts).get(name)
            if control and texts.get(name) and _first(control, texts[name]) is None:
                texts = texts | {name: _beginning(control)}
        return texts

    @cached_property
    def _declared(self) -> dict[str, Field]:
        return {self.names[each.name]: each for each in fields(self.of)}

    @cached_property
    def _plain(self) -> dict[str, Control]:
        return {name: control_of(Asked.of(each), self.options) for name, each in self._declared.items()}

    def _shaped(self, said: Mapping[str, object]) -> dict[str, Control]:
        """The class may change with what is said how it asks for a value, or not ask for it (None)."""
        if not self.is_shaped:
            return self._plain
        others = self.of.shaped(said, self.options.of)  # type: ignore[attr-defined]
        changed = {
            name: control_of(Asked.of(self._declared[name], other), self.options)
            for name, other in others.items()
            if other is not None
        }
        return {name: control for name, control in (self._plain | changed).items() if others.get(name, 1)}

    def _gathered(self, data: QueryDict, name: str, controls: Mapping[str, Control]) -> "dict[str, Texts]":
        return {each: control.gather(data, f"{name}-{each}") for each, control in controls.items()}

    def rows(self, texts: Any, name: str) -> "Listed | None":
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

    def gather(self, data: QueryDict, name: str) -> "Texts":
        rows = min(whole(data.get(f"{name}-size", "")) or 0, MOST_ROWS)
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

    def rows(self, texts: Any, name: str) -> "Listed | None":
        if not name:
            return Listed(self, texts)
        place, _dash, rest = name.partition("-")
        row = whole(place)
        if row is None or row >= len(texts):
            return None
        return self.row.rows(texts[row], rest)

    def show(self, texts: Any, name: str, problems: Problems, path: str = "") -> Shown:
        rows = [
            self.row.show(each, f"{name}-{place}", problems, f"{path}[{place}]")
            for place, each in enumerate(texts)
        ]
        shown = self.shown(name, problems, path, parts=rows, is_blank=not texts)
        shown.may_grow, shown.may_shrink = len(texts) < self.most, len(texts) > self.least
        return shown


@dataclass(frozen=True)
class Listed:
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
        return RecordControl(Asked(kinds.Record(Named), self.asked.label), self.options)

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
    kinds.Record: RecordControl,
    kinds.Rows: RowsControl,
}


def control_of(asked: Asked, options: Options) -> Control:
    """The control for a value. Texts and numbers with options are chosen from them."""
    found = next((CONTROLS[kind] for kind in type(asked.kind).__mro__ if kind in CONTROLS), JsonControl)
    if asked.options and found in (Control, NumberControl, SingleControl):
        found = SelectControl
    return found(asked, options)


def _means(control: Control, texts: "Texts", path: str) -> list:
    try:
        return control.mean(texts)
    except Unfit as problem:
        problem.path = join(path, problem.path)
        raise


def _beginning(control: Control) -> "Texts":
    kind = control.kind
    return control.spell(kind.options[0]) if isinstance(kind, kinds.Choice) else control.blank()


def _first(control: Control, texts: "Texts") -> object:
    try:
        return control.mean(texts)[0]
    except Unfit:
        return None
