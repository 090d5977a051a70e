"""Totals, funnels and cross tables: against counting by hand, narrowed in every way."""

import random
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from scipy import stats

from friends import values
from segments import rfm
from segments import services as segments
from surveys.models import Response, SurveyVersion
from surveys.results import crossing, funnel, sides, totals
from surveys.results.narrowing import Narrowing
from tests.factories import make_customer, make_field, make_friend, make_link, make_segment, make_tag
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey

WANTS = {
    "id": "q4",
    "type": "multiple",
    "title": "欲しいものは？",
    "options": [{"id": "x", "words": "化粧水"}, {"id": "y", "words": "乳液"}, {"id": "z", "words": "美容液"}],
    "other": True,
}
WHERE = {"id": "q5", "type": "prefecture", "title": "お住まいは？"}
WHEN = {"id": "q6", "type": "date", "title": "いつ使い始めましたか？"}
ALL = [SKIN, SCORE, WORDS, WANTS, WHERE, WHEN]


def totals_of(survey, **narrowed) -> dict[str, totals.Total]:
    return {total.asked.id: total for total in totals.of(Narrowing(survey, **narrowed))}


def counts_of(total: totals.Total) -> dict[str, int]:
    return {line.key: line.count for line in total.lines}


def crossed(survey, row: str, column: str, **narrowed) -> crossing.Crossed:
    return crossing.cross(Narrowing(survey, **narrowed), sides.of(survey, row), sides.of(survey, column))


@pytest.fixture
def answered(tenant):
    """A survey that 200 friends answered at random, and what each said."""
    survey, chance, said = make_survey(questions=ALL), random.Random(9), []
    for place in range(200):
        each = {
            "q1": {"options": [chance.choice("abc")]},
            "q2": {"number": chance.randint(0, 10)},
            "q4": {"options": [key for key in "xyz" if chance.random() < 0.4]},
        }
        said.append(each)
        make_response(survey, make_friend(f"friend-{place}"), **each)
    return survey, said


def test_whoever_is_counted_for_an_answer_can_be_gathered_in_a_segment(tenant):
    survey, chance = make_survey(questions=ALL), random.Random(3)
    for place in range(40):
        make_response(
            survey,
            make_friend(f"friend-{place}"),
            q1={"options": [chance.choice("abc")]},
            q2={"number": chance.randint(0, 10)},
            q4={"options": [chance.choice(["x", "other"])]},
            q5={"options": [chance.choice(["東京都", "千葉県", "大阪府"])]},
            q6={"date": date(2024, chance.choice([2, 12]), 28)},
        )

    found = [
        line for total in totals_of(survey).values() for line in (*total.lines, *total.groups) if line.count
    ]

    assert len(found) > 20
    assert [segments.count(line.tree).total for line in found] == [line.count for line in found]


def test_answers_are_counted_as_by_hand(answered):
    survey, said = answered

    found = totals_of(survey)

    assert counts_of(found["q1"]) == Counter(each["q1"]["options"][0] for each in said)
    numbers = Counter(str(each["q2"]["number"]) for each in said)
    assert counts_of(found["q2"]) == {str(number): numbers[str(number)] for number in range(11)}
    wanted = Counter(key for each in said for key in each["q4"]["options"])
    assert counts_of(found["q4"]) == {**wanted, "other": 0}
    assert found["q4"].answered == sum(bool(each["q4"]["options"]) for each in said)
    assert found["q4"].shown == 200


def test_a_scale_has_mean_median_and_nps(answered):
    survey, said = answered
    numbers = [each["q2"]["number"] for each in said]

    mean = totals_of(survey)["q2"].mean

    interval = stats.t.interval(0.95, 199, loc=mean.mean, scale=stats.sem(numbers))
    assert mean.mean == pytest.approx(sum(numbers) / 200)
    assert mean.median == stats.scoreatpercentile(numbers, 50)
    assert mean.mean + mean.reach == pytest.approx(interval[1], abs=0.01)
    assert mean.nps == round((sum(n > 8 for n in numbers) - sum(n < 7 for n in numbers)) / 2)


