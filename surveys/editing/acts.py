"""What the buttons of the editor do to the questions: pure functions on their JSON.

An act is `name`, or `name:place`, or `name:place:more`; one that does not fit changes nothing.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from accounts.paging import key
from surveys.questions import types
from surveys.questions.language import MOST_OPTIONS, MOST_QUESTIONS
from surveys.questions.paths import END

FRESH: dict[str, dict] = {"scale": {"low": 1, "high": 5}}


@dataclass
class Page:
    """The questions, what was removed last, and the place of the question that is looked at."""

    questions: list[dict]
    removed: dict = field(default_factory=dict)
    at: int = 0

    def has(self, place: int) -> bool:
        return 0 <= place < len(self.questions)


def done(page: Page, act: str) -> Page:
    """The page after an act."""
    name, _colon, rest = act.partition(":")
    parts = rest.split(":") if rest else []
    numbers = [number for each in parts if (number := key(each)) is not None]
    if name == "add" and parts:
        _add(page, parts[0])
    elif name == "undo":
        _undo(page)
    elif name in _ACTS and numbers and len(numbers) == len(parts) and page.has(numbers[0]):
        _ACTS[name](page, numbers[0], numbers[1:])
    page.at = max(0, min(page.at, len(page.questions) - 1))
    return page


def free_id(taken: set[str], begin: str) -> str:
    """`q7`: the first with this beginning that nothing has."""
    number = 1
    while f"{begin}{number}" in taken:
        number += 1
    return f"{begin}{number}"


def _add(page: Page, type_: str) -> None:
    if len(page.questions) >= MOST_QUESTIONS or not types.known(type_):
        return
    number = free_id(_ids(page), "q")
    options = [{"id": "a1"}, {"id": "a2"}] if types.all_types() and _has_options(type_) else []
    fresh = {"id": number, "type": type_, "required": True} | FRESH.get(type_, {})
    page.questions.append(fresh | ({"options": options} if options else {}))
    page.at = len(page.questions) - 1


def _remove(page: Page, place: int, _more: list[int]) -> None:
    page.removed = {"place": place, "question": page.questions.pop(place)}
    page.at = place


def _undo(page: Page) -> None:
    """What was removed last stands where it stood, under its id."""
    question = page.removed.get("question")
    if question and len(page.questions) < MOST_QUESTIONS and question.get("id") not in _ids(page):
        place = min(page.removed["place"], len(page.questions))
        page.questions.insert(place, question)
        page.at = place
    page.removed = {}


def _copy(page: Page, place: int, _more: list[int]) -> None:
    if len(page.questions) < MOST_QUESTIONS:
        copied = deepcopy(page.questions[place]) | {"id": free_id(_ids(page), "q")}
        page.questions.insert(place + 1, copied)
        page.at = place + 1


def _up(page: Page, place: int, _more: list[int]) -> None:
    _move(page, place, [place - 1])


def _down(page: Page, place: int, _more: list[int]) -> None:
    _move(page, place, [place + 1])


def _move(page: Page, place: int, more: list[int]) -> None:
    """To a place of those that are there without it. Jumps that would lead back are taken off."""
    if more and page.has(more[0]):
        page.questions.insert(more[0], page.questions.pop(place))
        page.at = more[0]
        _mend_jumps(page.questions)


def _add_option(page: Page, place: int, _more: list[int]) -> None:
    options = page.questions[place].setdefault("options", [])
    if len(options) < MOST_OPTIONS:
        options.append({"id": free_id({each["id"] for each in options}, "a")})
    page.at = place


def _remove_option(page: Page, place: int, more: list[int]) -> None:
    options = page.questions[place].get("options", [])
    if more and more[0] < len(options):
        options.pop(more[0])
    page.at = place


def _move_option(page: Page, place: int, more: list[int]) -> None:
    options = page.questions[place].get("options", [])
    if len(more) == 2 and max(more) < len(options):
        options.insert(more[1], options.pop(more[0]))
    page.at = place


_ACTS: dict[str, Callable[[Page, int, list[int]], None]] = {
    "remove": _remove,
    "copy": _copy,
    "up": _up,
    "down": _down,
    "move": _move,
    "option": _add_option,
    "less": _remove_option,
    "swap": _move_option,
}


def _mend_jumps(questions: list[dict]) -> None:
    for place, question in enumerate(questions):
        later = {each["id"] for each in questions[place + 1 :]} | {END}
        for row in [question, *question.get("options", [])]:
            if row.get("next") and row["next"] not in later:
                row.pop("next")


def _has_options(type_: str) -> bool:
    return any(each.name == type_ and each.has_options for each in types.all_types())


def _ids(page: Page) -> set[str]:
    return {each["id"] for each in page.questions}
