"""What keeps questions from being asked, each fault with the question at which it stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.questions import paths, types
from surveys.questions.language import (
    END,
    LONGEST_HELP,
    LONGEST_ID,
    LONGEST_TITLE,
    OTHER,
    Question,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`question` is the id of the question, "" for the whole survey."""

    question: str
    words: str


def faults(questions: Sequence[Question]) -> list[Fault]:
    """All that stands against asking these questions, from the first question on."""
    if not questions:
        return [Fault("", _("There is no question yet."))]
    found = [Fault(question.id, words) for question in questions for words in _of_one(question)]
    found += [Fault(question.id, words) for question in questions for words in _of_jumps(questions, question)]
    return found + list(_of_all(questions))


def _of_one(question: Question) -> Iterator[str]:
    if not types.known(question.type):
        yield _("There is no such type of question.")
        return
    if not question.title.strip():
        yield _("The question has no words.")
    if len(question.title) > LONGEST_TITLE:
        yield _("The question is longer than %(most)s characters.") % {"most": LONGEST_TITLE}
    if len(question.help) > LONGEST_HELP:
        yield _("The help is longer than %(most)s characters.") % {"most": LONGEST_HELP}
    yield from map(str, types.of(question).faults(question))


def _of_jumps(questions: Sequence[Question], question: Question) -> Iterator[str]:
    places = {each.id: place for place, each in enumerate(questions)}
    for jump in sorted(_jumps(question)):
        if jump not in places:
            yield _("It leads to a question that is not there.")
        elif places[jump] <= places[question.id]:
            yield _("It leads back. A question leads on to later ones only, so that nobody goes round.")


def _of_all(questions: Sequence[Question]) -> Iterable[Fault]:
    counts = Counter(each.id for each in questions)
    for number, count in counts.items():
        if count > 1 or not 0 < len(number) <= LONGEST_ID or number in (END, OTHER):
            yield Fault(number, _("The id of a question must be its own."))
    found = paths.reached(questions)
    for question in questions:
        if question.id not in found:
            yield Fault(question.id, _("No way leads to this question."))


def _jumps(question: Question) -> set[str]:
    options = question.options if types.known(question.type) and types.of(question).has_options else ()
    return {each for each in (question.next, *(option.next for option in options)) if each and each != END}
