"""Where in a flow's JSON rows are named. It is read as it comes, so nothing is taken for granted."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from library.media import known
from scenarios.flow.base import joined

# By type of step, trigger or leaf: the values that name rows, and their kinds.
STEPS = {
    "tag": {"add": "tag", "remove": "tag"},
    "field": {"field": "field"},
    "menu": {"menu": "menu"},
    "scenario": {"scenario": "scenario"},
    "reward": {"coupon": "own_coupon", "lottery": "lottery", "points": "point_campaign"},
    "notify": {"users": "user"},
}
TRIGGERS = {
    "tag": {"tag": "tag", "tags": "tag"},
    "friend_added": {"route": "route", "routes": "route"},
    "segment": {"segment": "segment"},
}
LEAVES = {
    "tag": {"tag": "tag"},
    "list": {"list": "list"},
    "segment": {"segment": "segment"},
    "route": {"route": "route"},
    "line_audience": {"audience": "audience"},
    "clicked": {"broadcast": "broadcast"},
    "not_clicked": {"broadcast": "broadcast"},
    "opened": {"broadcast": "broadcast"},
    "received": {"broadcast": "broadcast"},
    "coupon": {"coupon": "own_coupon"},
    "drew": {"lottery": "lottery", "prize": "prize"},
    "point_campaign": {"campaign": "point_campaign"},
    "has_invited": {"programme": "referral_programme"},
    "was_invited": {"programme": "referral_programme"},
    "survey": {"survey": "survey"},
    "survey_answer": {"survey": "survey"},
    "scenario_clicked": {"scenario": "scenario"},
    "touchpoint": {"class": "touchpoint_class"},
}
# Before the key of a field, where one value may be of several sorts.
PREFIXES = {
    "fields.": "field",
    "friend.": "field",
    "attributes.": "customer_field",
    "customer.": "customer_field",
}
# By the first word of a variable that is each friend's own address (`friends/personal.py`).
PAGES = {
    "coupon": "own_coupon",
    "lottery": "lottery",
    "points": "point_campaign",
    "survey": "survey",
    "referral": "referral_programme",
}
# `{{coupon.3}}` in a flow, `{{coupon.$"Winter sale"}}` in a file: the name as JSON writes it.
SPACE = r"[ \u3000]*"
NUMBER, NAME = r"[1-9][0-9]{0,9}", r'\$"(?:[^"\\]|\\.)*"'
VARIABLE = re.compile(rf"(?<=\{{\{{)({SPACE})({'|'.join(PAGES)})\.({NUMBER}|{NAME})(?={SPACE}(?:\||\}}\}}))")
MOST = 2**31  # numbers of rows are less
TAP = "tap:"
NO_TEXTS = {"id", "type", "ways", "paths"}  # of a step
MORE = {"$of", "$size"}  # what a name says besides: of what sort the field is, which size of the file
NAMES = {"field", "customer_field"}  # kinds whose key is a name that may stand as it is


@dataclass
class Place:
    """A value that names a row: `holder[at]`, behind `prefix`."""

    holder: Any
    at: Any
    kind: str
    path: str
    prefix: str = ""

    @property
    def value(self) -> Any:
        return self.holder[self.at]

    @property
    def key(self) -> object:
        """By what the flow knows the row."""
        return self.value.removeprefix(self.prefix) if isinstance(self.value, str) else self.value

    @property
    def example(self) -> str:
        """How a file has to name it."""
        return f'{{"${self.kind}": "…"}}'

    def put(self, value: Any) -> None:
        self.holder[self.at] = f"{self.prefix}{value}" if isinstance(value, str) else value

    def say(self, said: dict[str, Any]) -> None:
        """Put the name there, as files have it: `{"$tag": "VIP"}`."""
        self.holder[self.at] = said


@dataclass
class Variable(Place):
    """A row that variables of one text name, all those that are written alike."""

    word: str = ""
    written: str = ""  # behind the word and its dot

    @property
    def value(self) -> Any:
        if not self.written.startswith("$"):
            return int(self.written)
        try:
            return {f"${self.kind}": orjson.loads(self.written[1:])}
        except ValueError:
            return None

    @property
    def example(self) -> str:
        return f'{{{{{self.word}.$"…"}}}}'

    def put(self, value: Any) -> None:
        self._rewrite(f"{value}")

    def say(self, said: dict[str, Any]) -> None:
        self._rewrite("$" + json.dumps(said[f"${self.kind}"], ensure_ascii=False))

    def _rewrite(self, behind: str) -> None:
        def one(found: re.Match[str]) -> str:
            is_it = found[2] == self.word and found[3] == self.written
            return f"{found[1]}{self.word}.{behind}" if is_it else found[0]

        text = self.holder[self.at]
        if isinstance(text, str):  # an address of a file that is named by now has no room for more
            self.holder[self.at] = VARIABLE.sub(one, text)


def of(flow: object) -> Iterator[Place]:
    """All of them, in the order in which they stand."""
    if isinstance(flow, dict):
        yield from _of_trigger(flow.get("trigger"))
        yield from _of_tree(flow.get("condition"), "condition")
        yield from _of_steps(flow.get("steps"), "steps")


def ref(value: object) -> tuple[str, str] | None:
    """Kind and name, if this is how a file names a row: `{"$tag": "VIP"}`."""
    if not isinstance(value, dict):
        return None
    named = [(key[1:], name) for key, name in value.items() if key.startswith("$") and key not in MORE]
    return named[0] if len(named) == 1 and isinstance(named[0][1], str) else None


def left(value: object, path: str = "") -> Iterator[str]:
    """Paths of all that looks like a row named in a file."""
    if isinstance(value, dict):
        if any(str(key).startswith("$") for key in value):
            yield path
        for key, inner in value.items():
            yield from left(inner, joined(path, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from left(inner, f"{path}[{place}]")


def _of_trigger(trigger: object) -> Iterator[Place]:
    if isinstance(trigger, dict):
        yield from _named(trigger, TRIGGERS, "trigger")
        yield from _prefixed(trigger, "field", "trigger")
        for name in ("tree", "condition"):
            yield from _of_tree(trigger.get(name), f"trigger.{name}")


def _of_steps(steps: object, path: str) -> Iterator[Place]:
    for place, step in enumerate(steps if isinstance(steps, list) else []):
        if isinstance(step, dict):
            yield from _of_step(step, f"{path}[{place}]")


def _of_step(step: dict, path: str) -> Iterator[Place]:
    yield from _named(step, STEPS, path)
    if step.get("type") == "wait":
        yield from _prefixed(step.get("date"), "field", f"{path}.date")
    if step.get("type") == "branch":
        for place, way in enumerate(_list(step.get("paths"))):
            tree = way.get("when") if isinstance(way, dict) else None
            yield from _of_tree(tree, f"{path}.paths[{place}].when")
    yield from _of_message(step.get("messages"), f"{path}.messages")
    for name in step:
        if name not in NO_TEXTS:
            yield from _of_texts(step, name, joined(path, str(name)))
    ways = step.get("ways")
    for key, steps in ways.items() if isinstance(ways, dict) else ():
        yield from _of_steps(steps, f"{path}.ways.{key}")


def _of_tree(tree: object, path: str) -> Iterator[Place]:
    if not isinstance(tree, dict):
        return
    if "type" in tree:
        yield from _named(tree, LEAVES, path)
        yield from _prefixed(tree, "field", path)
        return
    yield from _of_tree(tree.get("not"), f"{path}.not")
    for group in ("all", "any"):
        for place, part in enumerate(_list(tree.get(group))):
            yield from _of_tree(part, f"{path}.{group}[{place}]")


def _of_message(value: object, path: str) -> Iterator[Place]:
    """Tap actions, coupons and files of the library, wherever in messages they stand."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _of_value(value, place, f"{path}[{place}]")
            yield from _of_message(inner, f"{path}[{place}]")
    elif isinstance(value, dict) and ref(value) is None:
        for name, inner in value.items():
            yield from _of_value(value, name, f"{path}.{name}")
            yield from _of_message(inner, f"{path}.{name}")


