"""Which panel is for which part of a flow."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import QueryDict

from scenarios.flow import reading, steps
from scenarios.panels import asked, paths, sending
from scenarios.panels.base import Panel
from scenarios.panels.declared import Declared

TIMED: dict[str, Any] = {"wait": asked.Wait, "await": asked.Await}
OWN: dict[str, Any] = {
    "branch": paths.Branch,
    "split": paths.Split,
    "send": sending.Send,
    "notice": sending.Notice,
}
FRAME = ("exits", "goal", "reentry", "manners")


def of_step(value: dict) -> Panel:
    """The panel of a step; one just chosen has only its type."""
    type_ = value["type"]
    if type_ in OWN:
        return OWN[type_].of_value(value)
    if type_ in TIMED:
        return Declared.of_value(TIMED[type_], TIMED[type_].told(value), meant=TIMED[type_].meant)
    return _declared(steps.types.get(type_, ""), value)


def read_step(type_: str, data: QueryDict) -> Panel:
    """What was sent for a step of this type. Raises InvalidFlow for a type that is not known."""
    if type_ in OWN:
        return OWN[type_].of_form(data)
    if type_ in TIMED:
        return Declared.of_form(TIMED[type_], data, meant=TIMED[type_].meant)
    kind = steps.types.get(type_, "")
    return Declared.of_form(kind, data, meant=_typed(type_))


def of_trigger(value: dict) -> Panel:
    return _declared(reading.triggers.get(value["type"], "trigger"), value)


def read_trigger(type_: str, data: QueryDict) -> Panel:
    """Raises InvalidFlow."""
    return Declared.of_form(reading.triggers.get(type_, "trigger"), data, meant=_typed(type_))


def of_frame(name: str, flow: dict) -> Panel:
    """The panel of `exits`, `goal`, `reentry` or `manners`."""
    kind, meant = _frame(name)
    value = {"exits": flow["exits"]} if name == "exits" else flow[name] or {}
    return Declared.of_value(kind, value, meant=meant)


def read_frame(name: str, data: QueryDict) -> Panel:
    kind, meant = _frame(name)
    return Declared.of_form(kind, data, meant=meant)


def _frame(name: str) -> tuple[type, Callable[[dict], Any]]:
    if name == "exits":
        return asked.Exits, lambda said: said.get("exits", [])
    return {"goal": reading.Goal, **asked.FRAMES}[name], dict


def _declared(kind: type, value: dict) -> Panel:
    said = {name: each for name, each in value.items() if name not in {"id", "type", "ways"}}
    return Declared.of_value(kind, said, meant=_typed(value["type"]))


def _typed(type_: str) -> Callable[[dict], dict]:
    return partial(_with_type, type_)


def _with_type(type_: str, said: dict) -> dict:
    return {"type": type_} | said
