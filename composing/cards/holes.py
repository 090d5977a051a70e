"""The values that cards take, and which of them a field of a form can say."""

import re
from collections.abc import Collection

from composing.cards.patterns import Hole, Json

RATIOS = ("20:13", "1:1", "4:3", "16:9", "3:4", "1.51:1", "2:1", "3:1")
SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_COLOR = re.compile(r"#[0-9a-f]{6}")
# Also one that is each person's own, with another for those who have none: `{{product.picture|https://…}}`.
_ADDRESS = re.compile(r"https?://\S+|\{\{[\w.]+\|https?://[^\s{}|]+\}\}", re.ASCII)
MOST_ADDRESS = 2000


def line(name: str) -> Hole:
    """Some words on one line."""
    return Hole(name, "line", lambda value: _is_text(value) and not {"\n", "\r"} & set(value))


def text(name: str) -> Hole:
    """Some words, perhaps on several lines."""
    return Hole(name, "text", lambda value: _is_text(value) and "\r" not in value)


def color(name: str) -> Hole:
    """As browsers write it: #06c755."""
    return Hole(name, "color", lambda value: _matches(_COLOR, value))


def picture(name: str) -> Hole:
    """The address of a picture."""
    return Hole(name, "picture", lambda value: _matches(_ADDRESS, value) and len(value) <= MOST_ADDRESS)


def choice(name: str, choices: Collection[str]) -> Hole:
    return Hole(name, "choice", lambda value: isinstance(value, str) and value in choices)


def action(name: str) -> Hole:
    """A LINE action object; the form of actions knows which it can say."""
    return Hole(name, "action", lambda value: isinstance(value, dict) and bool(value))


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value) and "\0" not in value


def _matches(form: re.Pattern, value: Json) -> bool:
    return isinstance(value, str) and bool(form.fullmatch(value))
