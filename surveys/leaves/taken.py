"""Who took part in a survey, who began and left, who did not answer."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import Choice, Whole
from segments.leaves import Moment, Query, given, register
from surveys.leaves.naming import MOST_ROW, OfSurvey, offered

FINISHED, LEFT, NOT = "finished", "unfinished", "not_finished"
STATES = {
    FINISHED: gettext_lazy("answered it"),
    LEFT: gettext_lazy("began and did not finish"),
    NOT: gettext_lazy("did not answer it"),
}


@register
@dataclass(frozen=True)
class TookPart(OfSurvey):
    """Friends by what they did with a survey.

    `state` is `finished` (answered to the end), `unfinished` (began and is not at the end, and never was) or
    `not_finished` (everybody who has not answered to the end).
    """

    type = "survey"
    label = gettext_lazy("Took part in a survey")
    hint = gettext_lazy("Answered, began and left, or did not answer")
    fresh = {"state": FINISHED}
    survey: int = given(Whole(1, MOST_ROW), label=gettext_lazy("Survey"), options=lambda: offered())
    state: str = given(
        Choice(tuple(STATES)),
        default=FINISHED,
        label=gettext_lazy("Friends who"),
        options=lambda: list(STATES.items()),
    )

    @property
    def is_inverted(self) -> bool:
        return self.state == NOT

    def query(self, moment: Moment) -> Query:
        finished = (
            "SELECT response.friend_id FROM surveys_response response WHERE response.survey_id = %s"
            " AND response.state = 'finished' AND response.friend_id IS NOT NULL"
        )
        if self.state != LEFT:
            return Query(finished, [self.survey])
        begun = (
            "SELECT response.friend_id FROM surveys_response response WHERE response.survey_id = %s"
            " AND response.state <> 'finished' AND response.friend_id IS NOT NULL AND NOT EXISTS ("
            "SELECT FROM surveys_response other WHERE other.survey_id = response.survey_id"
            " AND other.friend_id = response.friend_id AND other.state = 'finished')"
        )
        return Query(begun, [self.survey])

    def words(self, known: dict) -> str:
        said = {"survey": self.called(known)}
        if self.state == FINISHED:
            return _("answered the survey %(survey)s") % said
        if self.state == LEFT:
            return _("began the survey %(survey)s and did not finish") % said
        return _("did not answer the survey %(survey)s") % said
