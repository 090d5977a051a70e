"""Whoever gave an answer, as a condition of a segment."""

import calendar

from surveys.models import Survey
from surveys.questions.types import REGIONS
from surveys.results.asked import DATE, PREFECTURE, SCALE, TEXT, Asked

Tree = dict[str, object]


def tree(survey: Survey, asked: Asked, key: str) -> Tree | None:
    """The condition for `key` as `totals` counts it, or a region; None of texts and what is asked no more."""
    kind = asked.question.type
    if not asked.is_current or kind == TEXT:
        return None
    leaf: Tree = {"type": "survey_answer", "survey": survey.pk, "question": asked.id}
    if kind == SCALE:
        return leaf | {"number_at_least": int(key), "number_at_most": int(key)}
    if kind == DATE:
        year, month = map(int, key.split("-"))
        last = calendar.monthrange(year, month)[1]
        return leaf | {"day_from": f"{key}-01", "day_to": f"{key}-{last}"}
    names = next((list(names) for label, names in REGIONS if str(label) == key), [key])
    return leaf | {"options": names if kind == PREFECTURE else [key]}
