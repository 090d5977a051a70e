"""What still gives a thing as a reward is said before it is closed, beside what leads to it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import timezone

from coupons.dependants import Dependants
from prizes.lotteries import commands as lotteries
from referrals import services as referrals
from referrals.models import Referral
from scenarios import services as scenarios
from surveys import services as surveys
from tests.coupons.factories import make_own_coupon
from tests.factories import make_broadcast, make_friend, make_scenario
from tests.prizes.factories import make_lottery, make_open_lottery, make_open_point_campaign
from tests.referrals.factories import come, make_part, make_programme
from tests.referrals.factories import make_running as make_running_programme
from tests.scenarios.factories import make_entry, make_running
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def giving(kind: str, number: int) -> set[str]:
    """Names of what gives it; the page of each is there."""
    found = Dependants.of(kind, number).giving
    assert all(resolve(use.address, settings.TENANT_URLCONF) for use in found)
    return {use.name for use in found}


def reward(kind: str, number: int) -> dict:
    return {"kind": kind, kind: number}


def once(number: int) -> dict:
    """Rules by which an inviter gets this coupon."""
    return {"each": {"reward": reward("coupon", number)}, "most_per_inviter": 1}


def step(kind: str, number: int) -> dict:
    return {
        "trigger": {"type": "api"},
        "steps": [
            {"id": "hour", "type": "wait", "minutes": 60},
            {"id": "give", "type": "reward", "kind": kind, kind: number},
        ],
    }


@pytest.mark.parametrize(
    ("make", "kind", "address"),
    [
        (make_own_coupon, "coupon", "coupons/{}/close/"),
        (make_open_lottery, "lottery", "prizes/{}/act/close/"),
        (make_open_point_campaign, "points", "prizes/points/{}/act/close/"),
    ],
)
def test_before_it_is_closed_all_that_gives_it_is_named(visit, tenant, make, kind, address):
    thing = make()
    make_survey("Skin survey", reward=reward(kind, thing.pk))
    make_lottery("Second chance", prizes=[{"name": "It", "ppm": 1_000_000, "reward": reward(kind, thing.pk)}])
    make_programme("Friends of friends", rules={"each": {"reward": reward(kind, thing.pk)}})
    make_running(step(kind, thing.pk), name="Birthday")

    shown = visit("account_manager").read(address.format(thing.pk))

    assert "It is still given as a reward" in shown
    assert {"Skin survey", "Second chance", "Friends of friends", "Birthday"} == giving(kind, thing.pk)
    assert all(name in shown for name in giving(kind, thing.pk))


def test_nothing_is_said_where_nothing_gives_it(visit, tenant):
    coupon, other = make_own_coupon(), make_own_coupon("Winter")
    lottery = make_open_lottery()
    make_survey(reward=reward("coupon", other.pk))
    make_survey("Another", reward=reward("lottery", coupon.pk + lottery.pk))
    make_scenario(step("coupon", other.pk))

    assert "still given" not in visit("account_manager").read(f"coupons/{coupon.pk}/close/")
    assert giving("lottery", lottery.pk) == set()


def test_a_scenario_that_only_asks_who_has_a_coupon_does_not_give_it(tenant):
    coupon = make_own_coupon()
    path = {"key": "has", "name": "Has it", "when": {"type": "coupon", "coupon": coupon.pk, "state": "held"}}
    make_scenario({"trigger": {"type": "api"}, "steps": [{"id": "if", "type": "branch", "paths": [path]}]})

    assert giving("coupon", coupon.pk) == set()


def test_whoever_is_over_gives_nothing_more(tenant):
    coupon, now = make_own_coupon(), timezone.now()
    survey = make_survey("Closed", reward=reward("coupon", coupon.pk))
    make_survey("Over", reward=reward("coupon", coupon.pk), starts_at=now - 2 * DAY, ends_at=now - DAY)
    prizes = [{"name": "It", "ppm": 1_000_000, "reward": reward("coupon", coupon.pk)}]
    lottery = make_open_lottery(prizes=prizes)
    programme = make_running_programme(rules=once(coupon.pk))
    scenario = make_running(step("coupon", coupon.pk))
    assert len(giving("coupon", coupon.pk)) == 4

    surveys.close(survey, by=None)
    lotteries.close(lottery, by=None)
    referrals.end(programme, by=None)
    scenarios.archive(scenario, by=None)

    assert giving("coupon", coupon.pk) == set()


@pytest.mark.parametrize("place", ["each", "invited", "tiers"])
def test_rules_of_a_programme_are_read_as_they_hold_and_as_they_are_written(tenant, place):
    was, new = make_own_coupon(), make_own_coupon("Winter")

    def rules(number: int) -> dict:
        given = {"reward": reward("coupon", number)}
        return {place: [given | {"at": 3}] if place == "tiers" else given, "most_per_inviter": 1}

    programme = make_running_programme("Friends", rules=rules(was.pk))
    referrals.change(programme, rules=programme.rules | rules(new.pk), revision=programme.revision, by=None)

    assert (giving("coupon", was.pk), giving("coupon", new.pk)) == ({"Friends"}, {"Friends"})


def test_an_ended_programme_gives_to_whoever_was_invited_before(tenant):
    coupon = make_own_coupon()
    programme = make_running_programme("Friends", rules=once(coupon.pk))
    part = make_part(programme, "aoi")
    friend = come(part, "ren")
    Referral.objects.create(
        programme=programme, version=programme.version, participant=part, friend=friend, at=timezone.now()
    )
    referrals.end(programme, by=None)

    assert giving("coupon", coupon.pk) == {"Friends"}

    Referral.objects.update(state=Referral.State.EXPIRED)
    assert giving("coupon", coupon.pk) == set()


def test_who_is_on_the_way_in_an_older_version_is_still_given_it(tenant):
    coupon = make_own_coupon()
    scenario = make_running(step("coupon", coupon.pk), name="Birthday")
    entry = make_entry(scenario, make_friend())
    without = {"trigger": {"type": "api"}, "steps": [{"id": "hour", "type": "wait", "minutes": 60}]}
    scenario = scenarios.write(scenario, without, revision=scenario.revision, by=None)
    scenarios.publish(scenario, revision=scenario.revision, by=None)

    assert giving("coupon", coupon.pk) == {"Birthday"}

    entry.delete()
    assert giving("coupon", coupon.pk) == set()


@pytest.mark.parametrize(
    ("make", "kind", "place", "is_given"),
    [
        (make_own_coupon, "coupon", "coupons", True),
        (make_open_lottery, "lottery", "lotteries", True),
        (make_open_point_campaign, "points", "point-campaigns", True),
        (make_survey, "survey", "surveys", False),
        (make_running_programme, "referral", "referral-programmes", False),
    ],
)
def test_programs_are_told_both(tenant, call, make, kind, place, is_given):
    thing = make()
    message = make_broadcast(f"For you: {{{{{kind}.{thing.pk}}}}}", name="Weekend sale")
    survey = make_survey("Skin survey", reward=reward(kind, thing.pk)) if is_given else None

    told = call().get(f"{place}/{thing.pk}/dependants/").json()

    assert told["leading"] == [
        {
            "kind": "Broadcast",
            "name": "Weekend sale",
            "state": "Draft",
            "address": f"http://testserver/c/apparel/broadcasts/{message.pk}/",
        }
    ]
    assert [(use["name"], use["address"]) for use in told["giving"]] == (
        [("Skin survey", f"http://testserver/c/apparel/surveys/{survey.pk}/")] if survey else []
    )
