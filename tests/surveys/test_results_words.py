"""Words of free answers: what is one word, how they are counted, with their answers and beside others."""

from datetime import date

import pytest

from surveys.models import Answer, CountedWord, WordReport
from surveys.results import counting, wording
from surveys.results.narrowing import Narrowing
from tests.factories import make_friend, make_segment, make_tag
from tests.surveys.factories import make_response, make_survey


def words_of(text: str) -> set[str]:
    return set(wording.words(text).values())


def make_texts(*texts: str, survey=None):
    survey = survey or make_survey()
    for text in texts:
        make_response(survey, make_friend(f"f{Answer.objects.count()}"), q3={"text": text})
    return survey


def counted(survey, **narrowed) -> dict[str, int]:
    report = counting.report_of(survey, "q3")
    counting.work(lambda: True)
    report.refresh_from_db()
    return {
        found.word: found.count for found in counting.most_frequent(report, Narrowing(survey, **narrowed))
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("化粧水の香りがとても良くて、毎日使っています。", {"化粧水", "香り", "良い", "毎日", "使う"}),
        ("配送が遅かった。梱包は丁寧でした", {"配送", "遅い", "梱包", "丁寧"}),
        ("美容液と定期便の日付", {"美容液", "定期便", "日付"}),
        ("ｽｷﾝｹｱ用品", {"スキンケア", "用品"}),
        ("I LOVE the lotion, it’s great!", {"love", "lotion", "great"}),
        ("Shippingが遅い", {"shipping", "遅い"}),
        ("とくになし", {"なし"}),
        ("100円 2026年 ５個", {"円", "年"}),
        ("😀😀！？。。。", set()),
        ("", set()),
        ("\0 \n", set()),
    ],
)
def test_the_words_of_an_answer_are_those_of_a_dictionary(text, words):
    assert words_of(text) == words


def test_a_text_longer_than_the_tokenizer_takes_is_told_apart_too():
    assert words_of("化粧水が好き。" * 20_000) >= {"化粧水", "好き"}


def test_an_answer_counts_once_for_a_word_however_often_it_says_it(tenant):
    survey = make_texts("安い、安い、安い", "もっと安くしてほしい", "嬉しい", "うれしいです")

    found = counted(survey)

    assert (found["安い"], found["嬉しい"]) == (2, 2)


def test_words_are_counted_of_some_people_only(tenant):
    survey, tag = make_survey(), make_tag("VIP")
    make_response(survey, make_friend("aoi", tags=[tag]), q3={"text": "香りが好き"})
    make_response(survey, make_friend("ren"), q3={"text": "値段が高い"})

    found = counted(survey, segment=make_segment({"type": "tag", "tag": tag.pk}))

    assert found == {"香り": 1, "好き": 1}
    assert counted(survey, last=date(2020, 1, 1)) == {}


def test_a_word_leads_to_its_answers_and_to_words_beside_it(tenant):
    survey = make_texts("香りが好き", "香りが好きです", "値段が高い")
    counted(survey)
    report = WordReport.objects.get()
    smell = report.words.get(word="香り")

    found = Answer.objects.filter(pk__in=list(counting.answers_with(smell)))

    assert sorted(found.values_list("text", flat=True)) == ["香りが好き", "香りが好きです"]
    assert [(each.word, each.count) for each in counting.beside(report, smell)] == [("好き", 2)]


def test_what_was_counted_stays_until_an_answer_comes_or_changes(tenant):
    survey = make_texts("香りが好き")
    counted(survey)
    before = WordReport.objects.get().counted_at

    counted(survey)
    assert WordReport.objects.get().counted_at == before

    make_texts("値段が高い", survey=survey)
    assert counted(survey)["値段"] == 1


def test_what_is_erased_is_counted_no_more(tenant):
    survey = make_texts("香りが好き", "値段が高い")
    counted(survey)

    Answer.objects.filter(text="値段が高い").update(text="")

    assert set(counted(survey)) == {"香り", "好き"}


def test_a_count_that_was_broken_off_is_begun_anew(tenant):
    survey = make_texts("香りが好き")
    counting.report_of(survey, "q3")

    def die() -> bool:
        raise SystemExit

    with pytest.raises(SystemExit):
        counting.work(die)
    assert not CountedWord.objects.exists()

    assert counting.work(lambda: True) is None
    assert CountedWord.objects.count() == 2


def test_a_count_that_takes_longer_than_a_turn_is_brought_to_its_end(tenant, monkeypatch):
    monkeypatch.setattr(counting, "PORTION", 1)
    survey = make_texts("香りが好き", "香りが強い")
    make_response(survey, make_friend(), q4={"text": "値段が高い"})
    first, second = (counting.report_of(survey, question) for question in ("q3", "q4"))

    assert counting.work(lambda: False) is not None
    assert (first.words.count(), second.words.count()) == (3, 0)

    assert counting.work(lambda: False) is not None
    assert (first.words.count(), second.words.count()) == (3, 2)


def test_counting_twice_at_once_counts_once(tenant):
    survey = make_texts("香りが好き")
    report = counting.report_of(survey, "q3")

    counting._count(report, lambda: None)
    counting._count(report, lambda: None)

    assert {found.word: found.count for found in counting.most_frequent(report, Narrowing(survey))} == {
        "香り": 1,
        "好き": 1,
    }
