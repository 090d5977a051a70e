"""Which part of a flow is open beside it, and what the flow is once that part says something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from scenarios.errors import NoSuchPlace
from scenarios.flow import editing, reading, steps
from scenarios.flow.base import Part
from scenarios.flow.editing import Json, Spot
from scenarios.panels import choosing
from scenarios.panels.base import Panel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OVERVIEW, TRIGGER, STEP, NEW = "", "trigger", "step", "new"


@dataclass
class Selected:
    """`key` is the id of a step, or where a new one goes; `type` that of the step or trigger.

    Without `panel` there is nothing to fill in: it is the overview, or the choice of a trigger.
    """

    part: str = OVERVIEW
    key: str = ""
    type_name: str = ""
    panel: Panel | None = None

    @property
    def kind(self) -> type[Part] | None:
        if self.part == TRIGGER:
            return reading.triggers.get(self.type_name, TRIGGER) if self.type_name else None
        return steps.types.get(self.type_name, "") if self.part in (STEP, NEW) else None

    @property
    def label(self) -> "StrOrPromise":
        return self.kind.label if self.kind else ""

    @property
    def hint(self) -> "StrOrPromise":
        return self.kind.hint if self.kind else ""

    def written(self, flow: Json, value: Any) -> tuple[Json, str]:
        """The flow once this part says `value`, and the id of the step it is about.

        Raises NoSuchPlace, WayNotEmpty.
        """
        if self.part == NEW:
            id_ = editing.fresh_id(set(editing.ids(flow)))
            return editing.add(flow, {"id": id_} | value, Spot.read(self.key)), id_
        if self.part == STEP:
            return editing.replace(flow, {"id": self.key} | value), self.key
        return flow | {self.part: value}, ""


def of(flow: Json, asked: Mapping[str, str]) -> Selected:
    """What an address asks for, as the flow says it now. Raises NoSuchPlace, InvalidFlow."""
    part, key = asked.get("part", OVERVIEW), asked.get("key", "")
    if part == STEP:
        _spot, step = editing.find(flow, key)
        return Selected(STEP, key, step["type"], choosing.of_step(step))
    if part == NEW:
        Spot.read(key)
        type_ = asked.get("type", "")
        steps.types.get(type_, "")
        return Selected(NEW, key, type_, choosing.of_step({"type": type_}))
    if part == TRIGGER:
        return _of_trigger(flow, asked)
    if part in choosing.FRAME:
        return Selected(part, panel=choosing.of_frame(part, flow))
    if part != OVERVIEW:
        raise NoSuchPlace
    return Selected()


def read(data: QueryDict) -> Selected:
    """The same as it was filled in. Raises NoSuchPlace, InvalidFlow."""
    part, key, type_ = data.get("part", ""), data.get("key", ""), data.get("type", "")
    if part in (STEP, NEW):
        return Selected(part, key, type_, choosing.read_step(type_, data))
    if part == TRIGGER:
        return Selected(part, "", type_, choosing.read_trigger(type_, data))
    if part in choosing.FRAME:
        return Selected(part, panel=choosing.read_frame(part, data))
    raise NoSuchPlace


def _of_trigger(flow: Json, asked: Mapping[str, str]) -> Selected:
    present = flow.get("trigger") or {}
    type_ = asked.get("type", present.get("type", ""))
    if not type_:
        return Selected(TRIGGER)
    value = present if present.get("type") == type_ else {"type": type_}
    return Selected(TRIGGER, "", type_, choosing.of_trigger(value))
