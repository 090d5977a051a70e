"""What the columns of a file of answers may ask, guessed from its cells, to be corrected by a person."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from friends.prefectures import find
from imports import columns, services, sheets
from imports.models import ImportRun
from surveys.incoming import cells, kinds
from surveys.questions import Option, Question, types
from surveys.questions.language import LONGEST_TITLE, LONGEST_WORDS, MOST_OPTIONS, MOST_QUESTIONS
from surveys.results.asked import DATE, PREFECTURE, SCALE, TEXT

SINGLE, MULTIPLE, NOTHING = "single", "multiple", ""
LOOKED_AT = 20_000  # rows
MOST_KEPT = 500  # different answers of one column
FEW = 20  # different answers, up to which they are taken for options
TOP, MIDDLE, WIDE = 5, 7, 10
is_number = re.compile(r"-?\d{1,3}").fullmatch
MEANINGS = [
    (NOTHING, _("Leave it out")),
    *((column.name, column.label) for column in kinds.OWN),
    *((each.name, each.label) for each in types.all_types() if each.name != "image"),
]


@dataclass
class Seen:
    """A column: its header, and how often each answer stands in it."""

    header: str
    count: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)

    def take(self, cell: str) -> None:
        if not cell:
            return
        self.count += 1
        if cell in self.cells or len(self.cells) < MOST_KEPT:
            self.cells[cell] += 1
        for part in {each.strip() for each in cells.apart(cell) if each.strip()}:
            if part in self.parts or len(self.parts) < MOST_KEPT:
                self.parts[part] += 1

    @property
    def examples(self) -> list[str]:
        return [cell for cell, _count in self.cells.most_common(3)]


def look(run: ImportRun) -> list[Seen]:
    """The columns of an uploaded file. Raises FileGone."""
    with services.opened(run) as file:
        rows = sheets.rows_of(file, run.encoding)
        _line, header = next(rows)
        seen = [Seen(name.strip()) for name in header]
        for line, row in rows:
            for place, each in enumerate(seen):
                each.take(sheets.cell(row, place))
            if line > LOOKED_AT:
                break
    return seen


def meanings(seen: Sequence[Seen]) -> list[str]:
    """What each column probably is: who answered, a type of question, or nothing."""
    known = columns.guess(kinds.NewSurveyKind(), [each.header for each in seen])
    return [own or type_of(each) for own, each in zip(known, seen, strict=True)]


def type_of(each: Seen) -> str:
    """The type of question that these answers were given to; nothing for an empty column."""
    if not each.cells:
        return NOTHING
    if all(find(cell) for cell in each.cells):
        return PREFECTURE
    if (
        all(is_number(cell) for cell in each.cells)
        and 0 <= min(_numbers(each)) <= max(_numbers(each)) <= WIDE
    ):
        return SCALE
    if all(map(_is_day, each.cells)):
        return DATE
    if _fit(each.cells) and (each.count > len(each.cells) or len(each.cells) <= 2):
        return SINGLE
    has_several = len(each.parts) < len(each.cells) and any(part not in each.cells for part in each.parts)
    return MULTIPLE if _fit(each.parts) and has_several else TEXT


def questions(seen: Sequence[Seen], chosen: Sequence[str]) -> list[Question]:
    """A question for each column that is one, with the answers of the file to choose from."""
    named = {each.name for each in types.all_types()}
    asked = [(each, meaning) for each, meaning in zip(seen, chosen, strict=True) if meaning in named]
    return [
        _question(f"q{place}", each, kind) for place, (each, kind) in enumerate(asked[:MOST_QUESTIONS], 1)
    ]


def _question(number: str, each: Seen, kind: str) -> Question:
    title = (each.header or number)[:LONGEST_TITLE]
    if kind == SCALE:
        low, high = _ends(each)
        return Question(number, kind, title, low=low, high=high)
    if kind in (SINGLE, MULTIPLE):
        options = _options(each.cells if kind == SINGLE else each.parts)
        return Question(number, kind, title, options=options, has_other=True)
    return Question(number, kind, title, is_long=kind == TEXT)


def _options(counted: Counter[str]) -> tuple[Option, ...]:
    words = dict.fromkeys(cell[:LONGEST_WORDS] for cell, _count in counted.most_common(MOST_OPTIONS - 1))
    return tuple(Option(f"o{place}", each) for place, each in enumerate(words, 1))


def _ends(each: Seen) -> tuple[int, int]:
    """From 0 to 10, or from 1 to 5, 7 or 10."""
    numbers = _numbers(each) or [1]
    if min(numbers) == 0:
        return 0, WIDE
    return 1, next(end for end in (TOP, MIDDLE, WIDE) if max(numbers) <= end or end == WIDE)


def _numbers(each: Seen) -> list[int]:
    return [int(cell) for cell in each.cells if is_number(cell)]


def _fit(words: Iterable[str]) -> bool:
    words = list(words)
    return len(words) <= FEW and all(len(word) <= LONGEST_WORDS for word in words)


def _is_day(cell: str) -> bool:
    try:
        cells.moment(cell)
    except cells.Unreadable:
        return False
    return True
