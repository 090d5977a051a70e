"""Surveys on a page: one question at a time, for whoever has an address of their own."""

import pytest
from django_tenants.utils import tenant_context

from friends import personal
from friends.models import Friend
from surveys.models import Answer, Response, Survey
from tests.factories import make_friend
from tests.surveys.factories import SCORE, SKIN, WORDS, make_survey
from tests.visiting import Visitor

BROWSER = "Mozilla/5.0 (iPhone) Line/14.0"


class Page:
    """A friend's own address in a browser."""

    def __init__(self, survey: Survey, friend: Friend) -> None:
        self.client = Visitor(headers={"user-agent": BROWSER, "accept-language": "ja"})
        self.address = f"/c/apparel/s/{personal.token('survey', survey.pk, friend.pk)}/"

    def get(self, **headers: str):
        return self.client.get(self.address, headers=headers or None)

    def send(self, question: str, **given: object):
        return self.client.post(self.address, {"question": question, "act": "next"} | given, follow=True)

    def back(self):
        return self.client.post(self.address, {"act": "back"}, follow=True)


@pytest.fixture
def friend(tenant) -> Friend:
    return make_friend("aoi")


def test_a_survey_is_answered_step_by_step(friend):
    survey = make_survey(opening="1分で終わります。", thanks="また来てください。")
    page = Page(survey, friend)

    first = page.get()
    second = page.send("q1", option="b")
    page.send("q2", number="10")
    end = page.send("q3", text="とても\r\n良い")

    assert "1分で終わります。" in first.text
    assert "おすすめ度は？" in second.text
    assert "また来てください。" in end.text
    response = Response.objects.get()
    assert (response.state, response.channel, response.friend_id) == ("finished", "page", friend.pk)
    assert list(response.answers.values_list("options", "number", "text")) == [
        (["b"], None, ""),
        (None, 10, ""),
        (None, None, "とても\n良い"),
    ]


def test_many_friends_behind_one_network_address_are_not_held_up(friend, monkeypatch):
    monkeypatch.setattr("surveys.page.views.MOST", 2)
    survey = make_survey()

    for number in range(3):
        assert Page(survey, make_friend(f"guest {number}")).get().status_code == 200
    page = Page(survey, friend)
    answers = [page.get().status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_what_does_not_fit_is_asked_again_with_what_was_typed(friend):
    page = Page(make_survey(questions=[WORDS | {"longest": 3}]), friend)
    page.get()

    answer = page.send("q3", text="長い<b>文章")

    assert answer.status_code == 422
    assert "3文字以内でご記入ください（現在7文字）。" in answer.text
    assert "長い&lt;b&gt;文章" in answer.text
    assert not Answer.objects.exists()


def test_going_back_shows_the_answer_and_leads_on_step_by_step(friend):
    page = Page(make_survey(), friend)
    page.get()
    page.send("q1", option="b")
    page.send("q2", number="4")

    page.back()
    first = page.back()
    second = page.send("q1", option="a")

    assert 'value="b" checked' in first.text
    assert 'value="4" checked' in second.text
    assert Answer.objects.get(question="q1").options == ["a"]


def test_a_branch_leads_past_a_question_and_to_the_end(friend):
    skip = SKIN | {"options": [*SKIN["options"][:2], {"id": "c", "words": "なし", "next": "end"}]}
    page = Page(make_survey(questions=[skip, SCORE]), friend)
    page.get()

    page.send("q1", option="c")

    assert Response.objects.get().state == "finished"


def test_who_comes_back_is_at_the_question_where_they_left(friend):
    survey = make_survey()
    Page(survey, friend).get()
    Page(survey, friend).send("q1", option="a")

    assert "おすすめ度は？" in Page(survey, friend).get().text


def test_an_answer_to_another_question_than_the_one_at_hand_changes_nothing(friend):
    page = Page(make_survey(), friend)
    page.get()

    page.send("q2", number="3")

    assert not Answer.objects.exists()


def test_once_answered_it_thanks_and_asks_no_more(friend):
    page = Page(make_survey(questions=[WORDS]), friend)
    page.get()
    page.send("q3", text="良い")

    again = page.send("q3", text="悪い")

    assert "ご回答ありがとうございました" in again.text
    assert Answer.objects.get().text == "良い"


def test_where_it_is_allowed_one_answers_again(friend):
    page = Page(make_survey(questions=[WORDS], is_once=False), friend)
    page.get()
    page.send("q3", text="良い")

    page.client.post(page.address, {"act": "again"}, follow=True)
    page.send("q3", text="とても良い")

    assert list(Response.objects.order_by("round").values_list("round", "state")) == [
        (1, "finished"),
        (2, "finished"),
    ]


@pytest.mark.parametrize(
    "headers",
    [{"user-agent": "facebookexternalhit/1.1;line-poker/1.0"}, {"sec-purpose": "prefetch;prerender"}],
)
def test_a_preview_or_a_page_fetched_ahead_opens_nothing(friend, headers):
    page = Page(make_survey(), friend)

    shown = page.get(**headers)

    assert shown.status_code == 200
    assert not Response.objects.exists()


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "7", lambda t: "9" + t, lambda t: "x", lambda t: "🙂"])
def test_an_address_that_was_made_up_explains_how_to_open_it(friend, change):
    page = Page(make_survey(), friend)
    token = page.address.split("/")[-2]
    page.address = page.address.replace(token, change(token))

    answer = page.get()

    assert answer.status_code == 404
    assert "LINEから" in answer.text


def test_the_address_of_another_client_is_not_known(friend, other_tenant):
    page = Page(make_survey(), friend)
    with tenant_context(other_tenant):
        make_survey()

    answer = page.client.get(page.address.replace("apparel", "cosmetics"))

    assert answer.status_code == 404


def test_a_closed_survey_says_so(friend):
    survey = make_survey()
    page = Page(survey, friend)
    page.get()
    Survey.objects.update(status="closed")

    assert "このアンケートは終了しました。" in page.send("q1", option="a").text
    assert not Answer.objects.exists()


def test_without_an_address_of_ones_own_the_door_leads_into_line(channel, simulator):
    survey = make_survey()

    closed = Visitor(headers={"accept-language": "ja"}).get(f"/c/apparel/s/{survey.pk}/")

    assert closed.status_code == 404
    assert "LINEから" in closed.text


def test_every_type_of_question_is_shown(friend):
    questions = [
        SKIN | {"id": "a1", "other": True, "required": False},
        SKIN | {"id": "a2", "type": "multiple", "least": 1, "most": 2, "required": False},
        {"id": "a3", "type": "date", "title": "いつ", "earliest": "2026-01-01", "latest": "2026-12-31"},
        {"id": "a4", "type": "prefecture", "title": "どこ"},
        SCORE | {"id": "a5", "low_words": "いいえ", "high_words": "はい", "required": False},
        WORDS | {"id": "a6", "long": True},
    ]
    page = Page(make_survey(questions=questions), friend)

    shown = [page.get().text, *(page.send(each["id"]).text for each in questions)]

    assert "その他の内容" in shown[0]
    assert "1〜2個お選びください。" in shown[1]
    assert 'min="2026-01-01"' in shown[2]
    assert '<optgroup label="関東">' in shown[3]
    assert "いいえ" in shown[4]
    assert "<textarea" in shown[5]
    assert Response.objects.get().state == "finished"
