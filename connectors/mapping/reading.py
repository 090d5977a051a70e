"""A body read by a mapping: the rows that come of it, and what could not be read, by field."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from connectors.errors import Unfit
from connectors.mapping import paths, values
from connectors.mapping.targets import TARGETS, Target

MOST_ROWS = 200
TOO_MANY = gettext_noop("The body makes more than %(most)s rows. Have the cart send fewer at once.")


@dataclass
class Mapped:
    """What one rule makes of one thing in a body. With faults, nothing of it is to be written."""

    to: str
    row: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


def kind_of(mapping: dict[str, Any], body: Any) -> str:
    """Which kind of news a body is; empty if the mapping does not ask."""
    if not mapping.get("kind"):
        return ""
    try:
        return str(_value(mapping["kind"], body, "text") or "")
    except (paths.Missing, values.Unreadable):
        return ""


def read(mapping: dict[str, Any], body: Any) -> list[Mapped]:
    """What each rule that fits makes of the body; none if no rule fits. The mapping is sound.

    Raises Unfit for a body of more than MOST_ROWS: to take over some of it would lose the rest.
    """
    kind = kind_of(mapping, body)
    found: list[Mapped] = []
    for rule in mapping["rules"]:
        if not rule.get("when") or kind in rule["when"]:
            found += [_row(rule, thing) for thing in _things(rule, body)]
    if len(found) > MOST_ROWS:
        raise Unfit(TOO_MANY, most=MOST_ROWS)
    return found


def _things(rule: dict[str, Any], body: Any) -> list[Any]:
    if not rule.get("each"):
        return [body]
    try:
        return paths.each(body, rule["each"])
    except paths.Missing:
        return []


def _row(rule: dict[str, Any], thing: Any) -> Mapped:
    target = TARGETS[rule["to"]]
    mapped = Mapped(target.name)
    for name, source in rule["fields"].items():
        if not name.startswith("lines."):
            _put(mapped, target, name, source, thing)
    if any(name.startswith("lines.") for name in rule["fields"]):
        _put_lines(mapped, target, rule["fields"], thing)
    missing = [name for name in target.needed if not mapped.row.get(name)]
    known = {name for name, _why in mapped.faults}
    mapped.faults += [(name, _("is missing")) for name in missing if name not in known]
    return mapped


def _put(mapped: Mapped, target: Target, name: str, source: Any, thing: Any) -> None:
    """A field that is not in the body stays as it is; so does one that is empty."""
    try:
        found = _value(source, thing, target.way(name) or "text")
    except paths.Missing:
        return
    except values.Unreadable as error:
        mapped.faults.append((name, str(error)))
        return
    prefix, dot, inner = name.partition(".")
    if dot and found is not None:
        mapped.row.setdefault(prefix, {})[inner] = found
    elif found is not None:
        mapped.row[name] = found


def _put_lines(mapped: Mapped, target: Target, fields: dict[str, Any], thing: Any) -> None:
    sources = {name: source for name, source in fields.items() if name.startswith("lines.")}
    whole = next(path for source in sources.values() if "[]" in (path := _path(source)))
    try:
        elements = paths.each(thing, paths.split(whole)[0])
    except paths.Missing:
        return
    mapped.row["lines"] = []
    for place, element in enumerate(elements):
        line = Mapped(target.name)
        for name, source in sources.items():
            _put(line, target, name, _within(source), element)
        mapped.row["lines"].append(line.row.get("lines", {}))
        mapped.faults += [(f"{name}[{place}]", why) for name, why in line.faults]


def _path(source: Any) -> str:
    return source.get("path", "") if isinstance(source, dict) else source


def _within(source: Any) -> Any:
    """The source as seen from an element of the list."""
    if "[]" not in _path(source):
        return source
    if not isinstance(source, dict):
        return _inner(source)
    inner: dict[str, Any] = {"path": _inner(source["path"])}
    if "times" in source:
        inner["times"] = _inner(source["times"])
    if "and" in source:
        inner["and"] = [_inner(path) for path in source["and"]]
    return source | inner


def _inner(path: str) -> str:
    return paths.split(path)[1] if "[]" in path else path


def _value(source: Any, thing: Any, way: str) -> Any:
    """Raises Missing, Unreadable."""
    if not isinstance(source, dict):
        source = {"path": source}
    if "value" in source:
        return source["value"]
    found = paths.value(thing, source["path"]) if source["path"] else thing
    if "table" in source:
        found = values.look_up(found, source["table"], source.get("else"))
    read = values.read(found, source.get("as", way), source.get("format", ""))
    if "and" in source and read is not None:
        read = values.join(read, [_or_nothing(thing, path) for path in source["and"]])
    if "times" in source and read is not None:
        read = values.multiply(read, paths.value(thing, source["times"]))
    return read


def _or_nothing(thing: Any, path: str) -> Any:
    try:
        return paths.value(thing, path)
    except paths.Missing:
        return None
