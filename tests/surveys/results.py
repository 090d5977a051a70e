"""What results need to be looked at: drawings of winners, a file whose survey is yet to be made."""

from friends.models import Friend
from surveys.results import drawing
from tests.imports.factories import make_import
from tests.surveys.factories import make_response, make_survey


def make_result_rows(friend: Friend) -> dict[str, object]:
    """A drawing that was drawn, one that was announced, and an uploaded file."""
    survey = make_survey("プレゼントのアンケート")
    make_response(survey, friend, q1={"options": ["a"]})
    drawn, announced = (
        drawing.announce(survey, name=name, winner_count=1, may_win_again=True, by=None)
        for name in ("美容液", "化粧水")
    )
    drawing.draw(drawn, by=None)
    file = make_import("survey-new", name="answers.csv")
    draws = {"drawn_survey": survey.pk, "winner_draw": drawn.pk, "winner_draw_open": announced.pk}
    return draws | {"announced": announced.pk, "survey_file": file.pk}
