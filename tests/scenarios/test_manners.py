"""Manners: nights are quiet, and a person's week is one, whether broadcasts or scenarios write to them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from broadcasts.choosing import frequency
from broadcasts.models import SendingRules
from friends.models import Friend
from scenarios.manners import gate
from scenarios.models import Scenario, Send
from tests.broadcasts.sending import make_sent
from tests.factories import make_followers, make_sending
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario, passages

pytestmark = pytest.mark.usefixtures("channel")
TOKYO = ZoneInfo("Asia/Tokyo")
SALE = {"type": "send", "messages": [TEXT]}
NOON = datetime(2026, 11, 24, 12, tzinfo=TOKYO)
NIGHT = datetime(2026, 11, 24, 23, tzinfo=TOKYO)


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    return make_followers(simulator, channel, ["aoi"])[0]


@pytest.fixture
def said(simulator, channel) -> Callable[[Friend], int]:
    """How many messages somebody has got."""
    return lambda friend: len(simulator.texts(channel.channel_id, friend.line_user_id))


def quiet_nights() -> None:
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))


def make_sale(**manners: object) -> Scenario:
    return make_scenario(SALE, name=f"Sale {manners}", manners=manners)


# Quiet hours


def test_at_night_nothing_is_sent_and_in_the_morning_it_is(aoi, said):
    quiet_nights()
    with time_machine.travel(NIGHT):
        entry = make_entry(make_sale(), aoi)
        lead()
        at_night = said(aoi)
        entry.refresh_from_db()
    with time_machine.travel(NIGHT + timedelta(hours=9, seconds=1)):
        lead()

    assert (at_night, said(aoi)) == (0, 1)
    assert entry.due_at == datetime(2026, 11, 25, 8, tzinfo=TOKYO)


@pytest.mark.parametrize("manners", [{"nature": "notice"}, {"ignores_quiet_hours": True}])
def test_notices_and_who_says_so_go_out_at_night(aoi, said, manners):
    quiet_nights()
    with time_machine.travel(NIGHT):
        make_entry(make_sale(**manners), aoi)
        lead()

    assert said(aoi) == 1


def test_a_try_goes_out_at_night(aoi, said):
    quiet_nights()
    with time_machine.travel(NIGHT):
        make_entry(make_sale(), aoi, is_test=True)
        lead()

    assert said(aoi) == 2  # a bubble says that it is a test


# The cap


def test_what_broadcasts_sent_counts_for_scenarios(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_sent(aoi)
    entry = make_entry(make_sale(), aoi)

    lead()

    assert said(aoi) == 0
    assert passages(entry) == [("s1", "next", gate.CAPPED)]


def test_what_scenarios_sent_counts_for_broadcasts(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_entry(make_sale(), aoi)
    lead()

    assert said(aoi) == 1
    assert frequency.capped() == BitMap([aoi.pk])


def test_what_scenarios_have_laid_out_counts_for_broadcasts(aoi):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    entry = make_entry(make_sale(), aoi)
    lead()
    Send.objects.filter(entry=entry).update(state="claimed", accepted_at=None)

    assert frequency.capped() == BitMap([aoi.pk])


def test_what_may_have_arrived_counts(aoi):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    entry = make_entry(make_sale(), aoi)
    lead()
    unknown = {"state": "unknown", "accepted_at": None, "first_tried_at": timezone.now()}
    Send.objects.filter(entry=entry).update(**unknown)

    had = frequency.counts([aoi.pk], SendingRules.present())

    assert had[aoi.pk] == 1


def test_what_a_broadcast_has_laid_out_counts_for_scenarios(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_sending()
    entry = make_entry(make_sale(), aoi)

    lead()

    assert passages(entry) == [("s1", "next", gate.CAPPED)]


def test_two_scenarios_at_the_same_moment_are_two(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_entry(make_sale(priority=5), aoi)
    make_entry(make_sale(priority=4), aoi)

    lead()

    assert said(aoi) == 1


def test_the_more_important_one_takes_the_last_message(aoi):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    late = make_entry(make_sale(priority=9), aoi, priority=9)
    first = make_entry(make_sale(priority=1), aoi, priority=1)

    lead()

    assert [passages(each)[0][2] for each in (first, late)] == ["sent", gate.CAPPED]


def test_two_products_of_one_person_are_two(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    scenario = make_sale()
    make_entry(scenario, aoi, subject="tea", key="tea")
    make_entry(scenario, aoi, subject="cup", key="cup")

    lead()

    assert said(aoi) == 1


@pytest.mark.parametrize("manners", [{"nature": "notice"}, {"ignores_cap": True}])
def test_a_shipping_notice_is_never_held_back_by_a_sale(aoi, said, manners):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_sent(aoi)
    make_entry(make_sale(**manners), aoi)

    lead()

    assert said(aoi) == 1


def test_a_notice_counts_for_what_comes_after_it(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_entry(make_sale(nature="notice"), aoi)
    lead()
    make_entry(make_sale(), aoi)

    lead()

    assert said(aoi) == 1


def test_a_step_that_waits_is_sent_as_soon_as_the_week_has_room(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=2)
    with time_machine.travel(NOON, tick=False):
        make_sent(aoi, at=NOON - timedelta(days=1))
        entry = make_entry(make_scenario(SALE | {"when_capped": "wait"}), aoi)
        lead()
        entry.refresh_from_db()
    with time_machine.travel(NOON + timedelta(days=1, seconds=1)):
        lead()

    assert entry.due_at == NOON + timedelta(days=1)
    assert said(aoi) == 1


def test_a_step_that_waits_gives_up_when_others_took_its_place_all_the_time(aoi, said):
    SendingRules.objects.create(cap_count=1, cap_days=2)
    with time_machine.travel(NOON):
        make_sent(aoi)
        entry = make_entry(make_scenario(SALE | {"when_capped": "wait"}), aoi)
        lead()
    for days in (1, 2):
        with time_machine.travel(NOON + timedelta(days=days, seconds=1)):
            make_sent(aoi)
            lead()

    assert passages(entry) == [("s1", "next", gate.CAPPED)]


def test_a_try_does_not_count(aoi):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_entry(make_sale(), aoi, is_test=True)

    lead()

    assert frequency.counts([aoi.pk], SendingRules.present())[aoi.pk] == 0


DEEDS = st.lists(st.tuples(st.sampled_from("bsn"), st.integers(0, 2)), min_size=1, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, cap=st.integers(1, 3))
def test_nobody_gets_more_than_the_cap_of_what_can_be_held_back(simulator, channel, deeds, cap):
    """Broadcasts (b), sales (s) and notices (n) in any order: only notices go beyond the cap."""
    with transaction.atomic():
        friends = make_followers(simulator, channel, [uuid4().hex for _n in range(3)])
        SendingRules.objects.create(cap_count=cap, cap_days=7)
        sale = make_scenario(SALE, name="Sale")
        notice = make_scenario(SALE, name="Notice", manners={"nature": "notice"})
        deed_of = {
            "b": broadcast_to,
            "s": partial(enter_and_lead, sale),
            "n": partial(enter_and_lead, notice),
        }
        had = dict.fromkeys(friends, 0)
        for deed, who in deeds:
            friend = friends[who]
            gets_it = deed == "n" or had[friend] < cap
            assert deed_of[deed](friend) == gets_it
            had[friend] += gets_it
        transaction.set_rollback(True)


def broadcast_to(friend: Friend) -> bool:
    """Whether they got it."""
    is_free = friend.pk not in frequency.capped()
    make_sent(*([friend] if is_free else []))
    return is_free


def enter_and_lead(scenario: Scenario, friend: Friend) -> bool:
    entry = make_entry(scenario, friend, key=uuid4().hex, subject=uuid4().hex)
    lead()
    return Send.objects.filter(entry=entry, state="accepted").exists()
