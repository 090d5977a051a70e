"""JSON with holes: filled with values, and the values read out of it again.

A pattern is JSON in which a `Hole` stands for a value, a `Maybe` for a part that is left out where there is
nothing to say, an `Each` for a part repeated in a list, a `Kinds` for parts of which a value chooses one.
Reading is exact: what is read out, written again, is the same JSON to the last key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True)
class Hole:
    """A value. `kind` says how it is written in a form, `fits` which values a form can say."""

    name: str
    kind: str
    fits: Callable[[Json], bool]


@dataclass(frozen=True)
class Maybe:
    """A part that is there when at least one of the values `by` is."""

    pattern: Json
    by: tuple[str, ...]


@dataclass(frozen=True)
class Each:
    """A part for each item of a list of values. Values named in `shared` are the card's, not the item's."""

    name: str
    pattern: Json
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kinds:
    """The part that the value `name` chooses."""

    name: str
    patterns: dict[str, Json]


Part = Hole | Each | Kinds


def write(pattern: Json, values: dict) -> Json:
    """The JSON of these values; those that it does not name are left out."""
    if isinstance(pattern, Hole):
        return values[pattern.name]
    if isinstance(pattern, Maybe):
        return write(pattern.pattern, values)
    if isinstance(pattern, Kinds):
        return write(pattern.patterns[values[pattern.name]], values)
    if isinstance(pattern, dict):
        return {key: write(part, values) for key, part in pattern.items() if _is_there(part, values)}
    if isinstance(pattern, list):
        return [written for part in pattern for written in _written(part, values)]
    return pattern


def read(pattern: Json, json: Json) -> dict | None:
    """The values of which `write` makes this JSON; None if it is not of this pattern."""
    values: dict = {}
    if not _read(pattern, json, values):
        return None
    values = blank(pattern) | values
    return values if write(pattern, values) == json else None


def blank(pattern: Json) -> dict:
    """Every value that the pattern names, empty."""
    return _empty(parts(pattern))


def parts(pattern: Json) -> list[Part]:
    """The holes, choices and repetitions in their order, each name once; not what is inside a repetition."""
    found: dict[str, Part] = {}
    for part in _parts(pattern):
        found.setdefault(part.name, part)
    return list(found.values())


def parts_of_item(each: Each) -> list[Part]:
    """What an item of a repetition says for itself."""
    return [part for part in parts(each.pattern) if part.name not in each.shared]


def _parts(pattern: Json) -> Iterator[Part]:
    if isinstance(pattern, Hole | Each | Kinds):
        yield pattern
    if isinstance(pattern, Each):
        shared = pattern.shared
        yield from (part for part in _parts(pattern.pattern) if part.name in shared)
    elif isinstance(pattern, Maybe):
        yield from _parts(pattern.pattern)
    elif isinstance(pattern, dict | Kinds):
        for part in (pattern.patterns if isinstance(pattern, Kinds) else pattern).values():
            yield from _parts(part)
    elif isinstance(pattern, list):
        for part in pattern:
            yield from _parts(part)


def _empty(named: list[Part]) -> dict:
    return {part.name: [] if isinstance(part, Each) else "" for part in named}


def _is_there(part: Json, values: dict) -> bool:
    return not isinstance(part, Maybe) or any(values.get(name) for name in part.by)


def _written(part: Json, values: dict) -> Iterator[Json]:
    if isinstance(part, Each):
        yield from (write(part.pattern, values | item) for item in values[part.name])
    elif _is_there(part, values):
        yield write(part, values)


def _read(pattern: Json, json: Json, values: dict) -> bool:
    if isinstance(pattern, Hole):
        return pattern.fits(json) and values.setdefault(pattern.name, json) == json
    if isinstance(pattern, Maybe):
        return _read(pattern.pattern, json, values)
    if isinstance(pattern, Kinds):
        return any(_read_kind(pattern, kind, json, values) for kind in pattern.patterns)
    if isinstance(pattern, dict):
        return isinstance(json, dict) and _read_fields(pattern, json, values)
    if isinstance(pattern, list):
        return isinstance(json, list) and _read_list(pattern, json, values)
    return type(pattern) is type(json) and pattern == json


def _read_kind(pattern: Kinds, kind: str, json: Json, values: dict) -> bool:
    tried = values | {pattern.name: kind}
    return _read(pattern.patterns[kind], json, tried) and _keep(values, tried)


def _read_fields(pattern: dict, json: dict, values: dict) -> bool:
    if not json.keys() <= pattern.keys():
        return False
    return all(
        _read(part, json[key], values) if key in json else isinstance(part, Maybe)
        for key, part in pattern.items()
    )


def _read_list(pattern: list, json: list, values: dict) -> bool:
    rest = list(json)
    for part in pattern:
        if isinstance(part, Each):
            _read_each(part, rest, values)
        elif _read_first(part, rest, values):
            del rest[0]
        elif not isinstance(part, Maybe):
            return False
    return not rest


def _read_first(part: Json, rest: list, values: dict) -> bool:
    tried = dict(values)
    return bool(rest) and _read(part, rest[0], tried) and _keep(values, tried)


def _read_each(part: Each, rest: list, values: dict) -> None:
    """Takes the items from the beginning of the rest."""
    items = values.setdefault(part.name, [])
    while rest:
        shared = {name: values[name] for name in part.shared if name in values}
        item = dict(shared)
        if not _read(part.pattern, rest[0], item):
            return
        values.update({name: item.pop(name) for name in part.shared if name in item})
        items.append(_empty(parts_of_item(part)) | item)
        del rest[0]


def _keep(values: dict, tried: dict) -> bool:
    values.update(tried)
    return True
