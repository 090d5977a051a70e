"""Surveys by REST: written, published, answered, closed."""

import pytest

from surveys.models import Answer, Survey
from tests.factories import make_campaign, make_friend
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey


@pytest.fixture
def api(call):
    return call()


def test_a_survey_is_written_published_and_closed(api):
    campaign = make_campaign()
    body = {"name": "お肌", "questions": [SKIN], "campaign": campaign.pk, "keyword": "肌"}

    made = api.post("surveys/", body).json()
    changed = api.patch(f"surveys/{made['id']}/", {"questions": [SKIN, SCORE], "revision": 1}).json()
    published = api.put(f"surveys/{made['id']}/publication/", {"revision": 2})
    closed = api.delete(f"surveys/{made['id']}/publication/").json()

    assert (made["status"], made["campaign"], made["revision"]) == ("draft", campaign.pk, 1)
    assert changed["questions"] == [SKIN, SCORE]
    assert (published.status_code, published.json()["number"]) == (200, 1)
    assert closed["status"] == "closed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "お肌のアンケート"}, 409, "survey_name_taken"),
        ({"name": "x", "questions": [{"id": "q1", "colour": 1}]}, 422, "invalid_questions"),
        ({"name": "x", "questions": "none"}, 400, "invalid"),
        ({"name": "x", "reward": {"kind": "coupon", "coupon": 999_999}}, 422, "no_such_reward"),
        ({"name": "x", "reward": {}}, 422, "no_such_reward"),
        ({"name": "x", "reward": "coupon 3"}, 400, "invalid"),
        ({"name": "x", "reward": []}, 400, "invalid"),
        ({"name": "x", "ends_at": "0001-01-01"}, 400, "invalid"),
        ({"name": ""}, 400, "invalid"),
        ({"name": "x" * 101}, 400, "invalid"),
        ({"name": "x", "starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}, 422, ""),
    ],
)
def test_what_cannot_be_is_refused(api, body, status, code):
    make_survey()

    answer = api.post("surveys/", body)

    assert answer.status_code == status
    assert code in answer.json()["code"]


def test_questions_are_changed_at_the_revision_that_was_read(api):
    survey = make_survey(is_running=False)

    without = api.patch(f"surveys/{survey.pk}/", {"questions": []})
    late = api.patch(f"surveys/{survey.pk}/", {"questions": [], "revision": 7})

    assert without.status_code == 400
    assert (late.status_code, late.json()["code"]) == (409, "survey_changed")


def test_what_is_to_be_mended_is_told(api):
    survey = make_survey(questions=[SKIN | {"title": ""}], is_running=False)

    checks = api.get(f"surveys/{survey.pk}/checks/").json()
    refused = api.put(f"surveys/{survey.pk}/publication/", {"revision": 1})

    assert checks == [{"question": "q1", "words": "The question has no words."}]
    assert (refused.status_code, refused.json()["code"]) == (422, "survey_not_ready")


def test_answers_are_taken_in_and_read(api):
    survey, friend = make_survey(questions=[SKIN, WORDS]), make_friend("aoi")
    answers = [{"question": "q1", "options": ["a"]}, {"question": "q3", "text": "良い 👍🏽"}]

    taken = api.post(f"surveys/{survey.pk}/responses/", {"friend": friend.pk, "answers": answers})
    again = api.post(f"surveys/{survey.pk}/responses/", {"friend": friend.pk, "answers": answers})
    listed = api.get(f"surveys/{survey.pk}/responses/?state=finished").json()["items"]

    assert (taken.status_code, taken.json()["state"]) == (201, "finished")
    assert (again.status_code, again.json()["code"]) == (409, "survey_answered")
    assert [(each["friend"], each["answers"][1]["text"]) for each in listed] == [(friend.pk, "良い 👍🏽")]


def test_one_bad_answer_takes_none(api):
    survey, friend = make_survey(), make_friend("aoi")
    answers = [{"question": "q1", "options": ["a"]}, {"question": "q2", "number": 99}]

    refused = api.post(f"surveys/{survey.pk}/responses/", {"friend": friend.pk, "answers": answers})

    assert (refused.status_code, refused.json()["code"]) == (422, "survey_bad_answer")
    assert not Answer.objects.exists()


def test_one_that_was_answered_is_not_deleted(api):
    survey = make_survey()
    make_response(survey, make_friend("aoi"), q1={"options": ["a"]})
    draft = make_survey("B", is_running=False)

    assert api.delete(f"surveys/{survey.pk}/").status_code == 409
    assert api.delete(f"surveys/{draft.pk}/").status_code == 204
    assert list(Survey.objects.all()) == [survey]


def test_lists_cost_the_same_for_many(api, django_assert_max_num_queries):
    for number in range(20):
        survey = make_survey(f"S{number}")
        make_response(survey, make_friend(f"f{number}"), q1={"options": ["a"]})
    api.get("surveys/")

    with django_assert_max_num_queries(14):
        assert len(api.get("surveys/").json()["items"]) == 20
