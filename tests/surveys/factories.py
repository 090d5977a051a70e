"""Surveys as tests need them."""

from typing import Any

from django.utils import timezone

from friends.models import Friend
from surveys.models import Answer, Response, Survey, SurveyVersion

SKIN = {
    "id": "q1",
    "type": "single",
    "title": "お肌のお悩みは？",
    "required": True,
    "options": [{"id": "a", "words": "乾燥"}, {"id": "b", "words": "毛穴"}, {"id": "c", "words": "なし"}],
}
SCORE = {"id": "q2", "type": "scale", "title": "おすすめ度は？", "required": True, "low": 0, "high": 10}
WORDS = {"id": "q3", "type": "text", "title": "ご意見をどうぞ"}


def make_survey(
    name: str = "お肌のアンケート", *, questions: list | None = None, is_running: bool = True, **fields: Any
) -> Survey:
    """A survey of three questions, published unless it is told otherwise."""
    asked = [SKIN, SCORE, WORDS] if questions is None else questions
    survey = Survey.objects.create(name=name, questions=asked, **fields)
    if is_running:
        survey.version = SurveyVersion.objects.create(survey=survey, number=1, questions=asked)
        survey.status, survey.published_at = Survey.Status.RUNNING, timezone.now()
        survey.save(update_fields=["version", "status", "published_at"])
    return survey


def make_response(survey: Survey, friend: Friend | None, **answers: dict[str, Any]) -> Response:
    """A finished response with the fields of each answer: `q1={"options": ["a"]}`."""
    now = timezone.now()
    response = Response.objects.create(
        survey=survey,
        version=survey.version,
        friend=friend,
        channel=Response.Channel.PAGE,
        state=Response.State.FINISHED,
        started_at=now,
        finished_at=now,
    )
    Answer.objects.bulk_create(
        Answer(response=response, survey=survey, question=question, **fields)
        for question, fields in answers.items()
    )
    return response


def make_survey_rows(friend: Friend) -> dict[str, object]:
    """A survey with somebody who answered, and another that is a draft."""
    survey = make_survey()
    response = make_response(survey, friend, q1={"options": ["a"]}, q2={"number": 8})
    draft = make_survey("下書き", is_running=False)
    return {"survey": survey.pk, "survey_draft": draft.pk, "survey_response": response.pk}
