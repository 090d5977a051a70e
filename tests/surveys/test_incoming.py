"""Answers from a file: read in words, matched to people, written once, with all that follows."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from events.models import Event
from friends import values
from imports import engine, kinds
from imports.errors import UnknownKind
from surveys.incoming import cells
from surveys.models import Answer, Response
from surveys.questions import Question, Said, read
from tests.factories import make_customer, make_field, make_friend, make_line_user_id, make_link, make_tag
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey
from tests.surveys.test_results_totals import WANTS, WHEN, WHERE

AOI, REN = make_line_user_id("aoi"), make_line_user_id("ren")
ALL = [SKIN, SCORE, WORDS, WANTS, WHERE, WHEN]
[WANTED] = read([WANTS])


def take_in(survey, text: str, encoding: str = "utf-8-sig") -> engine.Report:
    return engine.import_file(f"survey-{survey.pk}", BytesIO(text.encode(encoding)))


def said(response: Response) -> dict:
    return {
        row.question: row.options or row.number or row.text or row.date
        for row in Answer.objects.filter(response=response)
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_answers_in_words_become_responses_of_friends(tenant, encoding):
    survey, aoi = make_survey(questions=ALL), make_friend("aoi")

    report = take_in(
        survey,
        "LINEユーザーID,回答日時,お肌のお悩みは？,おすすめ度は？,ご意見をどうぞ,欲しいものは？,お住まいは？,いつ使い始めましたか？\n"
        f"{AOI},2026/3/1 9:30,乾燥,９,よい香り,化粧水、乳液,東京,2026年1月5日\n",
        encoding,
    )

    response = Response.objects.get()
    assert (report.counts, report.refused) == ({"created": 1, "unchanged": 0, "unknown": 0}, [])
    assert (response.friend_id, response.channel, response.state) == (aoi.pk, "import", "finished")
    assert response.opened_at.isoformat() == "2026-03-01T00:30:00+00:00"
    found = said(response)
    assert (found["q1"], found["q2"], found["q3"], found["q4"]) == (["a"], 9, "よい香り", ["x", "y"])
    assert (found["q5"], found["q6"].isoformat()) == (["東京都"], "2026-01-05")


def test_the_same_file_again_changes_nothing(tenant):
    survey = make_survey()
    make_friend("aoi")
    file = f"LINE user ID,お肌のお悩みは？\n{AOI},乾燥\n,毛穴\n,毛穴\n"

    first, again = take_in(survey, file), take_in(survey, file)

    assert first.counts == {"created": 3, "unchanged": 0, "unknown": 2}
    assert again.counts == {"created": 0, "unchanged": 3, "unknown": 0}
    assert Response.objects.count() == 3


def test_people_are_known_by_customer_number_mail_and_phone(tenant):
    survey, aoi = make_survey(), make_friend("aoi")
    make_link(aoi, make_customer("A-1"))
    known = "会員番号,メールアドレス,電話番号\nA-2,ren@example.jp,\nA-3,,090-1234-5678\n"
    engine.import_file("customers", BytesIO(known.encode()))

    take_in(
        survey,
        "会員番号,メール,電話,お肌のお悩みは？\nA-1,,,乾燥\n,ＲＥＮ@example.jp,,毛穴\n"
        ",,+81 90 1234 5678,なし\nA-9,,,なし\n",
    )

    found = Response.objects.order_by("pk")
    numbers = dict(Customer.objects.values_list("pk", "number"))
    assert [each.friend_id for each in found] == [aoi.pk, None, None, None]
    assert [numbers.get(each.customer_id) for each in found] == ["A-1", "A-2", "A-3", None]


def test_what_was_answered_reaches_tags_fields_and_the_timeline(tenant):
    tag, field = make_tag("乾燥肌"), make_field("肌", "text", key="skin")
    asked = {
        **SKIN,
        "field": field.pk,
        "options": [{**SKIN["options"][0], "tag": tag.pk}, *SKIN["options"][1:]],
    }
    survey, aoi = make_survey(questions=[asked]), make_friend("aoi")

    take_in(survey, f"uid,お肌のお悩みは？\n{AOI},乾燥\n")

    assert list(aoi.tags.all()) == [tag]
    assert values.of([aoi])[aoi.pk][field.pk] == ["乾燥"]
    assert Event.objects.get(type="answered").friend_id == aoi.pk


def test_a_friend_who_has_answered_is_not_entered_twice(tenant):
    survey, aoi = make_survey(), make_friend("aoi")
    make_response(survey, aoi, q1={"options": ["b"]})

    report = take_in(survey, f"uid,お肌のお悩みは？\n{AOI},乾燥\n")

    assert report.counts["unchanged"] == 1
    assert said(Response.objects.get()) == {"q1": ["b"]}


def test_where_many_entries_are_allowed_each_row_is_one(tenant):
    survey = make_survey(is_once=False)
    make_friend("aoi")

    take_in(survey, f"uid,回答日,お肌のお悩みは？\n{AOI},2026-01-01,乾燥\n{AOI},2026-02-01,毛穴\n")

    assert sorted(Response.objects.values_list("round", flat=True)) == [1, 2]


def test_a_column_for_each_option_is_read_too(tenant):
    survey = make_survey(questions=[WANTS])

    take_in(survey, "欲しいものは？[化粧水],欲しいものは？[乳液],欲しいものは？[美容液]\n1,,○\n0,1,いいえ\n")

    assert [said(each)["q4"] for each in Response.objects.order_by("pk")] == [["x", "z"], ["y"]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("aoi,乾燥,5", "A LINE user ID is U"),
        (f"{AOI},かゆみ,5", "“かゆみ” is none of the answers: 乾燥、毛穴、なし"),
        (f"{AOI},乾燥,とても", "does not begin with a number"),
        (f"{AOI},乾燥,11", "a number from 0 to 10"),
        (f"{AOI},,", "answers no question"),
        (f"{AOI},👩‍👩‍👧,", "is none of the answers"),
        (f"{AOI},{'乾' * 3000},", "is none of the answers"),
    ],
)
def test_a_bad_row_is_refused_in_words_and_the_others_go_in(tenant, row, reason):
    survey = make_survey()

    report = take_in(survey, f"uid,お肌のお悩みは？,おすすめ度は？\n{row}\n{REN},毛穴,3\n")

    [(line, said_why)] = report.refused
    assert line == 2
    assert reason in said_why
    assert report.counts["created"] == 1


@pytest.mark.parametrize("name", ["survey-0", "survey-99999999999999", "survey-x", "survey-", "survey-１"])
def test_answers_to_a_survey_that_there_is_not_cannot_be_imported(tenant, name):
    with pytest.raises(UnknownKind):
        engine.import_file(name, BytesIO(b"a\n1\n"))


def test_a_draft_takes_no_answers(tenant):
    draft = make_survey(is_running=False)

    assert kinds.of(f"survey-{draft.pk}") is None


@given(
    st.lists(st.sampled_from(["化粧水", "乳液", "美容液"]), unique=True, min_size=1),
    st.sampled_from("|;,、，\n"),
)
def test_several_answers_are_read_whatever_stands_between(words, between):
    ids = {"化粧水": "x", "乳液": "y", "美容液": "z"}

    found = cells.read(WANTED, between.join(words))

    assert set(found.options) == {ids[word] for word in words}


@pytest.mark.parametrize("cell", ["その他：香水", "other: 香水", "香水"])
def test_what_is_none_of_the_answers_is_other_where_that_may_be(cell):
    assert cells.read(WANTED, cell) == Said(options=("other",), text="香水")


@given(st.text(max_size=50))
def test_no_cell_breaks_the_reading(cell):
    for question in read(ALL):
        with suppress(cells.Unreadable):
            assert isinstance(cells.read(question, cell), Said)


@pytest.mark.parametrize("cell", ["9999-12-31", "0001-01-01 00:00", "tomorrow"])
def test_a_time_where_the_calendar_ends_is_none(cell):
    with pytest.raises(cells.Unreadable, match="Not a time"):
        cells.moment(cell)


def test_a_question_is_passed_over_by_an_empty_cell():
    assert cells.read(Question("q1", "scale", is_required=True), " ") == Said()
