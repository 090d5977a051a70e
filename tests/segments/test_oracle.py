"""Trees on bitmaps give the friends that naive SQL of the whole tree gives, whatever happened before."""

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segments import services, tree
from segments.answers import cache, memory
from segments.leaves import Moment
from tests.segments import oracle
from tests.segments.histories import few_steps, histories
from tests.segments.oracle import CONDITIONS, basics
from tests.segments.worlds import BEGIN, Step, World, make_world

Happening = tuple[Step, int, int]
trees = st.recursive(
    CONDITIONS | st.just({"all": []}),
    lambda below: st.one_of(
        st.lists(below, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(below, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        below.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)

# Every condition by itself too, since a tree often hides what one of its leaves says.
drawn = st.tuples(trees, st.lists(CONDITIONS, min_size=5, max_size=5).map(lambda parts: {"any": parts}))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=drawn, before=histories, after=few_steps)
def test_trees_agree_with_sql(tenant, caplog, drawn, before, after):
    agree(drawn, before, after)

    assert not tried_in_vain(caplog)


@pytest.mark.chaos
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=drawn, before=histories, after=few_steps)
def test_ten_thousand_trees_agree_with_sql(tenant, caplog, drawn, before, after):
    agree(drawn, before, after)

    assert not tried_in_vain(caplog)


def tried_in_vain(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What asking as before sending has found to be remembered wrongly, and has put right."""
    return [record.getMessage() for record in caplog.records if record.name == cache.__name__]


def agree(drawn: tuple[dict, ...], before: list[Happening], after: list[Happening]) -> None:
    """Check after the first history, and, with the leaves remembered, after each step of the second.

    One tree is asked at once, as before sending, before it is counted: so both begin with leaves behind.
    """
    with time_machine.travel(BEGIN, tick=False) as clock, transaction.atomic():
        world = make_world(clock)
        counted, frozen = (oracle.with_real_rows(raw, world) for raw in drawn)
        for step, who, what in before:
            step(world, who, what)
        check(counted, world)
        check(frozen, world)
        memory.clear()
        for step, who, what in after:
            step(world, who, what)
            assert not (step in basics.STEPS and anew(counted)), "its people were named"
            check(counted, world)
            assert set(services.evaluate(frozen, exact=True)) == oracle.members(frozen, world.now)
            check(frozen, world)
        transaction.set_rollback(True)


def anew(raw: dict) -> frozenset[str]:
    """The leaves that had to be asked of everyone."""
    node, moment = tree.parse(raw), Moment.present()
    return cache.load(tree.asked(node, tree.stand_ins(node, moment), moment), moment).anew


def check(raw: dict, world: World) -> None:
    expected = oracle.members(raw, world.now)
    sizes = {
        path: len(oracle.members(part.as_json(), world.now)) for path, part in tree.walk(tree.parse(raw))
    }

    assert services.count(raw).parts == sizes
    assert set(services.evaluate(raw)) == expected
    assert set(services.evaluate(raw, fresh=True)) == expected
    assert {friend.pk for friend in world.friends if services.explain(raw, friend.pk).is_in} == expected
