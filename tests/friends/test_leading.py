"""What still leads friends to a thing is said before it is closed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import timezone

from broadcasts.models import Broadcast, Variant
from broadcasts.status import following
from broadcasts.status.responses import Response
from chats import services as chats
from chats.models import SavedReply
from friends import personal
from prizes.points import chat
from routes import services as routes
from scenarios import services as scenarios
from tests.coupons.factories import make_own_coupon
from tests.factories import (
    make_auto_reply,
    make_broadcast,
    make_friend,
    make_route,
    make_scenario,
    make_tap_action,
    make_template,
    make_user,
)
from tests.prizes.factories import make_open_lottery, make_open_point_campaign
from tests.referrals.factories import make_running as make_running_programme
from tests.scenarios.factories import make_entry, make_running
from tests.surveys.factories import make_survey
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import classes
from touchpoints.models import TouchClass


def sending(text: str) -> dict:
    return {
        "trigger": {"type": "api"},
        "steps": [
            {"id": "hour", "type": "wait", "minutes": 60},
            {"id": "say", "type": "send", "messages": [{"type": "text", "text": text}]},
        ],
    }


def button(code: str) -> dict:
    action = {"type": "postback", "label": "Begin", "data": f"tap:{code}"}
    body = {"type": "buttons", "text": "For you", "actions": [action]}
    return {"type": "template", "altText": "For you", "template": body}


def names(number: int) -> set[str]:
    """Of what leads to the coupon; the page of each is there."""
    found = personal.leading("coupon", number)
    assert all(resolve(use.address, settings.TENANT_URLCONF) for use in found)
    return {str(use.name) for use in found}


@pytest.mark.parametrize(
    ("make", "variable", "address"),
    [
        (make_own_coupon, "coupon", "coupons/{}/close/"),
        (make_survey, "survey", "surveys/{}/close/"),
        (make_open_lottery, "lottery", "prizes/{}/act/close/"),
        (make_open_point_campaign, "points", "prizes/points/{}/act/close/"),
        (make_running_programme, "referral", "referrals/{}/end/"),
        (make_running_programme, "referral", "referrals/{}/pause/"),
    ],
)
def test_before_it_is_closed_the_messages_are_named_that_lead_to_it(visit, tenant, make, variable, address):
    thing = make()
    make_broadcast(f"For you: {{{{{variable}.{thing.pk}}}}}", name="Weekend sale")
    make_broadcast("For you, this week only", name="Without it")

    shown = visit("account_manager").read(address.format(thing.pk))

    assert "Messages still lead here" in shown
    assert "Weekend sale" in shown
    assert "Without it" not in shown


def test_of_very_many_the_first_are_named_and_the_rest_counted(visit, tenant):
    coupon = make_own_coupon()
    for number in range(23):
        make_broadcast(f"{{{{coupon.{coupon.pk}}}}}", name=f"Sale no. {number}")

    shown = visit("account_manager").read(f"coupons/{coupon.pk}/close/")

    assert shown.count("Sale no. ") == 20
    assert "and 3 more" in shown


def test_nothing_is_said_where_nothing_leads_to_it(visit, tenant):
    coupon = make_own_coupon()

    assert "Messages still lead here" not in visit("account_manager").read(f"coupons/{coupon.pk}/close/")


def test_scenarios_and_replies_lead_to_it_however_the_variable_is_written(tenant):
    coupon, other = make_own_coupon(), make_own_coupon("Winter")
    make_running(sending(f"Yours: {{{{ coupon.{coupon.pk} }}}}"), name="Running")
    make_scenario(sending(f"Yours: {{{{coupon.{coupon.pk}|}}}}"), name="Written")
    make_auto_reply("coupon", text=f"Here it is: {{{{\u3000coupon.{coupon.pk}}}}}")

    assert names(coupon.pk) == {"Running", "Written", "coupon"}
    assert names(other.pk) == set()


@pytest.mark.parametrize("text", ["{{coupon.12}}", "https://musubi.example/c/apparel/cp/12/"])
def test_a_number_that_begins_alike_is_another_thing(tenant, settings, text):
    settings.BASE_URL = "https://musubi.example"
    made = make_broadcast(name="Twelve")
    Broadcast.objects.filter(pk=made.pk).update(messages=[{"type": "text", "text": text}])

    assert (names(1), names(12)) == (set(), {"Twelve"})


@pytest.mark.parametrize(
    ("make", "code", "address"),
    [
        (make_survey, lambda survey: survey.code, "surveys/{}/close/"),
        (make_open_point_campaign, lambda campaign: chat.code(campaign.pk), "prizes/points/{}/act/close/"),
        (make_running_programme, lambda programme: programme.code, "referrals/{}/end/"),
    ],
)
def test_buttons_lead_to_it_too(visit, tenant, make, code, address):
    thing = make()
    make_broadcast(name="Weekend sale", messages=[button(code(thing))])
    make_broadcast(name="Another", messages=[button(f"{code(thing)}1")])

    shown = visit("account_manager").read(address.format(thing.pk))

    assert "Weekend sale" in shown
    assert "Another" not in shown


def test_the_address_for_everybody_leads_to_it(tenant):
    coupon, other = make_own_coupon(), make_own_coupon("Winter")
    door = personal.door("coupon", coupon.pk)
    make_auto_reply("coupon", text=f"Here it is: {door.rstrip('/')}")
    make_tap_action("Answers", answer=f"Here it is: {door}")
    chats.save_reply(SavedReply(), title="Where is it?", text=f"{door} is the page", by=None)

    assert names(coupon.pk) == {"coupon", "Answers", "Where is it?"}
    assert names(other.pk) == set()


def test_what_is_planned_leads_to_it_until_it_is_a_draft(tenant):
    coupon, user = make_own_coupon(), make_user("marketer")
    text = f"Yours: {{{{coupon.{coupon.pk}}}}}"
    template = make_template("Coupon", messages=[{"type": "text", "text": text}])
    period = period_of(make_plan("Autumn"))
    rest = classes.plan(class_of(period, "rest"), action="message", text=text, by=None)
    new = classes.plan(class_of(period, "new"), action="message", template=template, text="", by=None)
    following.plan(Response.CLICKED, text, days=30, by=user)

    assert names(coupon.pk) == {f"Autumn › {rest.label}", f"Autumn › {new.label}", "Last 30 days · Clicked"}

    TouchClass.objects.filter(period=period).update(broadcast=make_broadcast(), started_at=timezone.now())
    made = following.draft(Response.CLICKED, days=30, by=user)
    assert names(coupon.pk) == {made.name}


def test_of_an_ab_test_every_text_counts_as_it_is_sent(tenant):
    coupon, was = make_own_coupon(), make_own_coupon("Was chosen before")
    broadcast = make_broadcast(name="Two texts")
    for letter, number in (("A", was.pk), ("B", coupon.pk)):
        said = [{"type": "text", "text": f"{{{{coupon.{number}}}}}"}]
        Variant.objects.create(broadcast=broadcast, letter=letter, messages=said)

    assert names(coupon.pk) == {"Two texts"}
    assert names(was.pk) == set()


def test_a_greeting_of_a_route_that_has_ended_leads_nobody_there(tenant):
    coupon = make_own_coupon()
    said = [{"type": "text", "text": f"Welcome: {{{{coupon.{coupon.pk}}}}}"}]
    route = make_route("Flyer", messages=said)
    open_until = timezone.now() - timedelta(days=1)
    make_route("Fair", messages=said, starts_at=open_until - timedelta(days=9), ends_at=open_until)

    assert names(coupon.pk) == {"Flyer"}

    routes.archive(route, by=None)
    assert names(coupon.pk) == set()


def test_what_was_sent_or_is_switched_off_leads_there_no_more(tenant):
    coupon = make_own_coupon()
    text = f"Yours: {{{{coupon.{coupon.pk}}}}}"
    sent = make_broadcast(text)
    Broadcast.objects.filter(pk=sent.pk).update(status="sent", finished_at=timezone.now())
    make_auto_reply("coupon", text=text, is_on=False)
    make_template("Coupon", messages=[{"type": "text", "text": text}])

    assert names(coupon.pk) == set()


def test_who_is_on_the_way_in_an_older_version_still_comes_to_it(tenant):
    coupon = make_own_coupon()
    scenario = make_running(sending(f"Yours: {{{{coupon.{coupon.pk}}}}}"), name="Birthday")
    entry = make_entry(scenario, make_friend(), due_at=timezone.now() + timedelta(hours=1))
    scenario = scenarios.write(scenario, sending("Congratulations"), revision=scenario.revision, by=None)
    scenarios.publish(scenario, revision=scenario.revision, by=None)

    assert names(coupon.pk) == {"Birthday"}

    entry.delete()
    assert names(coupon.pk) == set()
