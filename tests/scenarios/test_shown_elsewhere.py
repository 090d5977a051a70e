"""What scenarios did, where people look for it: on the pages of a person, of scenarios, of the client."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from scenarios.models import Entry, Halt, Passage
from tests.factories import make_customer, make_friend, make_link, make_scenario
from tests.scenarios.factories import make_entry, make_running

PARTED = {
    "trigger": {"type": "api"},
    "steps": [
        {"id": "asked", "type": "await", "event": "order_placed", "days": 1},
        {"id": "hour", "type": "wait", "minutes": 60},
    ],
}


def test_a_friends_page_names_the_scenarios_they_are_in_and_were_in(visit):
    friend = make_friend("aoi")
    make_entry(make_running(name="Cart left"), friend)
    over = {"state": "ended", "ended_at": timezone.now(), "due_at": None, "reason": "goal"}
    make_entry(make_running(name="Welcome back"), friend, **over)
    make_entry(make_running(name="Tried out"), friend, is_test=True)

    page = visit("viewer").read(f"scenarios/friends/{friend.pk}/")

    assert "Cart left" in page
    assert "Wait" in page
    assert "Welcome back" in page
    assert "Reached the goal" in page
    assert "Tried out" not in page


def test_a_customers_page_names_those_of_their_friend_and_their_own(visit):
    link = make_link(make_friend("aoi"), make_customer("C-1"))
    make_entry(make_running(name="As a friend"), link.friend)
    alone = make_entry(make_running(name="By mail alone"), make_friend("ren"))
    Entry.objects.filter(pk=alone.pk).update(friend=None, customer_id=link.customer_id)
    make_entry(make_running(name="Of another"), make_friend("yui"))

    page = visit("viewer").read(f"scenarios/customers/{link.customer_id}/")

    assert "As a friend" in page
    assert "By mail alone" in page
    assert "Of another" not in page


def test_the_people_of_another_client_are_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        link = make_link(make_friend("aoi"), make_customer("C-1"))
    somebody = visit()

    answers = [
        somebody.get(f"scenarios/friends/{link.friend_id}/"),
        somebody.get(f"scenarios/customers/{link.customer_id}/"),
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(("minutes", "is_shown"), [(10, True), (-10, False)])
def test_that_line_takes_nothing_is_said_while_it_lasts(visit, minutes, is_shown):
    running = make_running()
    until = timezone.now() + timedelta(minutes=minutes)
    Halt.objects.create(pk=1, until=until, problem="The month is used up.")
    somebody = visit()

    pages = [somebody.read(page) for page in ("", "scenarios/", f"scenarios/{running.pk}/")]

    assert ["The month is used up." in page for page in pages] == [is_shown] * 3


def test_a_test_says_in_words_which_way_they_went_and_what_came_of_it(visit):
    running = make_running(PARTED)
    entry = make_entry(running, make_friend("aoi"), is_test=True, step="hour")
    about = {"scenario_id": running.pk, "version_id": entry.version_id}
    Passage.objects.create(entry=entry, step="asked", via="timed_out", what="capped", **about)

    page = visit().read(f"scenarios/{running.pk}/test/live/")

    assert "Time is over" in page
    assert "above the frequency cap" in page
    assert "timed_out" not in page


def test_the_end_is_drawn_once(visit):
    ended = make_scenario({"steps": [{"id": "e1", "type": "end"}]}, name="Ended")
    open_ = make_scenario({"steps": [{"id": "w1", "type": "wait", "days": 1}]}, name="Open")
    somebody = visit()

    pages = [somebody.read(f"scenarios/{each.pk}/") for each in (ended, open_)]

    assert ['class="node-end"' in page for page in pages] == [False, True]


def test_triggers_are_offered_with_the_usual_ones_first(visit):
    page = visit().read(f"scenarios/{make_scenario().pk}/?part=trigger")

    places = [page.index(f'data-trigger="{type_}"') for type_ in ("friend_added", "event", "schedule", "api")]
    assert places == sorted(places)
