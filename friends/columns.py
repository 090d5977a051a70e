"""What the columns of a file mean, and what is wrong with a row that is read so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from friends import kinds, values
from friends.errors import BadTagName, MissingColumn
from friends.models import Friend, FriendField
from friends.models.friend import is_line_user_id
from friends.services import SEPARATORS, clean_tag_name
from imports.errors import ColumnTwice
from imports.sheets import cell

USER_ID, NAME, OWN_NAME, TAGS = "line_user_id", "display_name", "own_name", "tags"
FIELD = "field:"
MOST_KNOWN = 50_000  # cells that are remembered
# Headers that other tools and people use, as `kinds.plain` has them without spaces and underscores.
KNOWN_AS = {
    USER_ID: {"lineuserid", "userid", "uid", "lineid", "lineユーザーid", "ユーザーid"},
    NAME: {"displayname", "name", "linename", "表示名", "名前", "line表示名", "line登録名", "line名"},
    OWN_NAME: {"ownname", "システム表示名", "管理名"},
    TAGS: {"tags", "tag", "タグ"},
}
split_tags = re.compile(f"[{SEPARATORS}]").split


class Fault(NamedTuple):
    """Why a row is refused: a code of `faults`, and the column meant."""

    code: str
    column: str = ""


class Row(NamedTuple):
    """A good row."""

    line_user_id: str
    display_name: str
    own_name: str
    tags: list[str]
    values: list[dict]  # as `values.write` wants them


def meanings() -> list[tuple[str, str]]:
    """What a column can be read as, with its words, for a choice."""
    return [
        ("", _("Leave out")),
        (USER_ID, _("LINE user ID")),
        (NAME, _("Display name")),
        (OWN_NAME, _("Own name")),
        (TAGS, _("Tags")),
        *((f"{FIELD}{field.pk}", field.name) for field in FriendField.objects.in_use()),
    ]


def guess(header: list[str]) -> list[str]:
    """What each column probably means; "" for what is not recognised. A meaning is given once."""
    words = {word: meaning for meaning, known in KNOWN_AS.items() for word in known}
    for own in FriendField.objects.in_use():
        words |= {_word(own.key): f"{FIELD}{own.pk}", _word(own.name): f"{FIELD}{own.pk}"}
    guessed: list[str] = []
    for name in header:
        meaning = words.get(_word(name), "")
        guessed.append("" if meaning in guessed else meaning)
    return guessed


def check(columns: list[str], header: list[str]) -> None:
    """Raises MissingColumn without a LINE user id, ColumnTwice."""
    used = [meaning for meaning in columns if meaning]
    if USER_ID not in used:
        raise MissingColumn(column=USER_ID, found=", ".join(header))
    if len(set(used)) < len(used):
        raise ColumnTwice


@dataclass
class Reader:
    """Reads rows by what their columns mean. Cells that come again, as tags and choices do, are read once."""

    columns: list[str]
    cells: dict[str, list[str] | Fault] = field(default_factory=dict)
    known: dict[tuple[int, str], list[dict] | Fault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fields = {f"{FIELD}{own.pk}": own for own in FriendField.objects.in_use()}
        self.kept_in = {own.pk: kinds.of(own).column for own in fields.values()}
        self.places = {meaning: place for place, meaning in enumerate(self.columns) if meaning}
        self.answers = [(place, fields[each]) for each, place in self.places.items() if each in fields]

    def read(self, cells: Sequence[str]) -> Row | Fault:
        user_id, name, own_name, tags = (self._cell(cells, meaning) for meaning in KNOWN_AS)
        if fault := self._fault(user_id, name, own_name, tags):
            return fault
        named = self._tags(tags)
        if isinstance(named, Fault):
            return named
        answers = self._answers(cells)
        return answers if isinstance(answers, Fault) else Row(user_id, name, own_name, named, answers)

    def _cell(self, cells: Sequence[str], meaning: str) -> str:
        place = self.places.get(meaning)
        return "" if place is None else cell(cells, place)

    def _fault(self, user_id: str, name: str, own_name: str, tags: str) -> Fault | None:
        if not user_id:
            return Fault("no_user_id")
        if not is_line_user_id(user_id):
            return Fault("bad_user_id")
        if max(len(name), len(own_name)) > Friend.NAME_LENGTH:
            return Fault("long_name")
        if not {"\ufffd", "\0"}.isdisjoint(name + own_name + tags):
            return Fault("unreadable")
        return None

    def _tags(self, cell: str) -> list[str] | Fault:
        if cell not in self.cells:
            try:
                names = [clean_tag_name(name) for name in split_tags(cell) if name.strip()]
                self.cells[cell] = list(dict.fromkeys(names))
            except BadTagName:
                self.cells[cell] = Fault("bad_tag")
        return self.cells[cell]

    def _answers(self, cells: Sequence[str]) -> list[dict] | Fault:
        """An empty cell leaves the friend's value as it is."""
        answers: list[dict] = []
        for place, own in self.answers:
            if text := cell(cells, place):
                answer = self.known.get((place, text)) or self._answer(own, place, text)
                if isinstance(answer, Fault):
                    return answer
                answers += answer
        return answers

    def _answer(self, own: FriendField, place: int, text: str) -> list[dict] | Fault:
        answer: list[dict] | Fault
        try:
            answer = values.staged({own.pk: kinds.of(own).values(text, own)}, self.kept_in)
        except kinds.Unfit as error:
            answer = Fault(error.code, own.name)
        if "\ufffd" in text:
            answer = Fault("unreadable")
        if len(self.known) < MOST_KNOWN:
            self.known[place, text] = answer
        return answer


def _word(name: str) -> str:
    return kinds.plain(name).replace(" ", "").replace("_", "")
