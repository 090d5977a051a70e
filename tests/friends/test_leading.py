"""What still leads friends to a thing is said before it is closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from broadcasts.models import Broadcast
from friends import personal
from scenarios import services as scenarios
from tests.coupons.factories import make_own_coupon
from tests.factories import make_auto_reply, make_broadcast, make_friend, make_scenario, make_template
from tests.prizes.factories import make_open_lottery, make_open_point_campaign
from tests.referrals.factories import make_running as make_running_programme
from tests.scenarios.factories import make_entry, make_running
from tests.surveys.factories import make_survey


def sending(text: str) -> dict:
    return {
        "trigger": {"type": "api"},
        "steps": [
            {"id": "hour", "type": "wait", "minutes": 60},
            {"id": "say", "type": "send", "messages": [{"type": "text", "text": text}]},
        ],
    }


def names(number: int) -> set[str]:
    return {str(use.name) for use in personal.leading("coupon", number)}


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


def test_a_number_that_begins_alike_is_another_thing(tenant):
    made = make_broadcast(name="Twelve")
    Broadcast.objects.filter(pk=made.pk).update(messages=[{"type": "text", "text": "{{coupon.12}}"}])

    assert (names(1), names(12)) == (set(), {"Twelve"})


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
