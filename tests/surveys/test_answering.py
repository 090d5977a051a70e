"""Taking part: one entry each, one way through the questions, what follows at the end."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.errors import AppError
from coupons.models import Ticket
from customers import erasing, merging
from events.models import Event
from friends import values
from friends.models import Friend, FriendTag
from surveys import services
from surveys.answering import finishing, taking
from surveys.answering.kept import answers_of
from surveys.errors import (
    AlreadyAnswered,
    SurveyChanged,
    SurveyHasAnswers,
    SurveyNameTaken,
    SurveyNotReady,
    SurveyWordReserved,
    SurveyWordTaken,
    SurveyWrongStatus,
)
from surveys.models import Response, Survey
from surveys.questions import Said, read
from surveys.questions.paths import standing, way
from tests.coupons.factories import make_own_coupon
from tests.factories import make_customer, make_field, make_friend, make_tag
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey

ANSWERS = [Said(), Said(("a",)), Said(("b",)), Said(("z",)), Said(("a", "b"))]


def begin(survey: Survey, friend: Friend) -> Response:
    return taking.begin(survey, friend.pk, channel="page")


def finish(survey: Survey, friend: Friend) -> Response:
    """Through a survey of the one question `q1`."""
    return taking.answer(begin(survey, friend), "q1", Said(("a",)))


@pytest.fixture
def friend(tenant) -> Friend:
    return make_friend("aoi")


def test_two_at_once_begin_one_response(own_tenant):
    survey, friend = make_survey(), make_friend("aoi")

    def open_it(_number: int) -> int:
        with tenant_context(own_tenant):
            number = begin(survey, friend).pk
        connection.close()
        return number

    with ThreadPoolExecutor(4) as threads:
        opened = set(threads.map(open_it, range(8)))

    assert len(opened) == 1
    assert Response.objects.count() == 1


def test_two_at_once_send_the_last_answer_once(own_tenant):
    coupon = make_own_coupon()
    survey = make_survey(questions=[SKIN], reward={"kind": "coupon", "coupon": coupon.pk})
    response = begin(survey, make_friend("aoi"))

    def send(_number: int) -> bool:
        with tenant_context(own_tenant):
            try:
                taking.answer(response, "q1", Said(("a",)))
            except AlreadyAnswered:
                return False
            finally:
                connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(send, range(4)))

    assert sorted(outcomes) == [False, False, False, True]
    assert Event.objects.filter(type="answered").count() == Ticket.objects.count() == 1


def test_the_first_so_many_get_the_incentive_also_at_once(own_tenant):
    coupon = make_own_coupon()
    survey = make_survey(questions=[SKIN], reward={"kind": "coupon", "coupon": coupon.pk}, reward_limit=2)
    responses = [begin(survey, make_friend(name)) for name in ("aoi", "ren", "yui", "sora")]

    def send(response: Response) -> None:
        with tenant_context(own_tenant):
            taking.answer(response, "q1", Said(("a",)))
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, responses))

    assert Response.objects.exclude(reward_words="").count() == Ticket.objects.count() == 2
    assert Response.objects.finished().count() == 4


def test_the_incentive_is_told_with_its_address(friend):
    coupon = make_own_coupon("10％OFF")
    survey = make_survey(questions=[SKIN], reward={"kind": "coupon", "coupon": coupon.pk})

    response = finish(survey, friend)

    assert "10％OFF" in response.reward_words
    assert f"/cp/{coupon.pk}-" in response.reward_address


def test_an_incentive_that_is_gone_keeps_nobody_from_finishing(friend):
    survey = make_survey(questions=[SKIN], reward={"kind": "coupon", "coupon": 999})

    response = finish(survey, friend)

    assert (response.state, response.reward_words) == ("finished", "")


def test_answers_become_fields_as_far_as_they_fit(friend):
    skin = make_field("肌質", "choice", choices=["乾燥", "毛穴"])
    score = make_field("推奨度", "number")
    closed = make_field("誕生日", "date")
    survey = make_survey(
        questions=[SKIN | {"field": skin.pk}, SCORE | {"field": score.pk}, WORDS | {"field": closed.pk}]
    )

    response = begin(survey, friend)
    for question, said in (("q1", Said(("a",))), ("q2", Said(number=9)), ("q3", Said(text="no date"))):
        taking.answer(response, question, said)

    kept = values.of([friend])[friend.pk]
    assert kept == {skin.pk: ["乾燥"], score.pk: [9]}


def test_what_follows_is_done_for_many_at_once_and_twice_is_as_once(tenant, django_assert_max_num_queries):
    tag = make_tag("乾燥肌")
    skin = SKIN | {"options": [{"id": "a", "words": "乾燥", "tag": tag.pk}, SKIN["options"][1]]}
    survey = make_survey(questions=[skin])
    for number in range(30):
        make_response(survey, make_friend(f"f{number}"), q1={"options": ["a"]})
    responses = list(Response.objects.select_related("survey", "version"))

    with django_assert_max_num_queries(12):
        finishing.after(responses)
    finishing.after(responses)

    assert FriendTag.objects.filter(tag=tag).count() == 30
    assert Event.objects.filter(type="answered").count() == 30


def test_who_is_under_way_keeps_the_version_they_began_with(friend):
    survey = make_survey(questions=[SKIN, WORDS])
    response = begin(survey, friend)
    taking.answer(response, "q1", Said(("a",)))

    services.write(survey, [SCORE], revision=survey.revision, by=None)
    services.publish(survey, revision=survey.revision, by=None)

    assert taking.answer(response, "q3", Said(text="良い")).state == "finished"
    assert begin(survey, make_friend("ren")).question == "q2"


def test_publishing_the_same_again_makes_no_new_version(tenant):
    survey = make_survey()

    services.publish(survey, revision=survey.revision, by=None)

    assert survey.versions.count() == 1


def test_a_closed_survey_opens_again_for_who_was_under_way(friend):
    survey = make_survey()
    response = begin(survey, friend)
    services.close(survey, by=None)
    with pytest.raises(SurveyWrongStatus):
        services.close(survey, by=None)

    services.publish(survey, revision=survey.revision, by=None)

    assert taking.answer(response, "q1", Said(("a",))).question == "q2"


def test_what_cannot_be_asked_is_not_published(tenant):
    survey = make_survey(questions=[SKIN | {"title": ""}], is_running=False)

    with pytest.raises(SurveyNotReady):
        services.publish(survey, revision=survey.revision, by=None)


def test_the_second_who_writes_the_draft_is_told(tenant):
    survey = make_survey(is_running=False)
    services.write(survey, [SKIN], revision=1, by=None)

    with pytest.raises(SurveyChanged):
        services.write(survey, [SCORE], revision=1, by=None)


def test_names_and_words_are_ones_own(tenant):
    survey = make_survey("A", keyword="アンケート")
    other = make_survey("B", is_running=False)

    with pytest.raises(SurveyNameTaken):
        services.create("A", by=None)
    with pytest.raises(SurveyWordTaken):
        services.change(other, keyword="ｱﾝｹｰﾄ", by=None)
    with pytest.raises(SurveyWordReserved):
        services.change(other, keyword="連携", by=None)
    assert services.change(survey, keyword="アンケート", by=None).keyword == "アンケート"


def test_one_that_was_answered_is_not_deleted_and_a_copy_is_a_draft(friend):
    survey = make_survey(keyword="アンケート")
    begin(survey, friend)

    with pytest.raises(SurveyHasAnswers):
        services.delete(survey, by=None)
    copied = services.copy(survey, by=None)
    services.delete(copied, by=None)

    assert (copied.status, copied.questions, copied.keyword) == ("draft", survey.questions, "")
    assert list(Survey.objects.all()) == [survey]


@st.composite
def surveys(draw) -> list[dict]:
    """Questions of one answer each, with jumps to anywhere further down."""
    count = draw(st.integers(1, 5))

    def jump(place: int) -> str:
        return draw(st.sampled_from(["", "end", *(f"q{later}" for later in range(place + 1, count))]))

    return [
        {
            "id": f"q{place}",
            "type": "single",
            "title": "?",
            "required": draw(st.booleans()),
            "next": jump(place),
            "options": [{"id": "a", "words": "a", "next": jump(place)}, {"id": "b", "words": "b"}],
        }
        for place in range(count)
    ]


ACTS = st.sampled_from(["answer", "again", "back", "stop", "begin"])
TAPS = st.lists(st.tuples(ACTS, st.integers(0, 4), st.sampled_from(ANSWERS)), max_size=25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(surveys(), TAPS)
def test_whatever_is_tapped_there_is_one_response_and_its_answers_are_one_way(friend, raw, taps):
    """Any answers, repeats, corrections, steps back and stops."""
    survey = make_survey(uuid4().hex, questions=raw)
    response = begin(survey, friend)

    for what, place, said in taps:
        try:
            _do(survey, response, friend, what, f"q{place}", said)
        except AppError:
            continue
    _go_on_to_the_end(response)

    [left] = Response.objects.filter(survey=survey)
    questions, answers = read(raw), answers_of(left)
    assert left.state == "finished"
    assert {each.id for each in way(questions, answers)} == answers.keys()
    assert standing(questions, answers) is None
    assert Event.objects.filter(type="answered", key=f"survey:{left.pk}").count() == 1


def _do(survey: Survey, response: Response, friend: Friend, what: str, question: str, said: Said) -> None:
    match what:
        case "answer":
            taking.answer(response, question, said)
        case "again":
            taking.answer(response, question, said, by_step=True)
        case "back":
            taking.go_back(response)
        case "stop":
            taking.stop(response)
        case _:
            taking.begin(survey, friend.pk, channel="chat")


def _go_on_to_the_end(response: Response) -> None:
    while True:
        response.refresh_from_db()
        if response.state == "finished":
            return
        asked = standing(read(response.version.questions), answers_of(response))
        taking.answer(response, asked.id if asked else response.question, Said(("b",)))


def test_a_merged_customer_keeps_answers_and_an_erased_one_only_what_was_chosen(tenant):
    survey, gone, into = make_survey(), make_customer("1"), make_customer("2")
    response = make_response(survey, None, q1={"options": ["a"]}, q3={"text": "電話してください"})
    Response.objects.filter(pk=response.pk).update(customer_id=gone.pk)

    merging.merge(into, gone)
    erasing.erase(into)

    response.refresh_from_db()
    assert response.customer_id == into.pk
    assert list(response.answers.values_list("options", "text")) == [(["a"], ""), (None, "")]
