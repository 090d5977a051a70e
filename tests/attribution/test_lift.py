"""What messages did beyond what people held out did; the arithmetic against scipy."""

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from scipy import stats

from attribution import lift
from attribution.lift import Group, Lift
from broadcasts.choosing import comparing
from broadcasts.choosing.comparing import Sample
from broadcasts.models import Broadcast
from scenarios.models import Entry, Passage
from tests.attribution.factories import DAY, HOUR, NOON, buy, make_buyer
from tests.broadcasts.sending import make_sent
from tests.scenarios.factories import CALLED, make_entry, make_running

amounts = st.lists(st.integers(0, 20_000), min_size=2, max_size=60)
counts = st.tuples(st.integers(1, 5_000), st.floats(0, 1)).map(lambda each: (int(each[0] * each[1]), each[0]))


def sample(values: list[int]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


def group(buyers: int, people: int) -> Group:
    return Group(people, buyers, Sample(people, buyers, buyers), Sample(people, buyers * 1e3, buyers * 1e6))


@given(first=counts, second=counts)
def test_shares_differ_as_newcombe_says(first, second):
    found = comparing.shares(*first, *second)

    (low1, high1), (low2, high2) = (
        stats.binomtest(*each).proportion_ci(method="wilson") for each in (first, second)
    )
    one, other = first[0] / first[1], second[0] / second[1]
    assert isclose(found.low, one - other - sqrt((one - low1) ** 2 + (high2 - other) ** 2), abs_tol=1e-4)
    assert isclose(found.high, one - other + sqrt((high1 - one) ** 2 + (other - low2) ** 2), abs_tol=1e-4)
    assert found.low <= found.value <= found.high


def test_shares_of_newcombes_own_example_are_his():
    found = comparing.shares(56, 70, 48, 80)

    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


@given(
    first=amounts.filter(lambda all_: len(set(all_)) > 1),
    second=amounts.filter(lambda all_: len(set(all_)) > 1),
)
def test_means_differ_as_welch_says(first, second):
    found = comparing.means(sample(first), sample(second))

    told = stats.ttest_ind(first, second, equal_var=False)
    between = told.confidence_interval(0.95)
    assert isclose(found.low, between.low, rel_tol=1e-6, abs_tol=1e-4)
    assert isclose(found.high, between.high, rel_tol=1e-6, abs_tol=1e-4)
    assert isclose(
        comparing.chance_of_means(sample(first), sample(second)), told.pvalue, rel_tol=1e-6, abs_tol=1e-9
    )


@given(t=st.floats(-60, 60), df=st.floats(1, 1e6))
def test_tails_of_t_are_scipys(t, df):
    assert isclose(comparing.tails(t, df), 2 * stats.t.sf(abs(t), df), rel_tol=1e-5, abs_tol=1e-12)


def test_nobody_and_one_person_are_compared_with_nothing():
    assert comparing.shares(0, 0, 1, 5) is None
    assert comparing.means(Sample(1, 5, 25), Sample(9, 5, 25)) is None
    assert comparing.chance_of_means(Sample(3), Sample(4)) is None
    assert Lift(group(0, 0), group(0, 0), 7).sentence == "Nobody can be compared yet."


def test_what_is_clear_is_said_with_its_limits_and_what_is_not_with_the_people_that_lack():
    clear, fewer = Lift(group(900, 9_000), group(50, 1_000), 7), Lift(group(300, 9_000), group(80, 1_000), 7)
    small = Lift(group(12, 100), group(8, 100), 7)
    equal = Lift(group(10, 100), group(10, 100), 7)

    assert clear.sentence.startswith("Of 100 people who got it, 5.0 ordered who would not have")
    assert fewer.sentence.startswith("Of 100 people who got it, 4.7 fewer ordered")
    assert "cannot be told yet" in small.sentence
    assert "people more are needed to tell" in small.sentence
    assert "needed" not in equal.sentence


def test_with_as_many_people_more_as_are_said_to_lack_the_difference_is_clear():
    small = Lift(group(12, 100), group(8, 100), 7)
    times = (200 + small.missing) / 200

    large = comparing.shares(int(12 * times), int(100 * times), int(8 * times), int(100 * times))

    assert large.is_clear
    assert 1_000 < small.missing < 4_000


def test_a_broadcast_is_compared_with_those_held_out_of_it(tenant):
    reached, held = [make_buyer() for _ in range(4)], [make_buyer() for _ in range(2)]
    sent = make_sent(*(friend for friend, _number in reached), at=NOON)
    holdout = BitMap(friend.pk for friend, _number in held).serialize()
    Broadcast.objects.filter(pk=sent.pk).update(holdout=holdout, holdout_percent=30)
    for customer, at in (
        (reached[0][1], HOUR),
        (reached[0][1], DAY),
        (reached[1][1], 8 * DAY),
        (held[0][1], HOUR),
    ):
        buy(customer, NOON + at, 1_000)

    found = lift.of(sent.ledger_owner)

    assert (found.reached.people, found.reached.buyers) == (4, 1)
    assert (found.reached.orders.total, found.reached.orders.squares) == (2, 4)
    assert (found.held_out.people, found.held_out.buyers, found.held_out.revenue.total) == (2, 1, 1_000)


def test_a_scenario_is_compared_once_the_days_are_over(tenant):
    split = {"id": "h", "type": "split", "holdout_percent": 50, "ways": {"a": []}}
    split["paths"] = [{"key": "a", "name": "A", "percent": 50}]
    scenario = make_running(CALLED | {"steps": [split]})
    people = [make_buyer() for _ in range(5)]
    for place, (friend, customer) in enumerate(people):
        entry = make_entry(scenario, friend, state="ended", ended_at=NOON, since=NOON)
        reason = "held_out" if place < 2 else "finished"
        Entry.objects.filter(pk=entry.pk).update(
            reason=reason, since=NOON if place < 4 else NOON + 3_000 * DAY
        )
        if place >= 2:
            version = {"scenario_id": scenario.pk, "version_id": entry.version_id}
            Passage.objects.create(entry=entry, step="h", via="next", **version)
        buy(customer, NOON + HOUR, 500)

    found = lift.of(scenario.ledger_owner)

    assert (found.held_out.people, found.held_out.buyers) == (2, 2)
    assert (found.reached.people, found.reached.revenue.total) == (2, 1_000)


@pytest.mark.parametrize("owner", ["broadcast:0", "broadcast:x", "scenario:99999999999", "route:1", "🎉", ""])
def test_what_held_nobody_out_has_no_lift(tenant, owner):
    assert lift.of(owner) is None


def test_the_part_of_the_results_shows_it(tenant, visit):
    reached, held = make_buyer(), make_buyer()
    sent = make_sent(reached[0], at=NOON)
    Broadcast.objects.filter(pk=sent.pk).update(holdout=BitMap([held[0].pk]).serialize(), holdout_percent=50)
    buy(reached[1], NOON + HOUR)

    shown = visit("analyst").read(f"conversions/lift/{sent.ledger_owner}/")

    assert "It cannot be told yet" in shown
    assert "1 people who got it beside 1 held out" in shown
