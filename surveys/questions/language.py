"""Questions as they stand in JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

END, OTHER = "end", "other"
MOST_QUESTIONS, MOST_OPTIONS, LONGEST_ID = 60, 60, 20
WIDEST_SCALE = 10  # from its lowest number to its highest
LONGEST_TITLE, LONGEST_HELP, LONGEST_WORDS = 200, 300, 60


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. `picture` is a file of the library, `tag` is put on who chooses it, `next` is the
    id of the question that follows, or END; "" is what the question says.
    """

    id: str
    words: str = ""
    picture: int | None = None
    tag: int | None = None
    next: str = ""


@dataclass(frozen=True)
class Question:
    """One question. Which values mean something depends on its type (`surveys/questions/types.py`).

    `other` adds an option with a text of one's own; `least` and `most` say how many may be chosen; `low` and
    `high` are the ends of a scale; `is_long` and `longest` are of a text; `earliest` and `latest` of a date
    (ISO 8601); `field` is the friend's field that takes the answer.
    """

    id: str
    type: str
    title: str = ""
    help: str = ""
    is_required: bool = field(default=False, metadata={"name": "required"})
    options: tuple[Option, ...] = ()
    is_shuffled: bool = field(default=False, metadata={"name": "shuffled"})
    has_other: bool = field(default=False, metadata={"name": "other"})
    least: int | None = None
    most: int | None = None
    low: int = 1
    high: int = 5
    low_words: str = ""
    high_words: str = ""
    is_long: bool = field(default=False, metadata={"name": "long"})
    longest: int | None = None
    earliest: str = ""
    latest: str = ""
    field: int | None = None
    next: str = ""

    @property
    def numbers(self) -> range:
        """What can be chosen on a scale; of one that is not right yet, no more than of the widest."""
        return range(self.low, min(self.high, self.low + WIDEST_SCALE) + 1)

    def option(self, number: str) -> Option | None:
        return next((each for each in self.options if each.id == number), None)


_NAMES = {each.metadata.get("name", each.name): each for each in fields(Question)}
_OF_OPTION = {each.name: each for each in fields(Option)}
_KINDS: dict[str, type | tuple] = {
    "str": str,
    "bool": bool,
    "int": int,
    "int | None": (int, type(None)),
}


class Unreadable(ValueError):
    """JSON that is no list of questions; the message names the place, in English: for programs."""


def read(raw: object) -> list[Question]:
    """The questions of a list of JSON objects, however incomplete. Raises Unreadable for another shape."""
    if not isinstance(raw, list) or len(raw) > MOST_QUESTIONS:
        raise Unreadable(f"questions: a list of at most {MOST_QUESTIONS} is expected")
    return [_question(each, f"questions[{place}]") for place, each in enumerate(raw)]


def written(questions: Iterable[Question]) -> list[dict]:
    """The JSON of questions: what is as usual is left out."""
    return [_written(each, _NAMES) for each in questions]


def _question(raw: object, path: str) -> Question:
    if isinstance(raw, dict) and "type" not in raw:
        raise Unreadable(f"{path}.type: one is expected")
    values = _values(raw, _NAMES, path, but="options")
    options = raw.get("options", []) if isinstance(raw, dict) else []
    if not isinstance(options, list) or len(options) > MOST_OPTIONS:
        raise Unreadable(f"{path}.options: a list of at most {MOST_OPTIONS} is expected")
    read_options = tuple(
        Option(**_values(each, _OF_OPTION, f"{path}.options[{place}]")) for place, each in enumerate(options)
    )
    return Question(**values, options=read_options)


def _values(raw: object, known: dict[str, Any], path: str, *, but: str = "") -> dict[str, Any]:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise Unreadable(f"{path}: an object with an id is expected")
    if unknown := sorted(raw.keys() - known.keys()):
        raise Unreadable(f"{path}.{unknown[0]}: there is no such value")
    values = {}
    for name, value in raw.items():
        if name != but:
            _check_kind(value, known[name].type, f"{path}.{name}")
            values[known[name].name] = value
    return values


def _check_kind(value: object, kind: Any, path: str) -> None:
    expected = _KINDS[kind if isinstance(kind, str) else kind.__name__] if kind in _KINDS else _plain(kind)
    is_flag = isinstance(value, bool)
    if not isinstance(value, expected) or (is_flag and expected is not bool):
        raise Unreadable(f"{path}: another kind of value is expected")
    if isinstance(value, str) and "\0" in value:
        raise Unreadable(f"{path}: a text without control characters is expected")


def _plain(kind: Any) -> Any:
    return kind if isinstance(kind, type) else (int, type(None))


def _written(row: Question | Option, known: dict[str, Any]) -> dict:
    said = {}
    for name, each in known.items():
        value = getattr(row, each.name)
        if name == "options":
            value = [_written(option, _OF_OPTION) for option in value]
        if name in ("id", "type") or value != each.default and value not in ([], ()):
            said[name] = value
    return said
