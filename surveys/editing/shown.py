"""What the editor shows: each question with the choices of its fields, and the phone beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from composing import phone
from friends.models import FriendField, Tag
from library.models import MediaFile
from surveys.chat.asking import Asked, messages
from surveys.questions import END, Option, Question, checking, types
from surveys.questions.types import Type

Choices = list[tuple[object, str]]


@dataclass(frozen=True)
class OptionRow:
    """An option, with its picture's address and places to move it to."""

    option: Option
    place: int
    picture: str
    is_last: bool


@dataclass(frozen=True)
class Card:
    """One question in the editor."""

    question: Question
    type: Type | None
    place: int
    is_last: bool
    rows: list[OptionRow]
    jumps: Choices
    faults: list[str]

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def is_branching(self) -> bool:
        return self.question.type in ("single", "image")

    @property
    def has_settings(self) -> bool:
        """Whether what is folded away says something."""
        question = self.question
        return bool(question.help or question.next or question.field or question.is_shuffled)


def cards(questions: Sequence[Question]) -> list[Card]:
    """In a constant number of queries."""
    pictures = _pictures(questions)
    told: dict[str, list[str]] = {}
    for fault in checking.faults(questions):
        told.setdefault(fault.question, []).append(fault.words)
    return [
        Card(
            each,
            types.of(each) if types.known(each.type) else None,
            place,
            place + 1 == len(questions),
            _rows(each, pictures),
            _jumps(questions, place),
            told.get(each.id, []),
        )
        for place, each in enumerate(questions)
    ]


def offered() -> dict[str, Choices]:
    """The tags and fields to which answers may go."""
    fields = FriendField.objects.in_use().values_list("pk", "name")
    return {"tags": list(Tag.objects.order_by("name").values_list("pk", "name")), "fields": list(fields)}


def in_chat(questions: Sequence[Question], at: int) -> phone.Shown:
    """The question as the talk shows it."""
    if not 0 <= at < len(questions) or not types.known(questions[at].type):
        return phone.shown([])
    where = f"【{at + 1}/{len(questions)}】"
    return phone.shown(messages(Asked(1, questions[at], where, {})))


def _rows(question: Question, pictures: dict[int, str]) -> list[OptionRow]:
    last = len(question.options) - 1
    return [
        OptionRow(each, place, pictures.get(each.picture or 0, ""), place == last)
        for place, each in enumerate(question.options)
    ]


def _jumps(questions: Sequence[Question], place: int) -> Choices:
    """Where a question may lead: on, to a later one, to the end."""
    later: Choices = [
        (each.id, f"{number}. {each.title[:40] or _('(no words yet)')}")
        for number, each in enumerate(questions, 1)
        if number > place + 2
    ]
    return [("", _("to the next question")), *later, (END, _("to the end"))]


def _pictures(questions: Sequence[Question]) -> dict[int, str]:
    wanted = {option.picture for each in questions for option in each.options if option.picture}
    return {each.pk: each.base for each in MediaFile.objects.stored().filter(pk__in=wanted)} if wanted else {}
