"""Trees on bitmaps give the friends that naive SQL of the whole tree gives, whatever happened before."""

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friends.models import Tag
from segments import services, tree
from tests.segments import naive
from tests.segments.histories import BEGIN, TAGS, Step, World, few_steps, histories, make_world

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


@st.composite
def customer_conditions(draw) -> dict:
    kinds = {
        "rank": customer("attributes.rank", "equals", draw(st.sampled_from(["gold", "silver"]))),
        "more": customer("attributes.points", "at_least", draw(st.integers(0, 3))),
        "less": customer("attributes.points", "at_most", draw(st.integers(0, 3))),
        "known": customer("attributes.points", "exists"),
        "birthday": customer("birthday", "at_least", "1990-01-01"),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]


@st.composite
def friend_conditions(draw) -> dict:
    kinds = [
        {"type": "tag", "tag": draw(st.integers(0, TAGS - 1))},
        {"type": "linked", "is": draw(st.booleans())},
        {"type": "friend_for", "days_at_least": draw(st.integers(0, 4))},
        {"type": "friend_for", "days_less_than": draw(st.integers(1, 4))},
    ]
    return draw(st.sampled_from(kinds))


conditions = st.one_of(friend_conditions(), customer_conditions(), event_conditions())
trees = st.recursive(
    conditions | st.just({"all": []}),
    lambda below: st.one_of(
        st.lists(below, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(below, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        below.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)

# Every condition by itself too, since a tree often hides what one of its leaves says.
drawn = st.tuples(trees, st.lists(conditions, min_size=5, max_size=5).map(lambda parts: {"any": parts}))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=drawn, before=histories, after=few_steps)
def test_trees_agree_with_sql(tenant, drawn, before, after):
    agree(drawn, before, after)


@pytest.mark.chaos
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=drawn, before=histories, after=few_steps)
def test_ten_thousand_trees_agree_with_sql(tenant, drawn, before, after):
    agree(drawn, before, after)


def agree(drawn: tuple[dict, ...], before: list[Step], after: list[Step]) -> None:
    """Check after the first history, and, with the leaves remembered, after each step of the second."""
    with time_machine.travel(BEGIN, tick=False) as clock, transaction.atomic():
        world = make_world(clock)
        asked = [with_real_tags(raw, world.tags) for raw in drawn]
        for steps in [before, *([step] for step in after)]:
            for step, who, what in steps:
                step(world, who, what)
            for raw in asked:
                check(raw, world)
        transaction.set_rollback(True)


def check(raw: dict, world: World) -> None:
    expected = naive.members(raw, world.now)
    sizes = {path: len(naive.members(part.as_json(), world.now)) for path, part in tree.walk(tree.parse(raw))}

    assert services.count(raw).parts == sizes
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
