"""Funnels: the one statement against plain loops in Python, and what strict order means."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.errors import AppError
from events import timeline
from events.timeline import NewEvent
from insights import funnels, ways
from insights.ways import Asked, Step
from tests.factories import make_customer, make_friend, make_link, make_segment, make_tag
from tests.insights.factories import happen, make_funnel

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 12)
THREE = (Step("viewed"), Step("carted"), Step("bought"))


def walked(*steps: Step, window: timedelta = DAY, **more):
    return ways.of(Asked(steps or THREE, FIRST, LAST, window, **more))


def people(found) -> list[int]:
    return [step.people for step in found.whole.steps]


def live(**days: list[tuple[str, float]]):
    """Each a friend with what they did so many hours after noon of the 10th."""
    for did in days.values():
        friend = make_friend()
        for type_, hours in did:
            happen(friend, type_, NOON + hours * HOUR)


def test_steps_count_in_their_order_and_within_the_window(tenant):
    live(
        whole=[("viewed", 0), ("carted", 1), ("bought", 23)],
        late=[("viewed", 0), ("carted", 1), ("bought", 25)],
        backwards=[("bought", 0), ("carted", 1), ("viewed", 2)],
        skipped=[("viewed", 0), ("bought", 1)],
    )

    assert people(walked()) == [4, 2, 1]


def test_two_events_of_one_moment_are_no_order(tenant):
    live(at_once=[("viewed", 0), ("carted", 0), ("carted", 30)])

    assert people(walked()) == [1, 0, 0]


def test_somebody_who_begins_often_counts_once_by_the_beginning_that_led_farthest(tenant):
    live(often=[("viewed", 0), ("carted", 1), ("viewed", 26), ("carted", 28), ("bought", 29)])

    found = walked()

    assert people(found) == [1, 1, 1]
    assert [step.wait for step in found.whole.steps] == [None, 2 * HOUR, HOUR]


def test_only_beginnings_in_the_period_count_and_their_steps_after_it_too(tenant):
    live(
        before=[("viewed", -13), ("carted", 1)],
        across=[("viewed", 59), ("carted", 70)],
        after=[("viewed", 61), ("carted", 70)],
    )

    assert people(walked()) == [1, 1, 0]


def test_the_same_step_twice_needs_two_events(tenant):
    live(twice=[("viewed", 0), ("viewed", 1)], once=[("viewed", 0)])

    assert people(walked(Step("viewed"), Step("viewed"))) == [2, 1]


def test_a_step_is_narrowed_by_properties(tenant):
    friend, other = make_friend(), make_friend()
    happen(friend, "viewed", NOON, product="tea")
    happen(other, "viewed", NOON, product="cup")

    found = walked(Step("viewed", [{"property": "product", "op": "equals", "value": "tea"}]), Step("bought"))

    assert people(found) == [1, 0]


def test_what_a_customer_did_counts_for_the_friend_who_is_linked_now(tenant):
    friend, customer = make_friend(), make_customer()
    make_link(friend, customer)
    happen(friend, "viewed", NOON)
    timeline.record([NewEvent("bought", NOON + HOUR, None, customer.pk)])

    assert people(walked(Step("viewed"), Step("bought"))) == [1, 1]


def test_a_side_breaks_it_down_and_a_segment_narrows_it(tenant):
    vip, other = make_friend(), make_friend()
    tag = make_tag("VIP", friends=[vip])
    for friend in (vip, other):
        happen(friend, "viewed", NOON)
    happen(vip, "carted", NOON + HOUR)
    segment = make_segment({"all": [{"type": "tag", "tag": tag.pk}]})

    by_tag = walked(side=f"tag:{tag.pk}")
    of_segment = walked(segment=segment)

    assert {way.key: [step.people for step in way.steps] for way in by_tag.parts} == {
        "yes": [1, 1, 0],
        "no": [1, 0, 0],
    }
    assert people(of_segment) == [1, 1, 0]


def test_nobody_is_a_funnel_too(tenant):
    assert people(walked()) == [0, 0, 0]
    assert walked().whole.whole is None


histories = st.lists(
    st.lists(st.tuples(st.sampled_from(["viewed", "carted", "bought"]), st.integers(-20, 100)), max_size=9),
    max_size=5,
)
paths = st.lists(st.sampled_from(["viewed", "carted", "bought"]), min_size=2, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=histories, path=paths, hours=st.integers(1, 60))
def test_what_sql_walks_is_what_python_walks(tenant, histories, path, hours):
    with transaction.atomic():
        did = {}
        for history in histories:
            friend = make_friend()
            did[friend.pk] = [(type_, NOON + after * HOUR) for type_, after in history]
            for type_, at in did[friend.pk]:
                happen(friend, type_, at)

        found = ways.of(Asked([Step(each) for each in path], FIRST, LAST, hours * HOUR)).whole.steps

        assert [(step.people, step.wait) for step in found] == plainly(did, path, hours * HOUR)
        transaction.set_rollback(True)


def plainly(did: dict, path: list[str], window: timedelta) -> list[tuple]:
    """By loops: from every beginning, the earliest later event of each next step."""
    start, end = Asked([], FIRST, LAST, window).moments()
    reached, waits = [0] * len(path), defaultdict(list)
    for events in did.values():
        begun = sorted(at for type_, at in events if type_ == path[0] and start <= at < end)
        walks = [walk(events, path, at, window) for at in begun]
        if walks:
            best = max(walks, key=lambda times: (len(times), -times[0].timestamp()))
            for place in range(len(best)):
                reached[place] += 1
                if place:
                    waits[place].append((best[place] - best[place - 1]).total_seconds())
    return [
        (count, timedelta(seconds=round(median(waits[place]))) if waits[place] else None)
        for place, count in enumerate(reached)
    ]


def walk(events: list, path: list[str], begun: datetime, window: timedelta) -> list[datetime]:
    times = [begun]
    for type_ in path[1:]:
        later = [at for each, at in events if each == type_ and times[-1] < at <= begun + window]
        if not later:
            break
        times.append(min(later))
    return times


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"steps": [{"event": "viewed"}]}, "2 to 8 steps"),
        ({"steps": [{"event": "viewed"}] * 9}, "2 to 8 steps"),
        ({"steps": [{"event": "viewed"}, {"event": ""}]}, "Step 2"),
        ({"steps": [{"event": "viewed"}, "bought"]}, "Step 2"),
        ({"steps": [{"event": "a"}, {"event": "b", "where": [{"property": "x", "op": "in"}]}]}, "Step 2"),
        ({"window_days": 0}, "1 to 180 days"),
        ({"period_days": 0}, "The last day"),
        ({"first": FIRST}, "The last day"),
        ({"first": LAST, "last": FIRST}, "The last day"),
        ({"first": date(9999, 12, 1), "last": date(9999, 12, 31)}, "The last day"),
        ({"first": date(1, 1, 1), "last": date(1, 1, 2)}, "The last day"),
        ({"side": "tag:0"}, "two different things"),
    ],
)
def test_a_funnel_that_cannot_be_asked_is_refused_in_words(tenant, facts, said):
    with pytest.raises(AppError) as refused:
        make_funnel(**facts)

    assert said in refused.value.message


def test_two_funnels_cannot_have_one_name(tenant):
    make_funnel("Buy")

    with pytest.raises(funnels.FunnelNameTaken):
        make_funnel("Buy ")


def test_a_period_without_days_ends_today(tenant):
    with time_machine.travel(NOW):
        asked = funnels.asked(make_funnel(period_days=7))

    assert (asked.first, asked.last) == (date(2026, 11, 14), date(2026, 11, 20))
