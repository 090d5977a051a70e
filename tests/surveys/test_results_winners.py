"""Winners: drawn once, fairly, so that anybody finds the same."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from accounts.models import Activity
from friends.models import Friend
from surveys.models import Response, Winner
from surveys.results import drawing
from surveys.results.errors import DrawnAlready, NobodyToDraw
from tests.chats.test_at_once import at_once
from tests.factories import make_friend, make_user
from tests.surveys.factories import make_response, make_survey


def announce(survey, count: int = 2, **fields):
    return drawing.announce(survey, name="美容液", winner_count=count, by=None, **fields)


def make_entrants(count: int, survey=None):
    survey = survey or make_survey()
    return survey, [
        make_response(survey, make_friend(f"e{place}"), q1={"options": ["a"]}) for place in range(count)
    ]


@given(
    st.text("0123456789abcdef", min_size=1), st.sets(st.integers(1, 10**9), max_size=40), st.integers(1, 50)
)
def test_the_same_seed_finds_the_same_winners_in_any_order(seed, numbers, count):
    won = drawing.winners(seed, sorted(numbers), count)

    assert won == drawing.winners(seed, sorted(numbers, reverse=True), count)
    assert len(won) == len(set(won)) == min(count, len(numbers))
    assert set(won) <= numbers


def test_everybody_wins_about_as_often():
    won = Counter(each for seed in range(3_000) for each in drawing.winners(str(seed), range(1, 21), 2))

    assert stats.chisquare([won[number] for number in range(1, 21)]).pvalue > 0.001


def test_the_winners_can_be_found_again_from_the_seed_and_the_entrants(tenant):
    survey, entrants = make_entrants(9)
    announced = announce(survey)
    seal = announced.seal

    drawn = drawing.draw(announced, by=make_user("manager@nagi.example"))

    numbers = [response.pk for response in entrants]
    won = list(drawn.winners.values_list("response_id", flat=True))
    assert hashlib.sha256(drawn.seed.encode()).hexdigest() == seal
    assert drawing.seal_of(numbers) == drawn.entrants_seal
    assert won == drawing.winners(drawn.seed, numbers, 2)
    assert (drawn.entrant_count, drawn.left_out_count) == (9, 0)
    assert Activity.objects.filter(verb="survey.winners_drawn").exists()


def test_winners_are_drawn_once(tenant):
    survey, _entrants = make_entrants(5)
    drawn = drawing.draw(announce(survey), by=None)

    with pytest.raises(DrawnAlready):
        drawing.draw(drawn, by=None)

    assert Winner.objects.count() == 2


def test_who_blocked_or_did_not_finish_takes_no_part(tenant):
    survey, [stays, blocked, left] = make_entrants(3)
    Friend.objects.filter(pk=blocked.friend_id).update(status="blocked")
    Response.objects.filter(pk=left.pk).update(state="open", finished_at=None)
    make_response(survey, None, q1={"options": ["a"]})

    drawn = drawing.draw(announce(survey, 5), by=None)

    assert [winner.response_id for winner in drawn.winners.all()] == [stays.pk]
    assert (drawn.entrant_count, drawn.left_out_count) == (1, 2)


def test_who_took_part_several_times_has_one_lot(tenant):
    survey, [first] = make_entrants(1, make_survey(is_once=False))
    again = make_response(survey, None, q1={"options": ["b"]})
    Response.objects.filter(pk=again.pk).update(friend=first.friend_id, round=2)

    assert drawing.entrants(announce(survey)) == [first.pk]


def test_who_has_won_wins_again_only_if_that_is_wanted(tenant):
    survey, entrants = make_entrants(3)
    drawing.draw(announce(survey, 3), by=None)

    with pytest.raises(NobodyToDraw):
        drawing.draw(announce(survey), by=None)

    assert drawing.draw(announce(survey, 3, may_win_again=True), by=None).winners.count() == len(entrants)


def test_nobody_is_drawn_where_nobody_took_part(tenant):
    with pytest.raises(NobodyToDraw):
        drawing.draw(announce(make_survey()), by=None)


def test_two_who_draw_at_once_draw_once(own_tenant):
    survey, _entrants = make_entrants(5)
    announced = announce(survey)

    def draw():
        try:
            return drawing.draw(announced, by=None).pk
        except DrawnAlready:
            return None

    drawn = at_once(own_tenant, draw, draw, draw)

    assert drawn.count(None) == 2
    assert Winner.objects.count() == 2
