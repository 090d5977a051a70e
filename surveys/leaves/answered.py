"""Who gave which answer to a question of a survey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.prefectures import NAMES
from segments.kinds import Day, Listing, Several, Text, Unfit, Whole
from segments.leaves import Moment, Query, given, register
from surveys.leaves.naming import MOST_ROW, OfSurvey, offered
from surveys.models import Survey
from surveys.questions import OTHER, Question, read
from surveys.questions.language import LONGEST_ID

OF_CHOICE, OF_NUMBER, OF_DATE, OF_TEXT = (
    ("options",),
    ("number_at_least", "number_at_most"),
    ("day_from", "day_to"),
    ("contains",),
)
ASKED_BY = {
    "single": OF_CHOICE,
    "multiple": OF_CHOICE,
    "image": OF_CHOICE,
    "prefecture": OF_CHOICE,
    "scale": OF_NUMBER,
    "date": OF_DATE,
    "text": OF_TEXT,
}
VALUES = (*OF_CHOICE, *OF_NUMBER, *OF_DATE, *OF_TEXT)
ANSWERS = """SELECT response.friend_id FROM surveys_response response
JOIN surveys_answer answer ON answer.response_id = response.id
WHERE answer.survey_id = %s AND answer.question = %s
  AND response.state = 'finished' AND response.friend_id IS NOT NULL"""

FILLED = """(answer.options IS NOT NULL OR answer.number IS NOT NULL OR answer.date IS NOT NULL
  OR answer.text <> '')"""


@register
@dataclass(frozen=True)
class GaveAnswer(OfSurvey):
    """Friends who answered a question of a survey so; of responses that are finished.

    `options` are ids of options, “other”, or names of prefectures: one of them is enough. Of a scale
    `number_at_least` and `number_at_most`, of a date `day_from` and `day_to`, of a text `contains`. With none
    of them any answer counts.
    """

    type = "survey_answer"
    label = gettext_lazy("Answer in a survey")
    hint = gettext_lazy("Who chose which answer, also numbers, dates and words")
    survey: int = given(Whole(1, MOST_ROW), label=gettext_lazy("Survey"), options=lambda: offered())
    question: str = given(Text(LONGEST_ID), label=gettext_lazy("Question"))
    options: list[str] | None = given(
        Listing(Text(LONGEST_ID)), default=None, label=gettext_lazy("One of these answers")
    )
    number_at_least: int | None = given(
        Whole(-100, 100), default=None, label=gettext_lazy("Numeric value (at least)")
    )
    number_at_most: int | None = given(
        Whole(-100, 100), default=None, label=gettext_lazy("Numeric value (at most)")
    )
    day_from: str | None = given(Day(), default=None, label=gettext_lazy("From this day"))
    day_to: str | None = given(Day(), default=None, label=gettext_lazy("Up to this day"))
    contains: str | None = given(Text(), default=None, label=gettext_lazy("Contains the text"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        """As the type of the question asks for it."""
        questions = look_up(_by_survey).get(said.get("survey"), [])
        shape: dict[str, dict | None] = {
            "question": {
                "options": lambda: [(each.id, each.title) for each in questions],
                "is_required": True,
            }
        }
        asked = next((each for each in questions if each.id == said.get("question")), None)
        wanted = ASKED_BY.get(asked.type, ()) if asked else ()
        shape |= {name: None for name in VALUES if name not in wanted}
        if asked and wanted == OF_CHOICE:
            choices = _choices(asked)
            kind = Several(tuple(number for number, _words in choices))
            shape["options"] = {"kind": kind, "options": lambda: choices}
        return shape

    def check(self) -> None:
        ranges = ((self.number_at_least, self.number_at_most), (self.day_from, self.day_to))
        if any(low is not None and high is not None and low > high for low, high in ranges):  # type: ignore[operator]
            raise Unfit(_("ends before it begins"))

    def query(self, moment: Moment) -> Query:
        parts = [
            ("answer.options && %s::varchar[]", self.options),
            ("answer.number >= %s", self.number_at_least),
            ("answer.number <= %s", self.number_at_most),
            ("answer.date >= %s", self.day_from and date.fromisoformat(self.day_from)),
            ("answer.date <= %s", self.day_to and date.fromisoformat(self.day_to)),
            ("strpos(friends_folded(answer.text), friends_folded(%s)) > 0", self.contains),
        ]
        asked = [(sql, value) for sql, value in parts if value is not None]
        if not asked:
            return Query(f"{ANSWERS} AND {FILLED}", [self.survey, self.question])
        conditions = " AND ".join(sql for sql, _value in asked)
        return Query(f"{ANSWERS} AND {conditions}", [self.survey, self.question, *(v for _sql, v in asked)])

    def missing(self, known: dict) -> str:
        if problem := super().missing(known):
            return problem
        found = known[self.survey].version
        if found and self.question not in {each.id for each in read(found.questions)}:
            return _("the survey has no question “%(question)s”") % {"question": self.question}
        return ""

    def words(self, known: dict) -> str:
        asked = self._asked(known)
        said = {
            "survey": self.called(known),
            "question": asked.title if asked else self.question,
            "answer": self._answer(asked),
        }
        if not said["answer"]:
            return _("answered “%(question)s” in %(survey)s") % said
        return _("answered “%(question)s” in %(survey)s with %(answer)s") % said

    def _asked(self, known: dict) -> Question | None:
        version = known[self.survey].version if self.survey in known else None
        questions = read(version.questions) if version else []
        return next((each for each in questions if each.id == self.question), None)

    def _answer(self, asked: Question | None) -> str:
        if self.options is not None:
            named = dict(_choices(asked)) if asked else {}
            return _(" or ").join(_("“%(name)s”") % {"name": named.get(each, each)} for each in self.options)
        if self.contains is not None:
            return _("a text with “%(text)s”") % {"text": self.contains}
        low, high = self.number_at_least, self.number_at_most
        first, last = (low, high) if (low, high) != (None, None) else (self.day_from, self.day_to)
        if first is None and last is None:
            return ""
        return f"{'' if first is None else first}–{'' if last is None else last}"


def _by_survey() -> dict[object, list[Question]]:
    rows = Survey.objects.exclude(version=None).select_related("version")[:200]
    return {row.pk: read(row.version.questions) for row in rows if row.version}


def _choices(question: Question) -> list[tuple[str, Any]]:
    if question.type == "prefecture":
        return [(name, name) for name in NAMES]
    return [(each.id, each.words) for each in question.options] + [(OTHER, _("Other"))] * question.has_other
