"""Trees on bitmaps give the friends that naive SQL of the whole tree gives, whatever happened before."""

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friends.models import Tag
from segments import services
from tests.segments import naive
from tests.segments.histories import BEGIN, TAGS, Step, World, histories, make_world

days = st.none() | st.integers(0, 4)


def given_only(**values: object) -> dict:
    return {name: value for name, value in values.items() if value is not None}


def customer(field: str, op: str, value: object = None) -> dict:
    return {"type": "customer", "field": field, "op": op} | given_only(value=value)


@st.composite
def event_conditions(draw) -> dict:
    least, most = draw(
        st.sampled_from([(1, None), (2, None), (None, 0), (None, 1), (1, 1), (1, 2), (2, 3), (None, 2)])
    )
    product = draw(st.none() | st.sampled_from(["lotion", "cream"]))
    return given_only(
        type="events",
        event=draw(st.sampled_from(["bought", "viewed"])),
        count_at_least=least,
        count_at_most=most,
        within_days=draw(days),
        where=product and {"product": product},
    )


conditions = st.one_of(
    st.integers(0, TAGS - 1).map(lambda place: {"type": "tag", "tag": place}),
    st.booleans().map(lambda is_linked: {"type": "linked", "is": is_linked}),
    st.integers(0, 4).map(lambda n: {"type": "friend_for", "days_at_least": n}),
    st.integers(1, 4).map(lambda n: {"type": "friend_for", "days_less_than": n}),
    st.sampled_from(["gold", "silver"]).map(lambda rank: customer("attributes.rank", "equals", rank)),
    st.integers(0, 3).map(lambda points: customer("attributes.points", "at_least", points)),
    st.integers(0, 3).map(lambda points: customer("attributes.points", "at_most", points)),
    st.just(customer("attributes.points", "exists")),
    st.just(customer("birthday", "at_least", "1990-01-01")),
    event_conditions(),
)
trees = st.recursive(
    conditions | st.just({"all": []}),
    lambda below: st.one_of(
        st.lists(below, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(below, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        below.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(trees, min_size=1, max_size=2), before=histories, after=histories)
def test_trees_agree_with_sql(tenant, drawn, before, after):
    agree(drawn, before, after)


@pytest.mark.chaos
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(trees, min_size=1, max_size=2), before=histories, after=histories)
def test_ten_thousand_trees_agree_with_sql(tenant, drawn, before, after):
    agree(drawn, before, after)


def agree(drawn: list[dict], before: list[Step], after: list[Step]) -> None:
    """Check the trees after the first history, and, with their leaves remembered, after the second."""
    with time_machine.travel(BEGIN, tick=False) as clock, transaction.atomic():
        world = make_world(clock)
        asked = [with_real_tags(raw, world.tags) for raw in drawn]
        for history in (before, after):
            for step, who, what in history:
                step(world, who, what)
            for raw in asked:
                check(raw, world)
        transaction.set_rollback(True)


def check(raw: dict, world: World) -> None:
    expected = naive.members(raw, world.now)

    assert set(services.evaluate(raw)) == expected
    assert set(services.evaluate(raw, fresh=True)) == expected
    assert {friend.pk for friend in world.friends if services.explain(raw, friend.pk).is_in} == expected


def with_real_tags(raw: object, tags: list[Tag]) -> object:
    """Trees are drawn with places of tags, before there are tags."""
    if isinstance(raw, list):
        return [with_real_tags(part, tags) for part in raw]
    if not isinstance(raw, dict):
        return raw
    real = {name: with_real_tags(part, tags) for name, part in raw.items()}
    return real | {"tag": tags[raw["tag"]].pk} if "tag" in raw else real
