"""What a survey asks and ever asked, and which answers each question can have."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from friends.prefectures import NAMES
from surveys import questions
from surveys.models import Survey
from surveys.questions import OTHER, Question, types

PREFECTURE, SCALE, DATE, TEXT = "prefecture", "scale", "date", "text"


@dataclass(frozen=True)
class Asked:
    """A question with all options that it had in any version; `is_current` if the newest asks it still."""

    question: Question
    is_current: bool = True

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def title(self) -> str:
        return self.question.title

    @property
    def is_several(self) -> bool:
        """Whether one person may stand in several of its answers."""
        return types.of(self.question).is_several

    @property
    def has_choices(self) -> bool:
        """Whether its answers are the same for all who answer, so that they can be counted."""
        return self.question.type not in (DATE, TEXT)

    @property
    def has_texts(self) -> bool:
        return self.question.type == TEXT or self.question.has_other

    def choices(self) -> list[tuple[str, str]]:
        """What can be answered, as `keys` of SQL have it, and in words; nothing for dates and texts."""
        question = self.question
        if question.type == PREFECTURE:
            return [(name, name) for name in NAMES]
        if question.type == SCALE:
            return [
                (str(each), _scale_words(question, each)) for each in range(question.low, question.high + 1)
            ]
        other = [(OTHER, _("Other"))] if question.has_other else []
        return [(option.id, option.words) for option in question.options] + other


def questions_of(survey: Survey) -> list[Asked]:
    """Those of the newest version in their order, then those that are asked no more; drafts ask nothing."""
    found: dict[str, Asked] = {}
    newest_first = survey.versions.order_by("-number").values_list("questions", flat=True)
    for place, raw in enumerate(newest_first):
        for question in questions.read(raw):
            known = found.get(question.id)
            found[question.id] = _together(known, question) if known else Asked(question, place == 0)
    return list(found.values())


def one(survey: Survey, question: str) -> Asked | None:
    return next((each for each in questions_of(survey) if each.id == question), None)


def _together(known: Asked, older: Question) -> Asked:
    question = known.question
    gone = [each for each in older.options if question.option(each.id) is None]
    has_other = question.has_other or older.has_other
    low, high = min(question.low, older.low), max(question.high, older.high)
    options = (*question.options, *gone)
    return replace(
        known, question=replace(question, options=options, has_other=has_other, low=low, high=high)
    )


def _scale_words(question: Question, number: int) -> str:
    ends = {question.low: question.low_words, question.high: question.high_words}
    return f"{number} {ends[number]}" if ends.get(number) else str(number)
