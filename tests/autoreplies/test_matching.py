"""Which rule answers what, and when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoreplies.hours import BusinessHours, overlapping
from autoreplies.matching import Rules
from autoreplies.models import AutoReply

TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=TOKYO)
WEEK = ((4, 10 * 60, 19 * 60), (5, 22 * 60, 2 * 60))  # Friday 10–19, Saturday 22–2


def rule(number: int, *words: str, match: str = "exact", trigger: str = "keyword", **fields) -> AutoReply:
    return AutoReply(pk=number, words=list(words), match=match, trigger=trigger, **fields)


def answering(*rules: AutoReply, text: str, at: datetime = FRIDAY_NOON) -> int | None:
    found = Rules(list(rules), BusinessHours(TOKYO, WEEK)).for_text(text, at)
    return found.pk if found else None


@pytest.mark.parametrize(
    "typed",
    ["ガイド123abc", "ｶﾞｲﾄﾞ１２３ＡＢＣ", "  ガイド123ABC\n", "ガイド１２３ａｂｃ", "カ\u3099イト\u3099123abc"],
)
def test_width_case_and_composition_do_not_matter(typed):
    assert answering(rule(1, "ガイド123ABC"), text=typed) == 1


@pytest.mark.parametrize(
    ("match", "text", "expected"),
    [
        ("exact", "営業時間", 1),
        ("exact", "営業時間は?", None),
        ("begins", "営業時間は?", 1),
        ("begins", "今日の営業時間", None),
        ("contains", "今日の営業時間は?", 1),
        ("contains", "営業 時間", None),
    ],
)
def test_how_a_word_must_stand_in_the_text(match, text, expected):
    assert answering(rule(1, "営業時間", match=match), text=text) == expected


def test_the_first_that_fits_answers_and_any_keyword_goes_before_anything():
    rules = [rule(1, trigger="anything"), rule(2, "駐車", match="contains"), rule(3, "駐車場")]

    assert answering(*rules, text="駐車場") == 2
    assert answering(*rules, text="こんにちは") == 1


@pytest.mark.parametrize("text", ["連携", " 連携解除 ", "連携\u3000"])
def test_words_that_linking_answers_are_left_to_it(text):
    assert answering(rule(1, trigger="anything"), text=text) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 20, 9, 59, tzinfo=TOKYO), 2),
        (datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO), 1),
        (datetime(2026, 11, 20, 18, 59, tzinfo=TOKYO), 1),
        (datetime(2026, 11, 20, 19, 0, tzinfo=TOKYO), 2),
        (datetime(2026, 11, 20, 1, 30, tzinfo=UTC), 1),
        (datetime(2026, 11, 22, 1, 59, tzinfo=TOKYO), 1),
        (datetime(2026, 11, 22, 2, 0, tzinfo=TOKYO), 2),
    ],
)
def test_one_answers_within_hours_and_another_outside(moment, expected):
    rules = [rule(1, trigger="anything", when="open"), rule(2, trigger="anything", when="closed")]

    assert answering(*rules, text="やっていますか", at=moment) == expected


def test_a_closed_day_is_closed_also_after_its_midnight():
    hours = BusinessHours(TOKYO, WEEK, frozenset({date(2026, 11, 21)}))

    assert not hours.is_open(datetime(2026, 11, 21, 23, tzinfo=TOKYO))
    assert not hours.is_open(datetime(2026, 11, 22, 1, tzinfo=TOKYO))


def test_who_has_not_given_hours_counts_as_open():
    assert BusinessHours(TOKYO).is_open(FRIDAY_NOON)


def test_who_comes_back_gets_the_greeting_of_a_newcomer_unless_there_is_another():
    welcome, again = rule(1, trigger="greeting"), rule(2, trigger="return")
    hours = BusinessHours(TOKYO)

    assert Rules([welcome], hours).for_follow(FRIDAY_NOON, is_return=True) == welcome
    assert Rules([welcome, again], hours).for_follow(FRIDAY_NOON, is_return=True) == again
    assert Rules([welcome, again], hours).for_follow(FRIDAY_NOON, is_return=False) == welcome


stretches = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1439))


@given(week=st.lists(stretches, max_size=6), minute=st.integers(0, 7 * 1440 - 1))
def test_open_is_what_counting_minutes_of_the_week_says(week, minute):
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    covered = {
        (weekday * 1440 + opens + step) % (7 * 1440)
        for weekday, opens, closes in week
        for step in range((closes - opens) % 1440 or 1440)
    }

    is_open = BusinessHours(ZoneInfo("UTC"), tuple(week)).is_open(monday + timedelta(minutes=minute))

    assert is_open == (minute in covered or not week)


def test_hours_that_overlap_are_found():
    assert overlapping([(0, 540, 720), (0, 780, 1080), (1, 0, 0)]) is None
    assert overlapping([(0, 540, 800), (0, 780, 1080)]) == (0, 780, 1080)
    assert overlapping([(0, 1080, 120), (0, 1200, 1300)]) == (0, 1200, 1300)
