"""What the columns of a file mean, and how a row of it is read by them."""

import unicodedata
from collections.abc import Sequence

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from imports import sheets
from imports.errors import ColumnTwice, MissingColumn, UnknownColumn
from imports.kinds import Column, Kind, Unfit
from imports.models import ImportRun, SavedColumns

UNREADABLE = {"\ufffd", "\0"}


def guess(kind: Kind, header: list[str]) -> list[str]:
    """What each column probably means; "" for what is not recognised. A meaning is given once."""
    words = {word: column.name for column in kind.columns() for word in _words_of(column)}
    guessed: list[str] = []
    for name in header:
        meaning = words.get(plain(name), "")
        guessed.append("" if meaning in guessed else meaning)
    return guessed


def remembered(kind: Kind, header: list[str]) -> list[str]:
    """What the columns meant when a file had this very header; as they are guessed, if none had."""
    known = {column.name for column in kind.columns()}
    saved = SavedColumns.objects.filter(kind=kind.name, header=header).first()
    before = saved or ImportRun.objects.filter(kind=kind.name, header=header).exclude(columns=[]).first()
    return [each if each in known else "" for each in before.columns] if before else guess(kind, header)


def check(kind: Kind, meanings: list[str], header: list[str]) -> list[str]:
    """The meanings, one for each column. Raises UnknownColumn, ColumnTwice, MissingColumn."""
    columns = {column.name: column for column in kind.columns()}
    used = [meaning for meaning in meanings if meaning]
    for meaning in used:
        if meaning not in columns:
            raise UnknownColumn(column=meaning[:60])
    if len(set(used)) < len(used):
        raise ColumnTwice
    for column in columns.values():
        if column.is_required and column.name not in used:
            raise MissingColumn(column=column.label, found=", ".join(header)[:300])
    return [*meanings, *[""] * len(header)][: len(header)]


def by_header(meanings: dict[str, str], header: list[str]) -> list[str]:
    """Meanings that are given by the names of columns, as a program does. Raises UnknownColumn."""
    for name in meanings:
        if name not in header:
            raise UnknownColumn(column=name[:60])
    return [meanings.get(name, "") for name in header]


def plain(name: str) -> str:
    """A header without differences of width, case, blanks and marks."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def _words_of(column: Column) -> set[str]:
    words = {column.name, *column.known_as}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(str(column.label))
    return {plain(word) for word in words} - {""}


class Reader:
    """Reads rows by what their columns mean, for one language: that which is active when it is made."""

    def __init__(self, kind: Kind, meanings: list[str]) -> None:
        self.kind = kind
        columns = {column.name: column for column in kind.columns()}
        self.labels = {name: str(column.label) for name, column in columns.items()}
        self.places = [(meaning, place) for place, meaning in enumerate(meanings) if meaning in columns]
        self.required = [name for name, _place in self.places if columns[name].is_required]
        self.width = len(meanings)
        self._read = kind.reader()

    def read(self, cells: Sequence[str]) -> tuple[str, str]:
        """The key and, in JSON, what is to be written. Raises Unfit."""
        self._refuse_broken(cells)
        named = {name: sheets.cell(cells, place) for name, place in self.places}
        self._refuse_unreadable(named)
        row = self._read(named)
        try:
            return self.kind.key(row), orjson.dumps(row, default=str).decode()
        except (TypeError, UnicodeEncodeError):  # a number beyond 64 bits, half a character
            raise Unfit(_("The row has a number or a character that cannot be kept.")) from None

    def label(self, fault: Unfit) -> str:
        """The column meant, in words."""
        return self.labels.get(fault.column, fault.column)

    def _refuse_broken(self, cells: Sequence[str]) -> None:
        if cells is sheets.BROKEN:
            raise Unfit(_("The row has a quotation mark that is never closed."))
        if any(cell.strip() for cell in cells[self.width :]):
            raise Unfit(
                _("The row has more cells than the first line. Does a cell with a comma lack quotes?")
            )

    def _refuse_unreadable(self, named: dict[str, str]) -> None:
        for name, text in named.items():
            if not UNREADABLE.isdisjoint(text):
                raise Unfit(_("%(column)s has characters that cannot be read.") % self._said(name), name)
        for name in self.required:
            if not named[name]:
                raise Unfit(_("%(column)s is missing.") % self._said(name), name)

    def _said(self, name: str) -> dict[str, str]:
        return {"column": self.labels[name]}
