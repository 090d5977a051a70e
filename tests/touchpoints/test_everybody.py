"""Random friends, sends, clicks, orders, tags: everybody in one class, as plain Python judges; and moved."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.models import Broadcast
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend, FriendTag, Tag
from friends.services import KNOWN
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.factories import make_customer, make_friend, make_link, make_order, make_tag
from tests.touchpoints.factories import make_plan, period_of
from touchpoints import classes, judging, movement, starting
from touchpoints.models import Kind, Period

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
BEGUN = datetime.fromisoformat("2026-06-08T00:00:00+09:00")  # make_plan begins a week ago
DAY = timedelta(days=1)
TOPICS = ("friends", KNOWN, "links", "orders", "events:clicked", "events:messaged", "events:stopped")
OWN_LINKS = (True, True, False)  # of the three sends, the oldest first
READY = [each.value for each in Kind if each not in (Kind.OWN, Kind.REST)]
ORDER = st.permutations([*READY, "own"])


@dataclass
class Person:
    """One friend as Python knows them. `ordered` is days after their first click."""

    followed: int  # days ago
    got: frozenset[int]
    clicked: frozenset[int]
    ordered: int | None
    has_written: bool  # a day ago
    is_stopped: bool
    blocked: int | None  # days ago
    is_tagged: bool


def people() -> st.SearchStrategy[list[Person]]:
    sends = st.frozensets(st.integers(0, 2))
    return st.lists(
        st.builds(
            Person,
            followed=st.sampled_from([1, 5, 300]),
            got=sends,
            clicked=sends,
            ordered=st.none() | st.sampled_from([-1, 1, 6]),
            has_written=st.booleans(),
            is_stopped=st.booleans(),
            blocked=st.none() | st.sampled_from([1, 30]),
            is_tagged=st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )


SENT_DAYS = (9, 6, 3)  # days ago


def plain(person: Person, order: list[str]) -> str | None:
    """The class by reading the rules; None: neither friend nor lost since the period began."""
    clicked = {send for send in person.clicked & person.got if OWN_LINKS[send]}
    days = [SENT_DAYS[send] for send in clicked]
    bought_day = max(days) - person.ordered if days and person.ordered is not None else None
    bought = bought_day is not None and any(0 <= day - bought_day < 7 for day in days)
    wrote = person.has_written and any(SENT_DAYS[send] - 1 < 7 for send in person.got)
    known = any(OWN_LINKS[send] for send in person.got)
    is_blocked = person.blocked is not None
    is_lost = is_blocked and NOON - person.blocked * DAY >= BEGUN
    rules = {
        "stopped": (person.is_stopped and not is_blocked) or is_lost,
        "new": NOON - person.followed * DAY >= min(BEGUN, NOON - 9 * DAY) and not person.got,
        "bought": bought,
        "clicked": bool(clicked),
        "opened": wrote and not clicked,
        "unknown": bool(person.got) and not known and not wrote,
        "unopened": bool(person.got) and not clicked and not wrote,
        "own": person.is_tagged,
    }
    if is_blocked:
        return "stopped" if is_lost else None
    return next((key for key in order if rules[key]), "rest")


def make(persons: list[Person], tag: Tag) -> list[Friend]:
    friends = [make_friend(followed_at=NOON - person.followed * DAY) for person in persons]
    for send, days in enumerate(SENT_DAYS):
        with time_machine.travel(NOON - days * DAY, tick=False):
            got = [friend for friend, person in zip(friends, persons, strict=True) if send in person.got]
            made = make_sent(*got, tracks_people=OWN_LINKS[send])
            for friend, person in zip(friends, persons, strict=True):
                if send in person.clicked & person.got and OWN_LINKS[send]:
                    make_click(made, friend)
    for number, (friend, person) in enumerate(zip(friends, persons, strict=True)):
        happen(friend, person, tag, f"{number}")
    return friends


def happen(friend: Friend, person: Person, tag: Tag, number: str) -> None:
    days = [SENT_DAYS[send] for send in person.clicked & person.got if OWN_LINKS[send]]
    if person.ordered is not None and days:
        make_link(friend, make_customer(number))
        at = NOON - (max(days) - person.ordered) * DAY
        make_order(number, customer=number, placed_at=at.isoformat())
    become(friend, person, tag)


def become(friend: Friend, person: Person, tag: Tag) -> None:
    """What may change from one moment to the next."""
    if person.has_written:
        said = {"kind": "text"}
        timeline.record([NewEvent("messaged", at=NOON - DAY, friend_id=friend.pk, properties=said)])
    blocked = None if person.blocked is None else NOON - person.blocked * DAY
    Friend.objects.filter(pk=friend.pk).update(
        stopped_at=NOON - DAY if person.is_stopped else None,
        status="blocked" if blocked else "friend",
        blocked_at=blocked,
    )
    FriendTag.objects.filter(friend=friend).delete()
    if person.is_tagged:
        FriendTag.objects.create(friend=friend, tag=tag)


def planned(order: list[str], tag: Tag) -> Period:
    """A period whose classes stand in this order, judged by all three sends."""
    Broadcast.objects.update(nature="promotion")
    period = period_of(make_plan(starts_on=BEGUN.date()))
    own = {"all": [{"type": "tag", "tag": tag.pk}]}
    classes.add_own(period, name="own", raw=own, by=None)
    for place, key in enumerate(order):
        found = next(each for each in period.ordered() if key in (each.key, each.name))
        found.period = period
        classes.move(found, to=place, by=None)
    return period


def places(period: Period) -> dict[int, str]:
    """Everybody's class; raises if somebody is in two."""
    judged = judging.judge(period)
    found = [(friend, each) for each in judged.classes for friend in judged.members[each.pk]]
    assert len(found) == len({friend for friend, _each in found}) == judged.everyone
    return {friend: each.name or each.key for friend, each in found}


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOON, tick=False):
        yield


@settings(max_examples=40)
@given(people(), ORDER)
def test_everybody_is_in_the_one_class_that_the_rules_say(persons, order):
    with transaction.atomic():
        tag = make_tag("own")
        friends = make(persons, tag)
        found = places(planned(order, tag))
        transaction.set_rollback(True)

    assert found == {
        friend.pk: key
        for friend, person in zip(friends, persons, strict=True)
        if (key := plain(person, order)) is not None
    }


@settings(max_examples=25)
@given(people(), people(), ORDER)
def test_the_matrix_is_what_counting_people_one_by_one_gives(persons, later, order):
    with transaction.atomic():
        tag = make_tag("own")
        friends = make(persons, tag)
        period = planned(order, tag)
        before = places(period)
        starting.begin(period)
        for friend, person in zip(friends, later, strict=False):
            become(friend, person, tag)
        make_friend("new", followed_at=NOON)
        versions.touch(*TOPICS, f"tag:{tag.pk}")
        after = places(period)
        found = movement.of(Period.objects.get(pk=period.pk))
        transaction.set_rollback(True)

    names = {place.key: place.label if place.key not in READY else place.key for place in found.columns}
    names |= {"rest": "rest", "left": "left", "came": "came"}
    counts = {
        (names[cell.origin.key], names[cell.into.key]): cell.count for cell in found.cells if cell.count
    }
    ways = [(before.get(each, "came"), after.get(each, "left")) for each in before.keys() | after.keys()]
    assert counts == Counter(ways)
