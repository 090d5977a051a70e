"""The form of a whole tree: groups and conditions on a page, read back into a tree.

Each group and condition has a place, `n-0-2` for the third part of the first part of the root, and its
fields carry that place as their prefix. A button's value names an act and a place: `remove:n-0-2`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.models import Tag
from segments import tree
from segments.errors import InvalidTree
from segments.forms import FORMS, JsonLeaf, LeafForm, event_choices, form_for
from segments.services import Counted
from segments.tree import MAX_NODES, Json
from segments.types.customers import ATTRIBUTE

ROOT = "n"
ALL, ANY, NONE = "all", "any", "none"
GROUPS = [
    (ALL, gettext_lazy("all of these")),
    (ANY, gettext_lazy("at least one of these")),
    (NONE, gettext_lazy("none of these")),
]


class Incomplete(Exception):
    """A condition is not yet filled in; its form says what is missing."""


@dataclass
class Condition:
    """A leaf, as far as it is filled in."""

    type: str
    values: dict
    form: LeafForm = field(init=False)
    path: str = ""  # in the tree, as segments/tree.py names it
    place: str = ""
    count: int | None = None
    problem: str = ""

    def as_json(self) -> Json:
        if not self.form.is_valid():
            raise Incomplete
        return self.form.leaf()

    def spread(self, place: str, path: str, choices: dict) -> None:
        self.place, self.path = place, path
        data = {f"{place}-{name}": value for name, value in self.values.items()}
        self.form = FORMS[self.type](data, prefix=place, choices=choices)


@dataclass
class Group:
    kind: str = ALL
    parts: list["Group | Condition"] = field(default_factory=list)
    path: str = ""
    place: str = ROOT
    count: int | None = None
    problem: str = ""
    is_group = True

    def as_json(self) -> Json:
        parts = [part.as_json() for part in self.parts]
        return {"not": {"any": parts}} if self.kind == NONE else {self.kind: parts}

    def spread(self, place: str, path: str, choices: dict) -> None:
        """Give every part its place, its path and its form."""
        self.place, self.path = place, path
        step = "not.any" if self.kind == NONE else self.kind
        for index, part in enumerate(self.parts):
            part.spread(f"{place}-{index}", f"{path}.{step}[{index}]".removeprefix("."), choices)

    def walk(self) -> Iterator["Group | Condition"]:
        yield self
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.walk()
            else:
                yield part


@dataclass
class Draft:
    """The conditions on the page: as a form (`root`), or as JSON (`text`)."""

    root: Group | None
    text: str = ""

    def tree(self) -> Json:
        """Raises Incomplete, and InvalidTree for a text that is not JSON."""
        return self.root.as_json() if self.root else _loaded(self.text)

    def note(self, counted: Counted) -> None:
        """Show beside every part how many are in it."""
        for part in self.root.walk() if self.root else ():
            part.count = counted.parts.get(part.path)

    def blame(self, error: InvalidTree) -> None:
        """Show the problem at the innermost part that it names."""
        named = [part for part in self.root.walk() if error.path.startswith(part.path)] if self.root else []
        if named:
            max(named, key=lambda part: len(part.path)).problem = error.message


def of_tree(raw: Json) -> Draft:
    """The page of a saved tree; a single leaf stands in a group of its own."""
    return Draft(_spread(_grouped(_of_node(raw))))


def of_form(data: Mapping[str, str]) -> Draft:
    """What was sent, after the act of the button that was pressed, if any.

    The acts are `add` and `remove` with a place, `json` and `form` to go over to the other way of writing.
    """
    act, _colon, place = data.get("do", "").partition(":")
    if "json" in data:
        return _as_form(data["json"]) if act == "form" else Draft(None, data["json"])
    root = _grouped(_read(data, ROOT))
    groups = {where: node for where, node in _places(root, ROOT) if isinstance(node, Group)}
    above, _dash, index = place.rpartition("-")
    if act == "add" and place in groups:
        groups[place].parts.append(_new(data.get(f"{place}-new", "")))
    if act == "remove" and above in groups and index.isdecimal():
        del groups[above].parts[int(index) : int(index) + 1]
    return _as_json(_spread(root)) if act == "json" else Draft(_spread(root))


def _as_form(text: str) -> Draft:
    """The same conditions as a form; as they are while they cannot be read."""
    try:
        raw = _loaded(text)
        tree.parse(raw)
    except InvalidTree:
        return Draft(None, text)
    return of_tree(raw)


def _as_json(root: Group) -> Draft:
    """The same conditions as JSON; as they are while one is not filled in."""
    try:
        return Draft(None, json.dumps(root.as_json(), ensure_ascii=False, indent=2))
    except Incomplete:
        return Draft(root)


def _loaded(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidTree(_("is not JSON: %(reason)s") % {"reason": error}) from error


def kinds() -> list[tuple[str, str | Promise]]:
    """What can be added: every condition that has a form, and a group."""
    return [
        *((name, form.label) for name, form in FORMS.items() if name),
        ("group", _("Group")),
        ("", JsonLeaf.label),
    ]


def _new(kind: str) -> Group | Condition:
    if kind == "group":
        return Group(kind=ANY)
    form = FORMS.get(kind, JsonLeaf)
    return Condition(form.type, dict(form.new))


def _grouped(node: Group | Condition) -> Group:
    return node if isinstance(node, Group) else Group(parts=[node])


def _of_node(raw: Json) -> Group | Condition:
    if "all" in raw or "any" in raw:
        kind = ALL if "all" in raw else ANY
        return Group(kind, [_of_node(part) for part in raw[kind]])
    if "not" in raw:
        below = raw["not"]
        return Group(NONE, [_of_node(part) for part in below.get("any", [below])])
    form = form_for(raw)
    return Condition(form.type, form.values_of(raw))


def _read(data: Mapping[str, str], place: str, left: list[int] | None = None) -> Group | Condition:
    """The part at a place; `left` counts down how many parts may still come."""
    left = left or [MAX_NODES]
    left[0] -= 1
    kind = data.get(f"{place}-kind", ALL)
    if kind in dict(GROUPS):
        size = data.get(f"{place}-size", "")
        parts = range(min(int(size) if size.isdecimal() else 0, MAX_NODES))
        return Group(kind, [_read(data, f"{place}-{index}", left) for index in parts if left[0] > 0])
    form = FORMS.get(kind, JsonLeaf)
    values = {name: data[f"{place}-{name}"] for name in form.base_fields if f"{place}-{name}" in data}
    return Condition(form.type, values)


def _places(node: Group | Condition, place: str) -> Iterator[tuple[str, Group | Condition]]:
    yield place, node
    for index, part in enumerate(getattr(node, "parts", [])):
        yield from _places(part, f"{place}-{index}")


def _spread(root: Group) -> Group:
    root.spread(ROOT, "", _choices(root))
    return root


def _choices(root: Group) -> dict[str, list]:
    """Options of the fields: what the client has, and what the tree already says."""
    conditions = [part for part in root.walk() if isinstance(part, Condition)]
    said = {str(part.values["field"]) for part in conditions if "field" in part.values}
    events = {str(part.values["event"]) for part in conditions if "event" in part.values}
    fields = {"number": _("Customer number"), "name": _("Name"), "birthday": _("Birthday")}
    attributes = {name for name in said if name.startswith(ATTRIBUTE)} | set(_attributes())
    return {
        "tag": [("", _("Choose a tag")), *Tag.objects.values_list("pk", "name")],
        "event": event_choices(events),
        "field": [*fields.items(), *((name, name.removeprefix(ATTRIBUTE)) for name in sorted(attributes))],
    }


def _attributes() -> list[str]:
    """Attributes that the newest customers have; those of all would mean to read them all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT jsonb_object_keys(attributes)
               FROM (SELECT attributes FROM customers_customer ORDER BY id DESC LIMIT 1000) AS newest
               WHERE jsonb_typeof(attributes) = 'object'"""
        )
        return [f"{ATTRIBUTE}{name}" for (name,) in cursor.fetchall()]
