"""Where people leave a survey: from opening it, question by question, to its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.results.narrowing import Narrowing, counted
from surveys.results.totals import Total

COUNTS = """SELECT count(*), count(response.started_at), count(*) FILTER (WHERE response.state = 'finished')
FROM surveys_response response WHERE {}"""


@dataclass(frozen=True)
class Step:
    """People who came so far. `lost`: of those who had this before them, how many went no further."""

    words: str
    people: int
    lost: int = 0
    question: str = ""


@dataclass(frozen=True)
class Funnel:
    opened: int
    started: int
    finished: int
    steps: Sequence[Step]

    @property
    def worst(self) -> Step | None:
        """The question at which most leave; None if nobody does."""
        left = max(self.steps, key=lambda step: step.lost, default=None)
        return left if left and left.lost else None


def of(narrowing: Narrowing, totals: Sequence[Total], still_at: dict[str, int]) -> Funnel:
    """With `totals.of` and `totals.still_at` of the same narrowing. Who may go on counts as left so far."""
    which = narrowing.responses()
    [(opened, started, finished)] = counted(COUNTS.format(which.sql), which.params)
    steps = [Step(_("Opened the survey"), opened), Step(_("Began to answer"), started, opened - started)]
    steps += [_of_question(total, still_at) for total in totals if total.asked.is_current or total.shown]
    return Funnel(opened, started, finished, [*steps, Step(_("Answered to the end"), finished)])


def _of_question(total: Total, still_at: dict[str, int]) -> Step:
    return Step(total.asked.title, total.shown, still_at.get(total.asked.id, 0), total.asked.id)