def test_a_share_has_an_interval_and_names_of_whom_it_is(tenant):
    survey = make_survey()
    for place in range(10):
        make_response(survey, make_friend(f"f{place}"), q1={"options": ["a" if place < 4 else "b"]}, q3={})

    found = totals_of(survey)
    [first, *_others] = found["q1"].lines

    wilson = stats.binomtest(4, 10).proportion_ci(method="wilson")
    assert (first.percent, first.answered) == (40, 10)
    assert first.range == pytest.approx((wilson.low, wilson.high), abs=1e-4)
    assert (found["q3"].shown, found["q3"].answered) == (10, 0)


def test_the_title_of_a_chart_answers_its_question(tenant):
    survey = make_survey(questions=ALL)
    for place in range(4):
        make_response(
            survey,
            make_friend(f"f{place}"),
            q1={"options": ["b" if place else "a"]},
            q2={"number": 10},
            q3={"text": "よい"},
            q5={"options": ["東京都" if place else "大阪府"]},
            q6={"date": date(2026, 3 if place else 4, 1)},
        )

    found = totals_of(survey)

    assert found["q1"].headline == "Most choose “毛穴”: 75%"
    assert found["q2"].headline == "NPS +100, on average 10.0 of 10"
    assert found["q3"].headline == "4 people wrote something"
    assert found["q4"].headline == "Nobody has answered yet"
    assert found["q5"].headline == "Most are from Kanto: 75%"
    assert found["q6"].headline == "Most often in 2026/03: 75%"


def test_what_earlier_versions_asked_is_counted_too(tenant):
    survey = make_survey(questions=[SKIN, SCORE])
    make_response(survey, make_friend("aoi"), q1={"options": ["c"]}, q2={"number": 3})
    newer = [{**SKIN, "title": "いまのお悩みは？", "options": SKIN["options"][:2]}]
    survey.version = SurveyVersion.objects.create(survey=survey, number=2, questions=newer)
    survey.save(update_fields=["version"])

    found = totals_of(survey)

    assert found["q1"].asked.title == "いまのお悩みは？"
    assert counts_of(found["q1"]) == {"a": 0, "b": 0, "c": 1}
    assert (found["q1"].asked.is_current, found["q2"].asked.is_current) == (True, False)


def test_who_left_stands_where_they_left(tenant):
    survey = make_survey()
    make_response(survey, make_friend("done"), q1={"options": ["a"]}, q2={"number": 5}, q3={})
    half = make_response(survey, make_friend("half"), q1={"options": ["a"]})
    Response.objects.filter(pk=half.pk).update(state="stopped", finished_at=None, question="q2")
    seen = make_response(survey, make_friend("seen"))
    Response.objects.filter(pk=seen.pk).update(state="open", finished_at=None, started_at=None, question="q1")
    narrowing = Narrowing(survey)

    found = funnel.of(narrowing, totals.of(narrowing), totals.still_at(narrowing))

    assert [(step.people, step.lost) for step in found.steps] == [
        (3, 0),
        (2, 1),
        (3, 1),
        (2, 1),
        (1, 0),
        (1, 0),
    ]
    assert (found.opened, found.started, found.finished) == (3, 2, 1)


def test_answers_are_narrowed_by_segment_days_channel_and_end(tenant):
    survey, tag = make_survey(), make_tag("VIP")
    old = make_response(survey, make_friend("aoi", tags=[tag]), q1={"options": ["a"]})
    Response.objects.filter(pk=old.pk).update(
        opened_at=datetime(2026, 3, 1, 14, 59, tzinfo=UTC), channel="chat"
    )
    late = make_response(survey, make_friend("ren"), q1={"options": ["b"]})
    Response.objects.filter(pk=late.pk).update(opened_at=datetime(2026, 3, 1, 15, tzinfo=UTC))
    left = make_response(survey, make_friend("yui"), q1={"options": ["c"]})
    Response.objects.filter(pk=left.pk).update(state="open", finished_at=None)
    segment = make_segment({"type": "tag", "tag": tag.pk})

    def chosen(**narrowed) -> str:
        return "".join(line.key for line in totals_of(survey, **narrowed)["q1"].lines if line.count)

    assert chosen() == "abc"
    assert chosen(segment=segment) == "a"
    assert chosen(last=date(2026, 3, 1)) == "a"
    assert chosen(first=date(2026, 3, 2), last=date(2026, 3, 2)) == "b"
    assert chosen(channel="chat") == "a"
    assert chosen(is_finished_only=True) == "ab"


