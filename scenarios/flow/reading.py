"""From JSON to a flow and back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.models import Broadcast
from scenarios.errors import InvalidFlow
from scenarios.flow import choosing
from scenarios.flow import steps as step_types
from scenarios.flow.base import Part, Registry, Step, Way, joined, walk
from scenarios.flow.values import KEY, Tree
from segments.kinds import (
    Choice,
    Record,
    Rows,
    Text,
    Unfit,
    Whole,
    YesNo,
    declared_names,
    read_declared,
    schema_declared,
)
from segments.leaves import given
from segments.types import occurrences

MOST_STEPS = 100
MOST_DEPTH = 8
triggers: Registry[Part] = Registry()  # filled by scenarios/triggers/


@dataclass(frozen=True)
class Reentry:
    """Whether somebody who has been in comes in again. With `per_subject` each product counts by itself."""

    mode: str = given(
        Choice(("never", "after_days", "always")),
        default="never",
        label=gettext_lazy("Come in again"),
        options=choosing.reentry,
    )
    days: int | None = given(
        Whole(1, 3_650), default=None, label=gettext_lazy("After"), unit=gettext_lazy("days")
    )
    per_subject: bool = given(YesNo(), default=False, label=gettext_lazy("Each product counts by itself"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        return {"days": {"is_required": True} if said.get("mode") == "after_days" else None}

    def check(self) -> None:
        if (self.mode == "after_days") != (self.days is not None):
            raise Unfit(_("days goes with after_days"))


@dataclass(frozen=True)
class Exit:
    """What takes a person out, wherever they stand: an event, an undone link, a block, the condition unmet.

    Only `event` has `event` and `where`. With `same_subject` the event must be about the same product.
    """

    type: str = given(
        Choice(("event", "unlinked", "blocked", "condition")),
        label=gettext_lazy("They leave when"),
        options=choosing.exits,
    )
    event: str | None = given(
        Text(60), default=None, label=gettext_lazy("Event"), options=occurrences.known_types
    )
    where: list[dict] | None = occurrences.where()
    same_subject: bool | None = given(
        YesNo(), default=None, label=gettext_lazy("Only about the same product")
    )

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        if said.get("type") == "event":
            return {"event": {"is_required": True}}
        return dict.fromkeys(("event", "where", "same_subject"))

    def check(self) -> None:
        if (self.type == "event") != (self.event is not None):
            raise Unfit(_("event goes with the type event"))


@dataclass(frozen=True)
class Goal:
    """What the scenario is for: an event within some days of entering. `ends`: who reaches it leaves."""

    event: str = given(Text(60), label=gettext_lazy("Event"), options=occurrences.known_types)
    where: list[dict] | None = occurrences.where()
    within_days: int = given(
        Whole(1, 365),
        default=7,
        label=gettext_lazy("Within so long after coming in"),
        unit=gettext_lazy("days"),
    )
    ends: bool = given(YesNo(), default=True, label=gettext_lazy("Who reaches it leaves"))


@dataclass(frozen=True)
class Manners:
    """How its messages behave beside all others. Notices keep neither the cap nor the quiet hours waiting."""

    nature: str = given(
        Choice(tuple(Broadcast.Nature.values)),
        default="promotion",
        label=gettext_lazy("Kind of message"),
        options=lambda: list(Broadcast.Nature.choices),
    )
    priority: int = given(Whole(1, 9), default=5, label=gettext_lazy("Priority, from 1 (first) to 9"))
    ignores_quiet_hours: bool = given(
        YesNo(), default=False, label=gettext_lazy("Also sent in the quiet hours")
    )
    ignores_cap: bool = given(YesNo(), default=False, label=gettext_lazy("Also sent above the frequency cap"))


@dataclass(frozen=True)
class Flow:
    """`trigger` and `goal` may be missing in a draft. `condition`: who may come in; null: everybody."""

    trigger: Part | None
    condition: dict | None
    reentry: Reentry
    exits: tuple[Exit, ...]
    goal: Goal | None
    manners: Manners
    steps: tuple[Step, ...]

    def walk(self) -> Iterator[tuple[str, Step]]:
        """Every step with its path."""
        return walk(self.steps)

    def as_json(self) -> dict:
        return {
            "trigger": self.trigger.as_json() if self.trigger else None,
            "condition": self.condition,
            "reentry": _plain(self.reentry),
            "exits": [_plain(each) for each in self.exits],
            "goal": _plain(self.goal) if self.goal else None,
            "manners": _plain(self.manners),
            "steps": [step.as_json() for step in self.steps],
        }


PARTS = ("trigger", "condition", "reentry", "exits", "goal", "manners", "steps")
EMPTY: dict[str, Any] = {"exits": [{"type": "blocked"}], "steps": []}


def parse(raw: object) -> Flow:
    """A flow, as far as it is written. Raises InvalidFlow."""
    if not isinstance(raw, dict):
        raise InvalidFlow(_("must be an object"))
    for name in raw:
        if name not in PARTS:
            raise InvalidFlow(_("is not known here"), path=str(name))
    return Flow(
        trigger=_trigger(raw.get("trigger")),
        condition=_read(Tree(), raw["condition"], "condition") if raw.get("condition") else None,
        reentry=_record(Reentry, raw.get("reentry") or {}, "reentry"),
        exits=_exits(raw.get("exits", EMPTY["exits"])),
        goal=_record(Goal, raw["goal"], "goal") if raw.get("goal") else None,
        manners=_record(Manners, raw.get("manners") or {}, "manners"),
        steps=_all_steps(raw.get("steps", [])),
    )


def schema() -> dict:
    """The JSON Schema of flows, with every type of trigger and of step."""
    steps = {"type": "array", "items": {"$ref": "#/$defs/step"}, "maxItems": MOST_STEPS}
    placed = {"id": {"type": "string", "pattern": f"^{KEY.pattern}$"}}
    ways = {"ways": {"type": "object", "additionalProperties": steps}}
    of_steps = [each.schema() for each in step_types.types.all()]
    for said in of_steps:
        said["properties"] = placed | said["properties"] | ways
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {
            "step": {"anyOf": of_steps},
            "trigger": {"anyOf": [each.schema() for each in triggers.all()]},
        },
        "type": "object",
        "properties": {
            "trigger": {"anyOf": [{"$ref": "#/$defs/trigger"}, {"type": "null"}]},
            "condition": {"anyOf": [{"type": "object"}, {"type": "null"}]},
            "reentry": schema_declared(Reentry),
            "exits": {"type": "array", "items": schema_declared(Exit), "maxItems": 10},
            "goal": {"anyOf": [schema_declared(Goal), {"type": "null"}]},
            "manners": schema_declared(Manners),
            "steps": steps,
        },
        "additionalProperties": False,
    }


def _trigger(raw: object) -> Part | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise InvalidFlow(_("must be an object"), path="trigger")
    return triggers.get(raw.get("type"), "trigger").parse(raw, "trigger")


def _exits(raw: object) -> tuple[Exit, ...]:
    read = _read(Rows(Record(Exit), 0, 10), raw, "exits")
    return tuple(Exit(**each) for each in read)


def _all_steps(raw: object) -> tuple[Step, ...]:
    steps = _steps(raw, "steps", 1)
    seen: set[str] = set()
    for path, step in walk(steps):
        if step.id in seen:
            raise InvalidFlow(_("another step has this id"), path=joined(path, "id"))
        seen.add(step.id)
    if len(seen) > MOST_STEPS:
        raise InvalidFlow(_("has more than %(most)s steps") % {"most": MOST_STEPS}, path="steps")
    return steps


def _steps(raw: object, path: str, depth: int) -> tuple[Step, ...]:
    if not isinstance(raw, list):
        raise InvalidFlow(_("must be a list"), path=path)
    if depth > MOST_DEPTH:
        raise InvalidFlow(_("is nested too deeply"), path=path)
    return tuple(_step(each, f"{path}[{place}]", depth) for place, each in enumerate(raw))


def _step(raw: object, path: str, depth: int) -> Step:
    if not isinstance(raw, dict):
        raise InvalidFlow(_("must be an object"), path=path)
    id_, given_ways = raw.get("id"), raw.get("ways", {})
    if not isinstance(id_, str) or not KEY.fullmatch(id_):
        raise InvalidFlow(_("must be a name of 1 to 20 of a–z, 0–9 and _"), path=joined(path, "id"))
    own = {name: value for name, value in raw.items() if name not in {"id", "ways"}}
    step = step_types.types.get(raw.get("type"), path).parse(own, path)
    names = step.way_names()
    if not isinstance(given_ways, dict) or given_ways.keys() - {key for key, _name in names}:
        raise InvalidFlow(_("has ways that the step does not lead to"), path=joined(path, "ways"))
    ways = tuple(
        Way(key, name, _steps(given_ways.get(key, []), f"{path}.ways.{key}", depth + 1))
        for key, name in names
    )
    return step.with_place(id_, ways)


def _record(of: type, raw: object, path: str) -> Any:
    read = _read(Record(of), raw, path)
    return of(**read_declared(of, read))


def _read(kind: Any, raw: object, path: str) -> Any:
    try:
        return kind.read(raw)
    except Unfit as problem:
        raise InvalidFlow(str(problem), path=joined(path, problem.path)) from problem


def _plain(record: object) -> dict:
    values = {name: getattr(record, attribute) for attribute, name in declared_names(type(record)).items()}
    return {name: value for name, value in values.items() if value is not None}
