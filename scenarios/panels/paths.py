"""Panels of the steps that part people: paths that are added, removed, put in another order."""

import json
import secrets
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from scenarios.errors import InvalidFlow
from scenarios.panels import asked
from scenarios.panels.base import PLACE, Incomplete
from scenarios.panels.declared import Declared
from segments import services
from segments.building.controls.base import whole
from segments.errors import InvalidTree
from segments.kinds import Number, Text, Unfit

MOST = 10
NAME = Text(40)


def fresh_key() -> str:
    """By lot, so that a path that is added never means one that was there before."""
    return f"p{secrets.token_hex(4)}"


@dataclass
class Row:
    """A path as it stands on the page. `when` is the JSON of its condition, "" if it has none."""

    place: str
    key: str
    name: str
    percent: str = ""
    when: str = ""
    context: Declared | None = None
    problem: str = ""

    @property
    def words(self) -> str:
        """Its condition in a sentence, or what is wrong with it."""
        try:
            return services.words(_loaded(self.when)) if self.when else ""
        except InvalidTree as error:
            return error.message


class Paths:
    """What the two panels share: the rows and what their buttons do."""

    template = ""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.problem = ""

    @classmethod
    def of_form(cls, data: QueryDict) -> Self:
        count = min(whole(data.get("paths", "")) or 0, MOST)
        return cls([cls._read(data, f"{PLACE}-{index}") for index in range(count)])

    @classmethod
    def _read(cls, data: QueryDict, place: str) -> Row:
        return Row(place, data.get(f"{place}-key", "") or fresh_key(), data.get(f"{place}-name", "").strip())

    def act(self, act: str) -> None:
        """`path:add`, `path:remove:1`, `path:up:1`, `path:down:0`; others are of the fields within a path."""
        name, _colon, rest = act.partition(":")
        if name != "path":
            for row in self.rows:
                if row.context:
                    row.context.act(act)
            return
        what, _colon, place = rest.partition(":")
        index = whole(place)
        if what == "add" and len(self.rows) < MOST:
            self.rows.append(self._fresh(len(self.rows)))
        elif index is not None and index < len(self.rows):
            self._change(what, index)
        self._place()

    def blame(self, error: InvalidFlow) -> None:
        self.problem = error.message

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST

    def _fresh(self, index: int) -> Row:
        return Row("", fresh_key(), _("Path %(number)s") % {"number": index + 1})

    def _change(self, what: str, index: int) -> None:
        if what == "remove" and len(self.rows) > 1:
            del self.rows[index]
        elif what == "up" and index:
            self.rows.insert(index - 1, self.rows.pop(index))
        elif what == "down":
            self.rows.insert(index + 1, self.rows.pop(index))

    def _place(self) -> None:
        for index, row in enumerate(self.rows):
            row.place = f"{PLACE}-{index}"
            if row.context:
                row.context.place = row.place

    def _name(self, row: Row) -> str:
        try:
            return NAME.read(row.name)
        except Unfit as problem:
            row.problem = str(problem)
            raise Incomplete from problem


class Branch(Paths):
    template = "scenarios/panels/branch.html"

    @classmethod
    def of_value(cls, value: dict) -> Self:
        rows = []
        for index, path in enumerate(value.get("paths") or [{"key": fresh_key(), "name": _("Yes")}]):
            place = f"{PLACE}-{index}"
            said = {"context": path["context"]} if path.get("context") else {}
            context = Declared.of_value(asked.Context, said, place=place)
            when = json.dumps(path["when"], ensure_ascii=False) if path.get("when") else ""
            rows.append(Row(place, path["key"], path["name"], when=when, context=context))
        return cls(rows)

    @classmethod
    def _read(cls, data: QueryDict, place: str) -> Row:
        row = super()._read(data, place)
        row.when = data.get(f"{place}-when", "")
        row.context = Declared.of_form(asked.Context, data, place=place)
        return row

    def _fresh(self, index: int) -> Row:
        row = super()._fresh(index)
        row.context = Declared(asked.Context)
        return row

    def value(self) -> dict:
        return {"type": "branch", "paths": [self._path(row) for row in self.rows]}

    def _path(self, row: Row) -> dict:
        said: dict[str, Any] = {"key": row.key, "name": self._name(row)}
        said |= {"when": _loaded(row.when)} if row.when else {}
        return said | (row.context.value() if row.context else {})


class Split(Paths):
    template = "scenarios/panels/split.html"

    def __init__(self, rows: list[Row], holdout: str = "0") -> None:
        super().__init__(rows)
        self.holdout = holdout

    @classmethod
    def of_value(cls, value: dict) -> Self:
        halves = [{"key": fresh_key(), "name": name, "percent": 50} for name in ("A", "B")]
        rows = [
            Row(f"{PLACE}-{index}", path["key"], path["name"], f"{path['percent']:g}")
            for index, path in enumerate(value.get("paths") or halves)
        ]
        return cls(rows, f"{value.get('holdout_percent', 0):g}")

    @classmethod
    def of_form(cls, data: QueryDict) -> Self:
        panel = super().of_form(data)
        panel.holdout = data.get("holdout", "").strip()
        return panel

    @classmethod
    def _read(cls, data: QueryDict, place: str) -> Row:
        row = super()._read(data, place)
        row.percent = data.get(f"{place}-percent", "").strip()
        return row

    def act(self, act: str) -> None:
        super().act(act)
        if act in ("path:add", "path:even"):
            self._share_evenly()

    def value(self) -> dict:
        paths = [
            {"key": row.key, "name": self._name(row), "percent": self._percent(row, row.percent)}
            for row in self.rows
        ]
        return {"type": "split", "paths": paths, "holdout_percent": self._percent(None, self.holdout)}

    @property
    def whole(self) -> str:
        """What the shares and the hold-out group make together, as far as they are numbers."""
        found = [_number(text) for text in (*(row.percent for row in self.rows), self.holdout)]
        return f"{sum(each or 0 for each in found):g}"

    def _share_evenly(self) -> None:
        """In whole per cents; what is left over goes to the first."""
        left = round(100 - (_number(self.holdout) or 0))
        share, rest = divmod(max(left, 0), len(self.rows) or 1)
        for index, row in enumerate(self.rows):
            row.percent = str(share + (rest if index == 0 else 0))

    def _percent(self, row: Row | None, text: str) -> float:
        try:
            return Number(0, 100).read(_number(text))
        except Unfit as problem:
            if row is None:
                self.problem = str(problem)
            else:
                row.problem = str(problem)
            raise Incomplete from problem


def _number(text: str) -> float | None:
    try:
        found = float(text.replace("%", "").strip() or "0")
    except ValueError:
        return None
    return int(found) if found.is_integer() else found


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # the flow is read anyway, and says what is wrong with it