def test_a_cross_table_of_two_questions_is_scipys(answered):
    survey, said = answered
    pairs = Counter((each["q1"]["options"][0], each["q2"]["number"]) for each in said)
    counts = [[pairs[key, number] for number in range(11)] for key in "abc"]

    found = crossed(survey, "question:q1", "question:q2")

    theirs = stats.chi2_contingency(counts, correction=False)
    assert [list(row) for row in found.table.counts] == counts
    assert found.association.p == pytest.approx(theirs.pvalue)
    assert found.is_thin == bool(theirs.expected_freq.min() < 5)
    [_words, people, cells] = found.lines[0]
    assert people == sum(counts[0])
    assert cells[0].of_row == counts[0][0] / people


def test_several_answers_of_one_person_are_tested_one_by_one(answered):
    survey, said = answered
    having = [each for each in said if each["q4"]["options"]]

    found = crossed(survey, "question:q4", "question:q1")

    for place, key in enumerate("xyz"):
        counts = [
            [
                sum(
                    (key in each["q4"]["options"]) == chosen and each["q1"]["options"] == [column]
                    for each in having
                )
                for column in "abc"
            ]
            for chosen in (True, False)
        ]
        assert list(found.table.counts[place]) == counts[0]
        theirs = stats.chi2_contingency(counts, correction=False)
        assert found.tested[place].found.p == pytest.approx(theirs.pvalue)
        assert found.tested[place].p >= found.tested[place].found.p
    assert found.association is None
    assert found.table.people == len(having)
    turned = crossed(survey, "question:q1", "question:q4")
    assert [each.p for each in turned.tested] == pytest.approx([each.p for each in found.tested])


def test_a_clear_difference_is_said_and_its_cells_are_marked(tenant):
    survey = make_survey()
    tag = make_tag("VIP")
    for place in range(60):
        key = "a" if (place % 2) == (place % 10 > 0) else "b"
        friend = make_friend(f"f{place}", tags=[tag] if place % 2 else [])
        make_response(survey, friend, q1={"options": [key]})

    found = crossed(survey, "question:q1", f"tag:{tag.pk}")

    assert found.verdict.startswith("The difference is larger than chance explains: p < 0.001.")
    assert [cell.sign for cell in found.lines[0][2]] == [1, -1]


def test_answers_cross_with_what_is_known_of_friends(tenant):
    survey = make_survey()
    shop, likes = make_field("店", "choice", key="shop", choices=["銀座", "渋谷"]), make_tag("VIP")
    aoi, ren = make_friend("aoi", tags=[likes]), make_friend("ren")
    values.set_values(aoi, {shop: ["銀座"]})
    make_link(aoi, make_customer("A-1"))
    make_response(survey, aoi, q1={"options": ["a"]}, q2={"number": 9})
    make_response(survey, ren, q1={"options": ["b"]}, q2={"number": 2})
    segment = make_segment({"type": "tag", "tag": likes.pk})

    def rows(column: str) -> dict:
        table = crossed(survey, "question:q1", column)
        return {
            (row, words): table.table.counts[y][x]
            for y, (row, _said) in enumerate(table.rows)
            for x, (_key, words) in enumerate(table.columns)
            if table.table.counts[y][x]
        }

    assert rows("linked") == {("a", "Linked"): 1, ("b", "Not linked"): 1}
    assert rows(f"tag:{likes.pk}") == {("a", "Tagged “VIP”"): 1, ("b", "Not tagged so"): 1}
    assert rows(f"segment:{segment.pk}") == {("a", f"In “{segment.name}”"): 1, ("b", "Not in it"): 1}
    assert rows(f"field:{shop.pk}") == {("a", "銀座"): 1}
    assert rows("rfm") == {("a", "Has not ordered lately"): 1, ("b", "Has not ordered lately"): 1}
    assert rows("group:q2") == {("a", "Promoters (9–10)"): 1, ("b", "Critics (0–6)"): 1}
    assert len(rfm.CLASSES) == 9


@pytest.mark.parametrize(
    "code",
    [
        "",
        "question:q3",
        "question:zz",
        "group:q1",
        "tag:0",
        "tag:99999999999999",
        "tag:x",
        "\0",
        "field:1",
        "segment:1",
        "何か:1",
    ],
)
def test_a_side_that_there_is_not_is_none(tenant, code):
    assert sides.of(make_survey(), code) is None


def test_a_survey_without_answers_says_so(tenant):
    found = crossed(make_survey(), "question:q1", "question:q2")

    assert found.verdict == "Nobody is known on both sides yet."
    assert found.lines == []
