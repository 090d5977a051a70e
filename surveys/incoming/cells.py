"""Answers as cells of a file have them: in words, as ids, or a column for each option."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from friends import kinds
from friends.kinds import NO, YES, plain
from friends.prefectures import find
from surveys.questions import OTHER, Question, Said, types
from surveys.questions.types import BadAnswer
from surveys.results.asked import DATE, PREFECTURE, SCALE, TEXT

apart = re.compile(r"[|;,、，；\n]+").split
OTHER_WORDS = re.compile(r"^(その他|other)\s*[:：]?\s*", re.IGNORECASE)
MANY_SHOWN = 8


class Unreadable(ValueError):
    """A cell that is no answer to its question, in words for who made the file."""


def read(question: Question, cell: str) -> Said:
    """What a cell answers; an empty one passes the question over. Raises Unreadable."""
    if not cell.strip():
        return Said()
    try:
        return types.take(question, _read(question, cell.strip()))
    except BadAnswer as refusal:
        raise Unreadable(str(refusal)) from None


def chosen(question: Question, cells: Iterable[tuple[str, str]]) -> Said:
    """What columns for single options answer, each with its cell. Raises Unreadable."""
    options = tuple(option for option, cell in cells if _is_yes(cell))
    return types.take(question, Said(options=options)) if options else Said()


def moment(cell: str) -> datetime:
    """A day or a time as people and tools write it, the client's if it has no offset. Raises Unreadable."""
    if at := kinds.moment(cell):
        return at
    raise Unreadable(_("Not a time such as 2026-11-01 09:30."))


def _read(question: Question, cell: str) -> Said:
    if question.type == TEXT:
        return Said(text=cell)
    if question.type == SCALE:
        return Said(number=_number(cell))
    if question.type == DATE:
        return Said(date=_day(cell))
    if question.type == PREFECTURE:
        return Said(options=(_prefecture(cell),))
    return _options(question, cell)


def _options(question: Question, cell: str) -> Said:
    whole = _option(question, cell)
    parts = (
        [cell]
        if whole or not types.of(question).is_several
        else [each for each in apart(cell) if each.strip()]
    )
    found, text = [], ""
    for part in parts:
        option = _option(question, part)
        if option is None and not question.has_other:
            raise Unreadable(_unknown(question, part))
        found.append(option or OTHER)
        text = text or ("" if option else OTHER_WORDS.sub("", part.strip()) or part.strip())
    return Said(options=tuple(dict.fromkeys(found)), text=text)


def _option(question: Question, part: str) -> str | None:
    said = plain(part)
    for option in question.options:
        if said in (plain(option.words), plain(option.id)):
            return option.id
    return None


def _unknown(question: Question, part: str) -> str:
    known = "、".join(option.words for option in question.options[:MANY_SHOWN])
    return _("“%(answer)s” is none of the answers: %(known)s") % {"answer": part.strip()[:60], "known": known}


def _number(cell: str) -> int:
    found = re.match(r"-?\d+", unicodedata.normalize("NFKC", cell))
    if not found or len(found[0]) > 4:
        raise Unreadable(_("“%(answer)s” does not begin with a number.") % {"answer": cell[:60]})
    return int(found[0])


def _day(cell: str) -> date:
    if found := kinds.day(unicodedata.normalize("NFKC", cell).split(" ")[0]):
        return found
    raise Unreadable(_("“%(answer)s” is not a date such as 2026-11-22.") % {"answer": cell[:60]})


def _prefecture(cell: str) -> str:
    name = find(cell)
    if name is None:
        raise Unreadable(_("“%(answer)s” is not a prefecture.") % {"answer": cell[:60]})
    return name


def _is_yes(cell: str) -> bool:
    """Whatever stands there but a no: tools write 1, ○, or the option’s own words."""
    return bool(cell.strip()) and plain(cell) not in NO - YES
