"""The language of questions: read, answered, led through, checked."""

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from surveys.questions import Said, read
from surveys.questions.checking import faults
from surveys.questions.language import Unreadable, written
from surveys.questions.paths import standing, way
from surveys.questions.types import BadAnswer, take, words

OPTIONS = [{"id": "a", "words": "はい"}, {"id": "b", "words": "いいえ", "next": "end"}]
SINGLE = {"id": "q1", "type": "single", "title": "続けますか", "required": True, "options": OPTIONS}
TEXT = {"id": "q2", "type": "text", "title": "ご意見"}


def test_questions_are_read_and_written_without_loss():
    raw = [SINGLE | {"other": True, "field": 3}, TEXT | {"long": True, "next": "end"}]

    assert written(read(raw)) == raw


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [1],
        [{"type": "text"}],
        [{"id": "q"}],
        [TEXT | {"title": 5}],
        [TEXT | {"required": 1}],
        [TEXT | {"longest": True}],
        [TEXT | {"colour": "red"}],
        [TEXT | {"options": [{"words": "x"}]}],
        [TEXT] * 61,
    ],
)
def test_json_of_another_shape_is_unreadable(raw):
    with pytest.raises(Unreadable):
        read(raw)


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        (SINGLE, Said(options=("a",)), Said(options=("a",))),
        (SINGLE | {"other": True}, Said(("other",), text=" 未定 "), Said(("other",), text="未定")),
        (SINGLE | {"type": "multiple"}, Said(options=("b", "a")), Said(options=("a", "b"))),
        ({"id": "q", "type": "scale", "low": 0, "high": 10}, Said(number=0), Said(number=0)),
        (TEXT, Said(text="か\u3099 👍🏽\r\n"), Said(text="か\u3099 👍🏽")),
        (TEXT, Said(text="   "), Said()),
        ({"id": "q", "type": "date"}, Said(date=date(2026, 2, 28)), Said(date=date(2026, 2, 28))),
        ({"id": "q", "type": "prefecture"}, Said(options=("東京都",)), Said(options=("東京都",))),
    ],
)
def test_an_answer_that_fits_is_kept(question, said, kept):
    [asked] = read([question])

    assert take(asked, said) == kept


@pytest.mark.parametrize(
    ("question", "said", "complaint"),
    [
        (SINGLE, Said(), "Please answer this question."),
        (SINGLE, Said(options=("z",)), "Please choose one of the answers."),
        (SINGLE, Said(options=("a", "b")), "Please choose one."),
        (SINGLE | {"other": True}, Said(options=("other",)), "Please write what you mean by “other”."),
        (SINGLE | {"type": "multiple", "least": 2}, Said(options=("a",)), "Please choose at least 2."),
        (SINGLE | {"type": "multiple", "most": 1}, Said(options=("a", "b")), "Please choose at most 1."),
        ({"id": "q", "type": "scale"}, Said(number=6), "Please choose a number from 1 to 5."),
        (TEXT | {"longest": 3}, Said(text="1234"), "Please write at most 3 characters (now 4)."),
        ({"id": "q", "type": "prefecture"}, Said(options=("東京",)), "Please choose a prefecture."),
        (
            {"id": "q", "type": "date", "earliest": "2026-01-01"},
            Said(date=date(2025, 12, 31)),
            "Please choose a date from Jan. 1, 2026 on.",
        ),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(question, said, complaint):
    [asked] = read([question])

    with override("en"), pytest.raises(BadAnswer) as refused:
        take(asked, said)

    assert str(refused.value) == complaint


def test_an_answer_is_said_in_words():
    [asked] = read([SINGLE | {"type": "multiple", "other": True}])

    with override("ja"):
        said = words(asked, Said(options=("a", "other"), text="検討中"))

    assert said == "はい、その他：検討中"


def test_an_option_leads_to_the_end_and_the_question_to_the_next():
    questions = read([SINGLE, TEXT])

    assert standing(questions, {}).id == "q1"
    assert standing(questions, {"q1": Said(options=("a",))}).id == "q2"
    assert standing(questions, {"q1": Said(options=("b",))}) is None


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ([], ("", "There is no question yet.")),
        ([TEXT | {"title": " "}], ("q2", "The question has no words.")),
        ([TEXT | {"next": "q9"}], ("q2", "It leads to a question that is not there.")),
        ([SINGLE, TEXT | {"next": "q1"}], ("q2", "It leads back.")),
        ([SINGLE | {"next": "end"}, TEXT], ("q2", "No way leads to this question.")),
        ([TEXT, TEXT], ("q2", "The id of a question must be its own.")),
        ([SINGLE | {"options": OPTIONS[:1]}], ("q1", "It needs at least two answers")),
        ([SINGLE | {"options": [OPTIONS[0], OPTIONS[0]]}], ("q1", "Two answers have the same words.")),
        ([SINGLE | {"type": "image"}], ("q1", "An answer has no picture.")),
        ([SINGLE | {"type": "multiple", "least": 3}], ("q1", "Nobody can choose as many")),
        ([TEXT | {"type": "scale", "low": 0, "high": 11}], ("q2", "A scale has two to eleven numbers.")),
        ([TEXT | {"type": "date", "latest": "tomorrow"}], ("q2", "A date is written as 2026-11-22.")),
        ([TEXT | {"type": "oracle"}], ("q2", "There is no such type of question.")),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_question(raw, found):
    with override("en"):
        told = faults(read(raw))

    assert any(each.question == found[0] and each.words.startswith(found[1]) for each in told)


def test_questions_that_can_be_asked_have_no_faults():
    assert faults(read([SINGLE, TEXT])) == []


@st.composite
def surveys(draw):
    """Questions with jumps to anywhere, also back, and to what is not there."""
    count = draw(st.integers(1, 8))
    targets = st.sampled_from(["", "end", "nowhere", *(f"q{place}" for place in range(count))])
    return [
        {
            "id": f"q{place}",
            "type": "single",
            "title": "?",
            "next": draw(targets),
            "options": [{"id": "a", "words": "a", "next": draw(targets)}, {"id": "b", "words": "b"}],
        }
        for place in range(count)
    ]


@given(surveys(), st.data())
def test_every_way_ends_and_passes_no_question_twice(raw, data):
    questions = read(raw)
    answers: dict[str, Said] = {}

    while asked := standing(questions, answers):
        answers[asked.id] = data.draw(st.sampled_from([Said(), Said(("a",)), Said(("b",))]))

    passed = [question.id for question in way(questions, answers)]
    assert passed == list(answers)
    assert passed == sorted(passed)
