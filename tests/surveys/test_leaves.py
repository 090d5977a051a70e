"""Conditions about surveys in segments."""

import pytest

from friends.models import Friend
from segments import services as segments
from segments.errors import InvalidTree
from surveys.answering import taking
from surveys.questions import Said
from tests.factories import make_friend
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey

BORN = {"id": "q4", "type": "date", "title": "いつ"}


def names(**leaf: object) -> set[str]:
    members = segments.evaluate({"all": [leaf]})
    return set(Friend.objects.filter(pk__in=list(members)).values_list("display_name", flat=True))


def problem(**leaf: object) -> str:
    with pytest.raises(InvalidTree) as refused:
        segments.create_segment("Test", {"all": [leaf]})
    return refused.value.message


@pytest.fixture
def survey(tenant):
    """aoi and ren have answered, yui has begun, sora knows nothing of it."""
    survey = make_survey(questions=[SKIN, SCORE, WORDS, BORN])
    said = {"q1": {"options": ["a"]}, "q2": {"number": 9}, "q3": {"text": "とても ＧＯＯＤ"}}
    make_response(survey, make_friend("aoi"), **said, q4={"date": "2026-04-30"})
    make_response(survey, make_friend("ren"), q1={"options": ["b"]}, q2={"number": 3}, q3={})
    taking.begin(survey, make_friend("yui").pk, channel="page")
    make_friend("sora")
    return survey


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("finished", {"aoi", "ren"}),
        ("unfinished", {"yui"}),
        ("not_finished", {"yui", "sora"}),
    ],
)
def test_who_took_part(survey, state, found):
    assert names(type="survey", survey=survey.pk, state=state) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"question": "q1", "options": ["a"]}, {"aoi"}),
        ({"question": "q1", "options": ["a", "b"]}, {"aoi", "ren"}),
        ({"question": "q2", "number_at_least": 9}, {"aoi"}),
        ({"question": "q2", "number_at_most": 6}, {"ren"}),
        ({"question": "q3", "contains": "good"}, {"aoi"}),
        ({"question": "q3"}, {"aoi"}),
        ({"question": "q4", "day_from": "2026-04-01", "day_to": "2026-04-30"}, {"aoi"}),
        ({"question": "q9"}, set()),
    ],
)
def test_who_answered_what(survey, asked, found):
    assert names(type="survey_answer", survey=survey.pk, **asked) == found


def test_an_answer_is_found_at_once(survey):
    segment = segments.create_segment("S", {"all": [{"type": "survey", "survey": survey.pk}]})
    before = segments.evaluate(segment.tree)
    yui = Friend.objects.get(display_name="yui")

    response = taking.latest(survey, yui.pk)
    for question, said in (("q1", Said(("a",))), ("q2", Said(number=1)), ("q3", Said()), ("q4", Said())):
        taking.answer(response, question, said)

    assert yui.pk not in before
    assert yui.pk in segments.evaluate(segment.tree)


def test_what_is_not_there_is_refused(survey):
    assert "999999" in problem(type="survey", survey=999_999)
    assert "q9" in problem(type="survey_answer", survey=survey.pk, question="q9")


def test_a_range_that_ends_before_it_begins_is_refused(survey):
    asked = {"question": "q2", "number_at_least": 5, "number_at_most": 1}

    assert problem(type="survey_answer", survey=survey.pk, **asked)


def test_it_is_said_in_words(survey):
    segment = segments.create_segment(
        "S", {"all": [{"type": "survey_answer", "survey": survey.pk, "question": "q1", "options": ["a"]}]}
    )

    said = segments.words(segment.tree)

    assert "乾燥" in said
