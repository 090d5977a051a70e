"""Random trees, planned and sent through the simulator, reach exactly the friends that are in them."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from line.simulator import narrowcast_course
from segments.errors import Unreachable
from segments.reaching import planner
from segments.reaching.plans import FEWEST_RECIPIENTS, Plan
from tests.segments.planned import (
    BLOCKED,
    BY_POSTER,
    REGULARS,
    TAGS,
    Stage,
    carry_out,
    holds,
    line_here,
    make_stage,
)

AGES = [(None, 20), (20, None), (20, 40), (15, 70), (35, 40), (50, None), (None, 15)]
DAYS = [(30, None), (None, 90), (7, 365), (365, None)]
own = st.one_of(
    st.builds(lambda at: {"type": "tag", "tag": at}, st.integers(0, TAGS - 1)),
    st.builds(lambda is_linked: {"type": "linked", "is": is_linked}, st.booleans()),
)
of_line = st.one_of(
    st.sampled_from([["male"], ["female"], ["male", "female"]]).map(
        lambda values: {"type": "line_gender", "in": values}
    ),
    st.sampled_from([["jp_13"], ["jp_27", "tw_01"], ["jp_01"]]).map(
        lambda values: {"type": "line_area", "in": values}
    ),
    st.sampled_from([["ios"], ["android"]]).map(lambda values: {"type": "line_os", "in": values}),
    st.sampled_from(AGES).map(lambda ends: ranged("line_age", "at_least", "less_than", ends)),
    st.sampled_from(DAYS).map(
        lambda ends: ranged("line_friend_period", "days_at_least", "days_less_than", ends)
    ),
    st.sampled_from([REGULARS, BY_POSTER]).map(lambda number: {"type": "line_audience", "audience": number}),
    st.sampled_from([{}, {"and_clicked": True}]).map(lambda more: {"type": "opened", "broadcast": 0} | more),
)
trees = st.recursive(
    own | of_line | st.just({"all": []}),
    lambda below: st.one_of(
        st.lists(below, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(below, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        below.map(lambda part: {"not": part}),
    ),
    max_leaves=7,
)
ways = st.sampled_from([(False, "")] * 8 + [(False, "broadcast"), (True, "")])


def ranged(kind: str, least: str, below: str, ends: tuple[int | None, int | None]) -> dict:
    given_ends = {least: ends[0], below: ends[1]}
    return {"type": kind} | {name: end for name, end in given_ends.items() if end is not None}


@pytest.fixture
def stage(tenant):
    with line_here() as (channel, client):
        yield make_stage(channel, client)


@pytest.fixture
def without_minimum(monkeypatch):
    """LINE sends to however few; else most of what is drawn would be refused for that alone."""
    monkeypatch.setattr(narrowcast_course, "FEWEST_RECIPIENTS", 1)
    monkeypatch.setattr(planner, "FEWEST_RECIPIENTS", 1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=trees, way=ways)
def test_what_is_planned_reaches_exactly_whom_it_should(stage, without_minimum, raw, way):
    reaches(stage, raw, way)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=trees, way=ways)
def test_so_it_does_with_lines_minimums(stage, raw, way):
    reaches(stage, raw, way)


@pytest.mark.chaos
@settings(max_examples=6_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=trees, way=ways)
def test_six_thousand_plans_reach_exactly_whom_they_should(stage, without_minimum, raw, way):
    reaches(stage, raw, way)


@pytest.mark.chaos
@settings(max_examples=6_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=trees, way=ways)
def test_six_thousand_plans_with_lines_minimums(stage, raw, way):
    reaches(stage, raw, way)


def reaches(stage: Stage, drawn: dict, way: tuple[bool, str]) -> None:
    raw, plan = planned(with_real_rows(drawn, stage), way)
    before, sent_before = stage.requests(), len(stage.channel.accepted)

    failed = carry_out(plan, stage)
    event(f"{len(plan.narrowcasts)} narrowcasts and {len(plan.sends) - len(plan.narrowcasts)} by id")

    got = stage.received(since=sent_before)
    assert set(got.values()) <= {1}
    assert stage.requests() - before == Counter(plan.requests)
    friends = stage.people[BLOCKED:]
    expected = {person.user_id for person in friends if holds(raw, person, stage.tags) is True}
    known = {person.user_id: person.number for person in friends if person.number}
    assert got.keys() <= expected
    missed = {known[user_id] for user_id in expected - got.keys() if user_id in known}
    assert missed <= {number for send in failed for number in send.friends}
    assert len(missed) < FEWEST_RECIPIENTS * max(1, len(failed))
    if not failed:
        assert plan.least <= len(got.keys() & known.keys()) <= plan.most


def planned(raw: dict, way: tuple[bool, str]) -> tuple[dict, Plan]:
    """The plan; where there is none, that of the nearest tree."""
    personal, prefers = way
    try:
        return raw, planner.plan(raw, personal=personal, prefers=prefers)
    except Unreachable as refused:
        near = refused.nearest
        event("refused")
        assert near is not None
        plan = planner.plan(near.tree, personal=personal, prefers=prefers)
        assert (plan.least, plan.most) == (near.least, near.most)
        return near.tree, plan


def with_real_rows(raw: dict, stage: Stage) -> dict:
    """Trees are drawn with places of tags and messages, before there are any."""
    match raw:
        case {"type": "tag", "tag": place}:
            return raw | {"tag": stage.tags[place].pk}
        case {"type": "opened"}:
            return raw | {"broadcast": stage.sent_before.pk}
        case {"not": below}:
            return {"not": with_real_rows(below, stage)}
    groups = {"all", "any"} & raw.keys()
    return {name: [with_real_rows(part, stage) for part in raw[name]] for name in groups} or raw
