"""Our count of a day beside LINE's: what differs, why, and what is to be booked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.reconciling.comparing import NAMES, SENDS, Day, Gap, Ours, Why, compare

TWENTIETH = date(2026, 11, 20)


def gap(name: str, ours: int, lines: int | None, *, late: int = 0, unsettled: int = 0) -> Gap:
    """The gap of a kind on a day on which nothing else was sent."""
    told = {} if lines is None else {name: lines}
    day = Day(TWENTIETH, {name: Ours(ours, late)} if ours else {}, told, {name: unsettled})
    [found] = compare([day])[TWENTIETH]
    return found


def booking(found: Gap) -> tuple[int, int, tuple[Why, ...]]:
    return found.outside, found.correction, found.reasons


@pytest.mark.parametrize(
    ("name", "ours", "lines", "booked"),
    [
        ("apiMulticast", 500, 500, (0, 0, (Why.AGREES,))),
        ("apiMulticast", 500, 480, (0, -20, (Why.FEWER,))),
        ("apiMulticast", 500, 800, (300, 0, (Why.OTHER_TOOL,))),
        ("apiPush", 0, 40, (40, 0, (Why.OTHER_TOOL,))),
        ("apiBroadcast", 1_000, 1_050, (0, 50, (Why.MORE,))),
        ("apiBroadcast", 0, 1_050, (1_050, 0, (Why.OTHER_TOOL,))),
        ("targeting", 0, 70, (70, 0, (Why.BY_HAND,))),
        ("apiPush", 12, None, (0, 0, (Why.UNTOLD,))),
        ("apiMulticast", 500, 0, (0, 0, (Why.DOUBTED,))),
        ("apiPush", 19, 0, (0, -19, (Why.FEWER,))),
    ],
)
def test_a_difference_is_booked_by_its_reason(name, ours, lines, booked):
    assert booking(gap(name, ours, lines)) == booked


def test_what_is_free_is_never_compared():
    lines = {"autoResponse": 900, "welcomeResponse": 50, "chat": 30, "apiReply": 400, "pnpNoticeMessage": 20}

    assert compare([Day(TWENTIETH, {}, lines)]) == {TWENTIETH: []}


def test_a_day_that_line_has_not_counted_has_no_gaps():
    assert compare([Day(TWENTIETH, {"apiPush": Ours(5)}, None)]) == {TWENTIETH: []}


def test_what_was_accepted_before_midnight_is_ours_though_line_counts_it_on_the_next_day():
    first = Day(TWENTIETH, {"apiMulticast": Ours(1_000, late=300)}, {"apiMulticast": 700})
    second = Day(TWENTIETH + timedelta(days=1), {}, {"apiMulticast": 340})

    found = compare([first, second])

    assert booking(found[first.day][0]) == (0, -300, (Why.FEWER,))
    assert booking(found[second.day][0]) == (40, 300, (Why.MIDNIGHT, Why.OTHER_TOOL))


def test_a_day_in_between_carries_nothing_over():
    first = Day(TWENTIETH, {"apiMulticast": Ours(1_000, late=300)}, {"apiMulticast": 700})
    third = Day(TWENTIETH + timedelta(days=2), {}, {"apiMulticast": 300})

    assert booking(compare([first, third])[third.day][0]) == (300, 0, (Why.OTHER_TOOL,))


def test_what_may_be_a_send_of_ours_waits_until_that_is_settled():
    assert booking(gap("apiMulticast", 500, 1_100, unsettled=500)) == (
        100,
        0,
        (Why.UNSETTLED, Why.OTHER_TOOL),
    )


counts = st.integers(0, 3_000)


@st.composite
def days(draw):
    """Days in a row, with whatever was sent, told and not settled."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        ours = {name: Ours(sent := draw(counts), draw(st.integers(0, sent))) for name in SENDS}
        lines = draw(st.none() | st.dictionaries(st.sampled_from(NAMES), counts))
        made.append(Day(TWENTIETH + timedelta(days=number), ours, lines, {"apiPush": draw(counts)}))
    return made


@given(days())
def test_with_what_is_booked_our_count_is_lines_but_for_what_is_unsettled(made):
    gaps = [found for of_day in compare(made).values() for found in of_day]
    settled = [each for each in gaps if each.is_bookable]

    assert all(each.outside >= 0 for each in gaps)
    assert all(each.outside == each.correction == 0 for each in gaps if not each.is_bookable)
    assert all(
        each.ours + each.outside + each.correction == each.lines
        for each in settled
        if Why.UNSETTLED not in each.reasons
    )
    assert all(each.ours + each.outside + each.correction <= each.lines for each in settled)
