"""Who is in which class: every friend in exactly one, as plain Python would judge."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from broadcasts.models import LinkClick
from events import timeline
from events.timeline import NewEvent
from friends import wishes
from friends.models import Friend
from segments import services as segments
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.factories import make_customer, make_friend, make_link, make_order, make_segment, make_tag
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import classes, judging
from touchpoints.errors import JudgedByLine, OwnNeeds
from touchpoints.models import Kind, Period

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
DAY = timedelta(days=1)
LONG_AGO = NOON - 400 * DAY


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOON, tick=False):
        yield


def sizes(period: Period) -> dict[str, int]:
    judged = judging.judge(period)
    return {each.key: judged.count(each) for each in judged.classes if judged.count(each)}


def place(friend: Friend, period: Period) -> str:
    judged = judging.judge(period)
    [found] = [each.key for each in judged.classes if friend.pk in judged.members[each.pk]]
    return found


def old_friend(name: str) -> Friend:
    return make_friend(name, followed_at=LONG_AGO)


def test_each_ready_made_class_has_whom_it_says():
    names = ("stopped", "blocked", "bought", "clicked", "opened", "unknown", "unopened", "nothing")
    known = {name: old_friend(name) for name in names}
    with time_machine.travel(NOON - 3 * DAY):
        own = make_sent(
            *(known[name] for name in names if name not in ("unknown", "nothing")), tracks_people=True
        )
        make_sent(known["unknown"])
        for name in ("bought", "clicked"):
            make_click(own, known[name])
    customer = make_customer("1")
    make_link(known["bought"], customer)
    make_order("1001", customer="1", placed_at=(NOON - 2 * DAY).isoformat())
    said = NewEvent("messaged", at=NOON - 2 * DAY, friend_id=known["opened"].pk, properties={"kind": "text"})
    timeline.record([said])
    wishes.wish([known["stopped"].pk], stops=True, at=NOON - DAY)
    Friend.objects.filter(pk=known["blocked"].pk).update(status="blocked", blocked_at=NOON - DAY)
    new = make_friend("new", followed_at=NOON - DAY)
    period = period_of(make_plan())

    assert {name: place(friend, period) for name, friend in known.items()} == {
        **{name: name for name in names},
        "blocked": "stopped",
        "nothing": "rest",
    }
    assert place(new, period) == "new"
    judged = judging.judge(period)
    assert sum(judged.count(each) for each in judged.classes) == judged.everyone == 9
    assert (judged.reachable, judged.gone) == (8, 1)


def test_an_order_counts_only_after_the_click_and_within_a_week():
    late, before = old_friend("late"), old_friend("before")
    with time_machine.travel(NOON - 20 * DAY):
        own = make_sent(late, before, tracks_people=True)
        make_click(own, late)
        make_click(own, before)
    for number, friend, at in (("1", late, NOON - 5 * DAY), ("2", before, NOON - 21 * DAY)):
        customer = make_customer(number)
        make_link(friend, customer)
        make_order(number, customer=number, placed_at=at.isoformat())
    period = period_of(make_plan())

    assert sizes(period) == {"clicked": 2}


def test_a_class_of_ones_own_comes_first_and_can_be_moved():
    clicks = old_friend("clicks")
    tag = make_tag("VIP", friends=[clicks])
    with time_machine.travel(NOON - DAY):
        make_click(make_sent(clicks, tracks_people=True), clicks)
    period = period_of(make_plan())
    own = classes.add_own(period, name="VIPs", raw={"all": [{"type": "tag", "tag": tag.pk}]}, by=None)

    first = place(clicks, period)
    classes.move(own, to=99, by=None)

    assert first == own.key
    assert place(clicks, period) == "clicked"
    assert [each.kind for each in period.ordered()][-2:] == [Kind.OWN, Kind.REST]


def test_conditions_that_only_line_can_judge_are_refused_also_behind_a_segment():
    period = period_of(make_plan())
    guess = {"type": "line_gender", "in": ["female"]}
    segment = make_segment({"all": [guess]})

    with pytest.raises(JudgedByLine):
        classes.add_own(period, name="Women", raw={"all": [guess]}, by=None)
    named = {"all": [{"type": "segment", "segment": segment.pk}]}
    with pytest.raises(JudgedByLine):
        classes.add_own(period, name="Women", raw=named, by=None)
    with pytest.raises(OwnNeeds):
        classes.add_own(period, name="All", raw={"all": []}, by=None)


def test_a_class_whose_conditions_have_gone_has_nobody_and_says_why():
    friend = old_friend("aoi")
    tag = make_tag("VIP", friends=[friend])
    period = period_of(make_plan())
    own = classes.add_own(period, name="VIPs", raw={"all": [{"type": "tag", "tag": tag.pk}]}, by=None)

    tag.delete()
    judged = judging.judge(period)

    assert judged.count(own) == 0
    assert "no tag" in judged.problems[own.pk]
    assert place(friend, period) == "rest"


@pytest.mark.parametrize(
    ("frame", "clicked"),
    [
        ({"basis": "last", "basis_count": 1}, {"second"}),
        ({"basis": "last", "basis_count": 2}, {"first", "second"}),
        ({"basis": "days", "basis_count": 4}, {"second", "useful"}),
    ],
)
def test_the_basis_says_which_sends_count(frame, clicked):
    known = {name: old_friend(name) for name in ("first", "second", "useful")}
    for name, days, nature in (
        ("first", 9, "promotion"),
        ("second", 3, "promotion"),
        ("useful", 2, "useful"),
    ):
        with time_machine.travel(NOON - days * DAY):
            make_click(make_sent(*known.values(), tracks_people=True, nature=nature), known[name])
    period = period_of(make_plan(**frame))

    assert {name for name, friend in known.items() if place(friend, period) == "clicked"} == clicked


def test_the_segment_of_a_class_has_the_people_that_the_plan_counts():
    clicks, silent = old_friend("clicks"), old_friend("silent")
    with time_machine.travel(NOON - DAY):
        make_click(make_sent(clicks, silent, tracks_people=True), clicks)
    period = period_of(make_plan())

    found = {
        key: set(segments.evaluate({"all": [{"type": "touchpoint", "class": class_of(period, key).pk}]}))
        for key in ("clicked", "unopened", "rest")
    }

    assert found == {"clicked": {clicks.pk}, "unopened": {silent.pk}, "rest": set()}


def test_a_click_counts_at_once():
    friend = old_friend("aoi")
    sent = make_sent(friend, tracks_people=True, at=NOON - DAY)
    period = period_of(make_plan())

    before = place(friend, period)
    make_click(sent, friend)

    assert before == "unopened"
    assert place(friend, period) == "clicked"
    assert LinkClick.objects.get().at == timezone.now()
