"""Types of questions: what each asks for, which answers it takes, and how an answer is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.prefectures import NAMES
from surveys.questions.language import LONGEST_WORDS, OTHER, WIDEST_SCALE, Question
from surveys.questions.said import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT, SHORT_TEXT = 2_000, 200
LOWEST, HIGHEST = -100, 100
MOST_PICTURES = 10  # of a carousel of LINE's
# As Japan's statistics office groups them; each fits into the quick replies of one question.
REGIONS: "tuple[tuple[StrOrPromise, tuple[str, ...]], ...]" = (
    (gettext_lazy("Hokkaido and Tohoku"), tuple(NAMES[0:7])),
    (gettext_lazy("Kanto"), tuple(NAMES[7:14])),
    (gettext_lazy("Chubu"), tuple(NAMES[14:23])),
    (gettext_lazy("Kinki"), tuple(NAMES[23:30])),
    (gettext_lazy("Chugoku"), tuple(NAMES[30:35])),
    (gettext_lazy("Shikoku"), tuple(NAMES[35:39])),
    (gettext_lazy("Kyushu and Okinawa"), tuple(NAMES[39:47])),
)


class BadAnswer(ValueError):
    """An answer that the question does not take, in words for who answers."""


@dataclass(frozen=True)
class Type:
    """How questions of one type behave. Subclasses say what differs."""

    name: ClassVar[str]
    label: "ClassVar[StrOrPromise]"
    icon: ClassVar[str] = ""
    has_options: ClassVar[bool] = False
    is_several: ClassVar[bool] = False  # more than one may be chosen

    def take(self, question: Question, said: Said) -> Said:
        """The answer as it is kept. Raises BadAnswer."""
        kept = self.kept(question, said)
        if kept.is_empty and question.is_required:
            raise BadAnswer(_("Please answer this question."))
        if not kept.is_empty:
            self.check(question, kept)
        return kept

    def kept(self, question: Question, said: Said) -> Said:
        """What of an answer this type looks at."""
        raise NotImplementedError

    def check(self, question: Question, said: Said) -> None:
        """Raise BadAnswer for an answer that is there and does not fit."""

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        """What keeps such a question from being asked, in words for who writes it."""
        return ()

    def words(self, question: Question, said: Said) -> str:
        """The answer in words."""
        raise NotImplementedError


class _Choice(Type):
    has_options = True

    def kept(self, question: Question, said: Said) -> Said:
        order = [each.id for each in question.options] + [OTHER] * question.has_other
        unknown = [each for each in said.options if each not in order]
        if unknown:
            raise BadAnswer(_("Please choose one of the answers."))
        chosen = tuple(each for each in order if each in said.options)
        text = _plain(said.text) if OTHER in chosen else ""
        return Said(options=chosen, text=text)

    def check(self, question: Question, said: Said) -> None:
        if OTHER in said.options:
            _check_length(said.text, SHORT_TEXT)
            if not said.text:
                raise BadAnswer(_("Please write what you mean by “other”."))

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        options = question.options
        if len(options) + question.has_other < 2:
            yield _("It needs at least two answers to choose from.")
        if any(not each.words.strip() for each in options):
            yield _("An answer has no words.")
        if len({each.words.strip() for each in options}) < len(options):
            yield _("Two answers have the same words.")
        if any(len(each.words) > LONGEST_WORDS for each in options):
            yield _("The words of an answer are longer than %(most)s characters.") % {"most": LONGEST_WORDS}
        if len({each.id for each in options}) < len(options) or any(each.id == OTHER for each in options):
            yield _("Two answers have the same id.")

    def words(self, question: Question, said: Said) -> str:
        return _(", ").join(_option_words(question, each, said) for each in said.options)


class Single(_Choice):
    name = "single"
    label = gettext_lazy("One of several")

    def check(self, question: Question, said: Said) -> None:
        if len(said.options) != 1:
            raise BadAnswer(_("Please choose one."))
        super().check(question, said)


class Image(Single):
    name = "image"
    label = gettext_lazy("One of several pictures")

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        yield from super().faults(question)
        if len(question.options) > MOST_PICTURES:
            yield _("There are more than %(most)s pictures.") % {"most": MOST_PICTURES}
        if any(each.picture is None for each in question.options):
            yield _("An answer has no picture.")


class Multiple(_Choice):
    name = "multiple"
    label = gettext_lazy("Any of several")
    is_several = True

    def check(self, question: Question, said: Said) -> None:
        least, count = question.least or 1, len(said.options)
        if count < least:
            raise BadAnswer(_("Please choose at least %(n)s.") % {"n": least})
        if question.most and count > question.most:
            raise BadAnswer(_("Please choose at most %(n)s.") % {"n": question.most})
        super().check(question, said)

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        yield from super().faults(question)
        there = len(question.options) + question.has_other
        least, most = question.least or 1, question.most or there
        if not 1 <= least <= most or least > there:
            yield _("Nobody can choose as many as are asked for.")


class Scale(Type):
    name = "scale"
    label = gettext_lazy("Scale")

    def kept(self, question: Question, said: Said) -> Said:
        return Said(number=said.number)

    def check(self, question: Question, said: Said) -> None:
        if said.number is None or not question.low <= said.number <= question.high:
            ends = {"low": question.low, "high": question.high}
            raise BadAnswer(_("Please choose a number from %(low)s to %(high)s.") % ends)

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        low, high = question.low, question.high
        if not LOWEST <= low < high <= HIGHEST or high - low > WIDEST_SCALE:
            yield _("A scale has two to eleven numbers.")

    def words(self, question: Question, said: Said) -> str:
        return "" if said.number is None else str(said.number)


class Text(Type):
    name = "text"
    label = gettext_lazy("Text of one’s own")

    def kept(self, question: Question, said: Said) -> Said:
        return Said(text=_plain(said.text))

    def check(self, question: Question, said: Said) -> None:
        _check_length(said.text, most_of(question))

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        if question.longest is not None and not 1 <= question.longest <= LONGEST_TEXT:
            yield _("A text has 1 to %(most)s characters.") % {"most": LONGEST_TEXT}

    def words(self, question: Question, said: Said) -> str:
        return said.text


class DateType(Type):
    name = "date"
    label = gettext_lazy("Date")

    def kept(self, question: Question, said: Said) -> Said:
        return Said(date=said.date)

    def check(self, question: Question, said: Said) -> None:
        given = said.date
        if given is None:
            raise BadAnswer(_("Please choose a date."))
        if question.earliest and given < date.fromisoformat(question.earliest):
            raise BadAnswer(_("Please choose a date from %(day)s on.") % {"day": _day(question.earliest)})
        if question.latest and given > date.fromisoformat(question.latest):
            raise BadAnswer(_("Please choose a date up to %(day)s.") % {"day": _day(question.latest)})

    def faults(self, question: Question) -> "Iterable[StrOrPromise]":
        ends = [_read_day(each) for each in (question.earliest, question.latest) if each]
        if None in ends:
            yield _("A date is written as 2026-11-22.")
        elif len(ends) == 2 and question.earliest > question.latest:
            yield _("The last date is before the first.")

    def words(self, question: Question, said: Said) -> str:
        return date_format(said.date, "DATE_FORMAT") if said.date else ""


class Prefecture(Type):
    name = "prefecture"
    label = gettext_lazy("Prefecture")

    def kept(self, question: Question, said: Said) -> Said:
        return Said(options=said.options)

    def check(self, question: Question, said: Said) -> None:
        if len(said.options) != 1 or said.options[0] not in NAMES:
            raise BadAnswer(_("Please choose a prefecture."))

    def words(self, question: Question, said: Said) -> str:
        return _(", ").join(said.options)


_TYPES = {each.name: each() for each in (Single, Multiple, Image, Scale, Text, DateType, Prefecture)}


def all_types() -> list[Type]:
    """In the order in which they are offered."""
    return list(_TYPES.values())


def of(question: Question) -> Type:
    """The type of a question. Raises KeyError for one that there is not."""
    return _TYPES[question.type]


def known(name: str) -> bool:
    return name in _TYPES


def take(question: Question, said: Said) -> Said:
    """The answer as it is kept. Raises BadAnswer, in words for who answers."""
    return of(question).take(question, said)


def words(question: Question, said: Said) -> str:
    """An answer in words; "" if the question was passed over."""
    return of(question).words(question, said)


def most_of(question: Question) -> int:
    """How many characters a text may have."""
    return question.longest or (LONGEST_TEXT if question.is_long else SHORT_TEXT)


def _plain(text: str) -> str:
    """Without what is around it, and without signs that no database or file takes."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        over = {"most": most, "count": len(text)}
        raise BadAnswer(_("Please write at most %(most)s characters (now %(count)s).") % over)


def _option_words(question: Question, chosen: str, said: Said) -> str:
    if chosen == OTHER:
        return _("Other: %(text)s") % {"text": said.text} if said.text else _("Other")
    option = question.option(chosen)
    return option.words if option else chosen


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT")