def _of_texts(holder: Any, at: Any, path: str) -> Iterator[Place]:
    """Variables of all texts below a value."""
    value = holder[at]
    if isinstance(value, str):
        found = dict.fromkeys((match[2], match[3]) for match in VARIABLE.finditer(value))
        variables = (Variable(holder, at, PAGES[word], path, "", word, written) for word, written in found)
        yield from (each for each in variables if not isinstance(each.value, int) or each.value < MOST)
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from _of_texts(value, place, f"{path}[{place}]")
    elif isinstance(value, dict) and ref(value) is None:
        for name in value:
            yield from _of_texts(value, name, joined(path, str(name)))


def _of_value(holder: Any, at: Any, path: str) -> Iterator[Place]:
    value, named = holder[at], ref(holder[at])
    if named and named[0] in {"tap", "coupon", "media"}:
        yield Place(holder, at, named[0], path, TAP if named[0] == "tap" else "")
    elif isinstance(value, str) and at == "data" and value.startswith(TAP):
        yield Place(holder, at, "tap", path, TAP)
    elif isinstance(value, str) and at == "couponId":
        yield Place(holder, at, "coupon", path)
    elif isinstance(value, str) and "/media/" in value and known(value):
        yield Place(holder, at, "media", path)


def _named(part: dict, tables: dict[str, dict[str, str]], path: str) -> Iterator[Place]:
    type_ = part.get("type")
    for name, kind in tables.get(type_, {}).items() if isinstance(type_, str) else ():
        value = part.get(name)
        if isinstance(value, list):
            yield from (Place(value, at, kind, f"{path}.{name}[{at}]") for at in range(len(value)))
        elif value is not None and (isinstance(value, int | dict) or kind in {"field", "menu"}):
            yield Place(part, name, kind, f"{path}.{name}")


def _prefixed(part: object, name: str, path: str) -> Iterator[Place]:
    """A field of friends or customers, as `fields.shop`; in a file the kind says which prefix it had."""
    value = part.get(name) if isinstance(part, dict) else None
    if (named := ref(value)) and isinstance(value, dict):
        of = value.get("$of")
        if isinstance(of, str) and PREFIXES.get(of) == named[0]:
            yield Place(part, name, named[0], f"{path}.{name}", of)
    for prefix, kind in PREFIXES.items():
        if isinstance(value, str) and value.startswith(prefix):
            yield Place(part, name, kind, f"{path}.{name}", prefix)


def _list(value: object) -> list:
    return value if isinstance(value, list) else []
