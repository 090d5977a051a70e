"""Changes of a flow's steps, in its JSON: each gives a changed flow and leaves the one given as it was.

What cannot be done, since another page has changed the flow meanwhile, raises NoSuchPlace.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from scenarios.errors import NoSuchPlace, WayNotEmpty
from scenarios.flow.steps import types

Json = dict[str, Any]
ADDRESS = re.compile(r"(?:(?P<step>[a-z0-9_]{1,20})\.(?P<way>[a-z0-9_]{1,20}))?:(?P<index>\d{1,3})")


@dataclass(frozen=True)
class Spot:
    """A place for a step: before the `index`th of those on a way of a step; `step` "": of the flow itself."""

    index: int
    step: str = ""
    way: str = ""

    @classmethod
    def read(cls, text: str) -> "Spot":
        """From an address as pages write it: `:0`, `s3.otherwise:2`."""
        found = ADDRESS.fullmatch(text)
        if found is None:
            raise NoSuchPlace
        return cls(int(found["index"]), found["step"] or "", found["way"] or "")

    def __str__(self) -> str:
        return f"{self.step}.{self.way}:{self.index}" if self.step else f":{self.index}"


def walk(flow: Json) -> Iterator[tuple[Spot, Json]]:
    """Every step with where it stands, in the order in which they stand."""
    yield from _walk(flow["steps"], "", "")


def ids(flow: Json) -> list[str]:
    return [step["id"] for _spot, step in walk(flow)]


def find(flow: Json, id_: str) -> tuple[Spot, Json]:
    """Raises NoSuchPlace."""
    found = next(((spot, step) for spot, step in walk(flow) if step["id"] == id_), None)
    if found is None:
        raise NoSuchPlace
    return found


def ways(step: Json) -> list[str]:
    """The keys of the ways of a step, in their order."""
    kind = types.get(step.get("type"), "")
    own = {name: value for name, value in step.items() if name not in {"id", "ways"}}
    return [key for key, _name in kind.parse(own).way_names()]


def add(flow: Json, step: Json, spot: Spot) -> Json:
    changed = deepcopy(flow)
    _insert(_list(changed, spot), spot.index, deepcopy(step))
    return changed


def remove(flow: Json, id_: str) -> Json:
    """With all that stands on its ways."""
    changed = deepcopy(flow)
    spot, _step = find(changed, id_)
    del _list(changed, spot)[spot.index]
    return changed


def replace(flow: Json, step: Json) -> Json:
    """The step of the same id says this now; what stands on its ways stays there.

    Raises WayNotEmpty if a way on which steps stand would be gone.
    """
    changed = deepcopy(flow)
    _spot, held = find(changed, step["id"])
    kept = {key: steps for key, steps in held.get("ways", {}).items() if steps}
    left = set(ways(step))
    if gone := [key for key in kept if key not in left]:
        raise WayNotEmpty(name=_name_of(held, gone[0]))
    held.clear()
    held.update(deepcopy({name: value for name, value in step.items() if name != "ways"}))
    if left:
        held["ways"] = kept
    return changed


def duplicate(flow: Json, id_: str) -> tuple[Json, str]:
    """Once more behind itself, with what stands on its ways, all with ids of their own; and the new id."""
    changed = deepcopy(flow)
    spot, step = find(changed, id_)
    copy = renewed(step, set(ids(changed)))
    _list(changed, spot).insert(spot.index + 1, copy)
    return changed, copy["id"]


def move(flow: Json, id_: str, to: Spot) -> Json:
    """To another place, as it is in the flow given. Raises NoSuchPlace also for one within itself."""
    spot, step = find(flow, id_)
    if any(to.step == each["id"] for _spot, each in _walk([step], "", "")):
        raise NoSuchPlace
    changed = deepcopy(flow)
    goal, held = _list(changed, to), _list(changed, spot)
    taken = held.pop(spot.index)
    is_behind = goal is held and spot.index < to.index
    _insert(goal, to.index - 1 if is_behind else to.index, taken)
    return changed


def shift(flow: Json, id_: str, how: str) -> Json:
    """One place `up` or `down`, or `in` or `out` of a way; as it is where there is no such place."""
    if how not in SHIFTS:
        raise NoSuchPlace
    spot, _step = find(flow, id_)
    goal = SHIFTS[how](deepcopy(flow), spot)
    return flow if goal is None else move(flow, id_, goal)


def fresh_id(taken: set[str]) -> str:
    """An id that no step of the flow has; by lot, so that it is none of an earlier version's either."""
    while (made := f"s{secrets.token_hex(4)}") in taken:
        pass
    return made


def renewed(step: Json, taken: set[str]) -> Json:
    """A copy in which it and all on its ways have ids of their own, which are added to `taken`."""
    copy = deepcopy(step)
    for _spot, each in _walk([copy], "", ""):
        each["id"] = fresh_id(taken)
        taken.add(each["id"])
    return copy


def _walk(steps: list[Json], step: str, way: str) -> Iterator[tuple[Spot, Json]]:
    for index, each in enumerate(steps):
        yield Spot(index, step, way), each
        for key, inner in each.get("ways", {}).items():
            yield from _walk(inner, each["id"], key)


def _list(flow: Json, spot: Spot) -> list[Json]:
    """The steps among which the place is; made where the way has none yet."""
    if not spot.step:
        return flow["steps"]
    _spot, step = find(flow, spot.step)
    if spot.way not in ways(step):
        raise NoSuchPlace
    return step.setdefault("ways", {}).setdefault(spot.way, [])


def _insert(steps: list[Json], index: int, step: Json) -> None:
    if index > len(steps):
        raise NoSuchPlace
    steps.insert(index, step)


def _up(flow: Json, spot: Spot) -> Spot | None:
    return Spot(spot.index - 1, spot.step, spot.way) if spot.index else None


def _down(flow: Json, spot: Spot) -> Spot | None:
    has_next = spot.index + 1 < len(_list(flow, spot))
    return Spot(spot.index + 2, spot.step, spot.way) if has_next else None


def _in(flow: Json, spot: Spot) -> Spot | None:
    """To the end of the first way of the step before, else to the first way of the one behind, else to the
    next way of the step on whose way it stands."""
    beside = _list(flow, spot)
    before = beside[spot.index - 1] if spot.index else None
    behind = beside[spot.index + 1] if spot.index + 1 < len(beside) else None
    if before and (keys := ways(before)):
        return _end_of(before, keys[0])
    if behind and (keys := ways(behind)):
        return Spot(0, behind["id"], keys[0])
    return _next_way(flow, spot, 1)


def _out(flow: Json, spot: Spot) -> Spot | None:
    """To the way before, or from the first one behind the step on whose way it stands."""
    if not spot.step:
        return None
    above, _step = find(flow, spot.step)
    return _next_way(flow, spot, -1) or Spot(above.index + 1, above.step, above.way)


def _next_way(flow: Json, spot: Spot, by: int) -> Spot | None:
    if not spot.step:
        return None
    _spot, above = find(flow, spot.step)
    keys = ways(above)
    place = keys.index(spot.way) + by
    return _end_of(above, keys[place]) if 0 <= place < len(keys) else None


def _end_of(step: Json, way: str) -> Spot:
    return Spot(len(step.get("ways", {}).get(way, [])), step["id"], way)


def _name_of(step: Json, key: str) -> str:
    named = {path["key"]: path["name"] for path in step.get("paths", [])}
    return named.get(key) or {"otherwise": _("All others")}.get(key, key)


SHIFTS: dict[str, Callable[[Json, Spot], Spot | None]] = {
    "up": _up,
    "down": _down,
    "in": _in,
    "out": _out,
}
