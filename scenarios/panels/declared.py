"""Panels whose fields follow from how their values are declared (`given`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from scenarios.errors import InvalidFlow
from scenarios.panels import controls  # noqa: F401  (the kinds of flows)
from scenarios.panels.base import PLACE, Incomplete
from segments.building.controls.base import Asked, Blank, Options, Shown, whole
from segments.building.controls.several import RecordControl
from segments.kinds import Record, Unfit

if TYPE_CHECKING:
    from segments.building.controls.base import Texts

Meaning = Callable[[dict], Any]


class Declared:
    """The values of `of`, a dataclass.

    `told` makes of a value of the flow what the dataclass says, `meant` turns it back.
    """

    template = "scenarios/panels/declared.html"

    def __init__(
        self, of: type, texts: "Texts | None" = None, *, meant: Meaning = dict, place: str = PLACE
    ) -> None:
        self.control = RecordControl(Asked(Record(of)), Options())
        self.texts: Any = self.control.blank() if texts is None else texts
        self.meant = meant
        self.place = place
        self.problems: dict[str, str] = {}

    @classmethod
    def of_value(cls, of: type, value: dict, *, meant: Meaning = dict, place: str = PLACE) -> "Declared":
        panel = cls(of, meant=meant, place=place)
        panel.texts = panel.control.spell(value)
        return panel

    @classmethod
    def of_form(cls, of: type, data: QueryDict, *, meant: Meaning = dict, place: str = PLACE) -> "Declared":
        panel = cls(of, meant=meant, place=place)
        panel.texts = panel.control.gather(data, place)
        return panel

    def act(self, act: str) -> None:
        """`more:n:where`, `less:n:where-0`; any other only draws the fields anew."""
        name, _colon, where = act.partition(":")
        place, _colon, detail = where.partition(":")
        if place == self.place and name == "more" and (rows := self.control.rows(self.texts, detail)):
            rows.texts.append(rows.control.row.blank())
        elif place == self.place and name == "less":
            self._less(detail)
        self.texts = self.control.settled(self.texts)

    def value(self) -> Any:
        try:
            [said] = self.control.mean(self.texts)
        except (Blank, Unfit) as problem:
            self.problems = {problem.path: str(problem)}
            raise Incomplete from problem
        return self.meant(said)

    def blame(self, error: InvalidFlow) -> None:
        self.problems = {"": error.message}

    @property
    def shown(self) -> Shown:
        return self.control.show(self.texts, self.place, self.problems)

    @property
    def problem(self) -> str:
        """What is wrong and has no field of its own to stand at."""
        named = {name for name, problem in self.shown.complaints() if problem}
        return "" if named else next(iter(self.problems.values()), "")

    def _less(self, detail: str) -> None:
        name, _dash, place = detail.rpartition("-")
        rows, row = self.control.rows(self.texts, name), whole(place)
        if rows and row is not None:
            del rows.texts[row : row + 1]
