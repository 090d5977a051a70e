"""A tree of conditions as it stands on the page: groups and conditions, read from a form and shown again.

Each has a place, `n-0-2` for the third part of the first part of the root, and its fields carry that place
as their prefix. A condition is closed, when it is its sentence and one hidden field with its JSON, or open,
when it has the fields of its type; one that has no fields, or says what they cannot, is open as JSON.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import leaves, tree
from segments.building.controls.base import Asked, Blank, Options, Shown, whole
from segments.building.controls.several import RecordControl
from segments.errors import InvalidTree
from segments.kinds import Record, Unfit
from segments.leaves import Leaf
from segments.services import Looked
from segments.tree import MAX_DEPTH, MAX_NODES, All, AnyOf, Json, Node, Not

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from segments.building.controls.base import Texts
    from segments.building.controls.several import Listed

ROOT = "n"
ALL, ANY, NONE = "all", "any", "none"
GROUPS = [
    (ALL, gettext_lazy("all of these")),
    (ANY, gettext_lazy("at least one of these")),
    (NONE, gettext_lazy("none of these")),
]
CLOSED, JSON = "leaf", "json"  # in the place of a type: how else a condition may stand in a form


class Incomplete(Exception):
    """A condition is not yet filled in; its form says what is missing."""


@dataclass(kw_only=True)
class Placed:
    """What groups and conditions have in common."""

    place: str = ROOT
    path: str | None = None  # in the tree that is counted; None while it does not count
    count: int | None = None
    change: int = 0  # friends whom it adds to the whole, or, below zero, removes
    has_focus: bool = False
    begins_in_fields: bool = False

    @property
    def removes(self) -> int:
        return -self.change


@dataclass
class Condition(Placed):
    """A leaf on the page. `read` makes of its texts what it says, or what is wrong with it."""

    kind: str  # CLOSED, JSON, or the type whose form is open
    texts: "Texts" = ""
    raw: Json | None = None
    leaf: Leaf | None = None
    is_blank: bool = False
    problems: dict[str, str] = field(default_factory=dict)
    words: str = ""
    shown: Shown | None = None
    is_group = False

    @property
    def is_open(self) -> bool:
        return self.kind != CLOSED

    @property
    def type(self) -> type[Leaf] | None:
        name = self.kind if self.kind not in (CLOSED, JSON) else str((self.raw or {}).get("type"))
        return leaves.types().get(name)

    @property
    def label(self) -> "StrOrPromise":
        """The name of its type."""
        return (self.type and self.type.label) or gettext_lazy("Other (JSON)")

    @property
    def is_platform(self) -> bool:
        return self.leaf is not None and self.leaf.is_platform

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """What is wrong, or is not any more, by the name of the field."""
        return list(self.shown.complaints()) if self.shown else []

    @property
    def problem(self) -> str:
        """What is wrong and has no field of its own to stand at."""
        return self.problems.get("", "")

    def read(self, options: Options) -> None:
        self.raw = self.leaf = None
        self.is_blank, self.problems = False, {}
        try:
            self.raw = self._said(options)
            self.leaf = leaves.parse(self.raw)
        except Blank as blank:
            self.is_blank, self.problems = True, {blank.path: str(blank)}
        except Unfit as problem:
            self.problems = {problem.path: str(problem)}
        except InvalidTree as error:
            self.problems = {"": error.message}

    def _said(self, options: Options) -> Json:
        if self.kind in (CLOSED, JSON):
            return _loaded_leaf(str(self.texts))
        return {"type": self.kind} | self.form(options).mean(self.texts)[0]

    def form(self, options: Options) -> RecordControl:
        return form_of(leaves.types()[self.kind], options)

    def show(self, options: Options, *, with_blanks: bool) -> None:
        """Make the fields, if it is open. While it is being filled in, a blank is no complaint."""
        if self.kind in leaves.types():
            problems = self.problems if with_blanks or not self.is_blank else {}
            self.shown = self.form(options).show(self.texts, self.place, problems)
            self.shown.first.has_focus = self.begins_in_fields

    def rows(self, name: str, options: Options) -> "Listed | None":
        """The list of this name among its values; `a-0-b` for one inside of another."""
        if self.kind not in leaves.types():
            return None
        return self.form(options).rows(self.texts, name)

    def settle(self, options: Options) -> None:
        """Let go of what was said for another choice."""
        if self.kind in leaves.types():
            self.texts = self.form(options).settled(self.texts)

    def open(self, options: Options) -> None:
        """Show the fields of its type, if these can say what it says; otherwise its JSON."""
        if self.raw is None:
            self.read(options)
        if self.leaf is None:
            self.kind = JSON
            return
        form = form_of(type(self.leaf), options)
        values = {name: value for name, value in self.leaf.as_json().items() if name != "type"}
        texts = form.spell(values)
        if form.says(texts, values):
            self.kind, self.texts = self.leaf.type, texts
        else:
            self.kind, self.texts = JSON, _dumped(self.leaf.as_json())

    def close(self) -> None:
        """Show the sentence only. One that says nothing yet stays open."""
        if self.raw is not None and self.leaf is not None:
            self.kind, self.texts = CLOSED, _dumped(self.raw)

    def copy(self) -> "Condition":
        return Condition(self.kind, json.loads(json.dumps(self.texts)))


@dataclass
class Group(Placed):
    kind: str = ALL
    parts: list["Group | Condition"] = field(default_factory=list)
    problem: str = ""
    is_group = True

    @property
    def is_root(self) -> bool:
        return self.place == ROOT

    def walk(self) -> Iterator["Group | Condition"]:
        yield self
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.walk()
            else:
                yield part

    def copy(self) -> "Group":
        return Group(self.kind, [part.copy() for part in self.parts])

    def as_json(self) -> Json:
        """Raises Incomplete, and InvalidTree for a condition that is wrong."""
        parts = [part.as_json() if isinstance(part, Group) else _complete(part) for part in self.parts]
        return {"not": {"any": parts}} if self.kind == NONE else {self.kind: parts}

    def node(self, path: str = "") -> Node | None:
        """What of it is complete, each part with its path in that; None if that is nothing."""
        step = "not.any" if self.kind == NONE else self.kind
        nodes: list[Node] = []
        for part in self.parts:
            here = tree.join(path, f"{step}[{len(nodes)}]")
            node = part.node(here) if isinstance(part, Group) else part.leaf
            part.path = None if node is None else here
            nodes += [] if node is None else [node]
        if not nodes and (self.parts or self.kind != ALL):
            return None
        return _joined(self.kind, tuple(nodes))


@dataclass
class Draft:
    """The conditions on the page: as groups (`root`), or as JSON (`text`)."""

    root: Group | None
    text: str = ""
    options: Options = field(default_factory=Options)
    node: Node | None = None
    problem: str = ""
    wrong_line: int = 0  # of the text, from 1
    said: str = ""  # what was just done, for those who do not see it
    adding_to: str = ""  # the group for which a condition is being chosen

    def read(self) -> None:
        """Find what is complete and what is wrong."""
        if self.root is None:
            self._read_text()
            return
        for part in self.conditions():
            part.read(self.options)
        self._place(self.root, ROOT)
        self.root.path = ""
        self.node = self.root.node()

    def conditions(self) -> list[Condition]:
        return [part for part in self.parts() if isinstance(part, Condition)]

    def parts(self) -> list[Group | Condition]:
        return list(self.root.walk()) if self.root else []

    @property
    def wrong_text(self) -> str:
        """The line that is not JSON."""
        lines = self.text.split("\n")
        return lines[self.wrong_line - 1] if 0 < self.wrong_line <= len(lines) else ""

    @property
    def is_complete(self) -> bool:
        return all(part.leaf is not None for part in self.conditions()) and not self.problem

    def tree(self) -> Json:
        """Raises Incomplete, and InvalidTree for what is wrong."""
        return self.root.as_json() if self.root else loaded(self.text)

    def say(self) -> str:
        """The sentence of what counts, and of each condition; and name what is there no more."""
        if self.node is None:
            return ""
        known = leaves.look_up(tree.leaves_of(self.node))
        for part in self.conditions():
            if part.leaf is not None:
                part.words = part.leaf.words(known[part.leaf.type])
                if gone := part.leaf.missing(known[part.leaf.type]):
                    part.problems = {"": gone}
        return tree.words(self.node, known)

    def note(self, looked: Looked) -> None:
        """Keep with every part how many are in it and what it does to the whole."""
        for part in self.parts():
            if part.path is None:
                continue
            part.count = looked.counted.parts.get(part.path)
            part.change = looked.counted.total - looked.without.get(part.path, looked.counted.total)

    def blame(self, error: InvalidTree) -> None:
        """Show the problem at the innermost part that it names."""
        self.problem = error.message
        placed = [part for part in self.parts() if part.path is not None]
        named = [part for part in placed if error.path.startswith(part.path or "")]
        if not named:
            return
        part = max(named, key=lambda part: len(part.path or ""))
        if isinstance(part, Condition):
            part.problems = {"": error.message}
        else:
            part.problem = error.message

    def show(self, *, with_blanks: bool = False) -> None:
        for part in self.conditions():
            part.show(self.options, with_blanks=with_blanks)

    def _read_text(self) -> None:
        try:
            self.node = tree.parse(loaded(self.text))
        except WrongJson as error:
            self.problem, self.wrong_line = error.message, error.line
        except InvalidTree as error:
            self.problem = error.message

    def _place(self, node: Group | Condition, place: str) -> None:
        node.place = place
        for index, part in enumerate(getattr(node, "parts", [])):
            self._place(part, f"{place}-{index}")


class WrongJson(InvalidTree):
    """A text that is not JSON, from `line` on."""

    def __init__(self, error: json.JSONDecodeError) -> None:
        self.line = error.lineno
        where = {"line": error.lineno, "column": error.colno}
        super().__init__(_("line %(line)s, column %(column)s: from here on it is not JSON") % where)


def of_tree(raw: Json) -> Draft:
    """The page of a saved tree, all conditions closed; a single leaf stands in a group of its own."""
    draft = Draft(_grouped(_of_node(raw)))
    draft.read()
    return draft


def of_form(data: QueryDict) -> Draft:
    """What was sent. Acts of buttons are not done yet: see segments/building/acts.py."""
    if data.get(JSON) is not None:
        draft = Draft(None, data.get(JSON, ""))
    else:
        options = Options()
        draft = Draft(_grouped(_gathered(data, ROOT, options, [MAX_NODES], 1)), options=options)
    draft.read()
    return draft


def form_of(type_: type[Leaf], options: Options) -> RecordControl:
    """The fields of a type of leaf."""
    return RecordControl(Asked(Record(type_), type_.label), options)


def fresh(type_: str, options: Options) -> Condition:
    """One just added, open to be filled in."""
    found = leaves.types().get(type_)
    if found is None:
        return Condition(JSON, '{"type": ""}')
    return Condition(found.type, form_of(found, options).spell(found.fresh))


@dataclass(frozen=True)
class Choice:
    """A type of condition in the menu."""

    type: str
    label: "StrOrPromise"
    hint: "StrOrPromise"


def menu() -> "list[tuple[StrOrPromise, list[Choice]]]":
    """What can be added: types by section, each section in its order."""
    sections: dict[str, list[Choice]] = {name: [] for name in leaves.GROUPS}
    for type_ in leaves.all_types():
        choice = Choice(type_.type, type_.label or type_.type, type_.hint)
        sections.setdefault(type_.group, []).append(choice)
    return [(leaves.GROUPS.get(name, ""), choices) for name, choices in sections.items() if choices]


def loaded(text: str) -> Json:
    """Raises WrongJson, and InvalidTree for what a page could not say."""
    try:
        raw = json.loads(text)
        _dumped(raw).encode()
    except json.JSONDecodeError as error:
        raise WrongJson(error) from error
    except UnicodeEncodeError as error:
        raise InvalidTree(_("has half of a character (\\ud800 to \\udfff)")) from error
    except (ValueError, RecursionError) as error:
        raise InvalidTree(_("has brackets without end, or a number of too many digits")) from error
    return raw


def _loaded_leaf(text: str) -> Json:
    raw = loaded(text)
    if not isinstance(raw, dict) or "type" not in raw:
        raise InvalidTree(_("must be an object with a type"))
    return raw


def _complete(part: Condition) -> Json:
    if part.is_blank:
        raise Incomplete
    if part.raw is None or part.leaf is None:
        raise InvalidTree(next(iter(part.problems.values()), ""))
    return part.raw


def _joined(kind: str, nodes: tuple[Node, ...]) -> Node:
    if kind == NONE:
        return Not(AnyOf(nodes))
    return All(nodes) if kind == ALL else AnyOf(nodes)


def _grouped(node: Group | Condition) -> Group:
    return node if isinstance(node, Group) else Group(parts=[node])


def _of_node(raw: Json) -> Group | Condition:
    if "all" in raw or "any" in raw:
        kind = ALL if "all" in raw else ANY
        return Group(kind, [_of_node(part) for part in raw[kind]])
    if "not" in raw:
        below = raw["not"]
        return Group(NONE, [_of_node(part) for part in below.get("any", [below])])
    return Condition(CLOSED, _dumped(raw))


def _gathered(
    data: QueryDict, place: str, options: Options, left: list[int], depth: int
) -> Group | Condition:
    """The part at a place; `left` counts down how many parts may still come."""
    left[0] -= 1
    kind = data.get(f"{place}-kind", ALL)
    if kind in dict(GROUPS):
        size = whole(data.get(f"{place}-size", "")) or 0
        places = range(min(size, MAX_NODES) if depth < MAX_DEPTH else 0)
        parts = [
            _gathered(data, f"{place}-{index}", options, left, depth + 1) for index in places if left[0] > 0
        ]
        return Group(kind, parts)
    if kind in leaves.types():
        return Condition(kind, form_of(leaves.types()[kind], options).gather(data, place))
    return Condition(kind if kind == CLOSED else JSON, data.get(f"{place}-json", ""))


def _dumped(raw: Json) -> str:
    return json.dumps(raw, ensure_ascii=False)
