"""Before a message leaves that leads to friends' own pages of things that are open, or were closed."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from broadcasts import services
from broadcasts.checking import own_pages
from broadcasts.choosing import commands, deciding
from broadcasts.errors import PageNotOpen
from broadcasts.models import Broadcast, SplitTest
from broadcasts.sending import delivery
from friends.models import Friend
from prizes.lotteries import commands as lotteries
from referrals import services as referrals
from surveys import services as surveys
from tests.broadcasts.sending import send
from tests.factories import make_broadcast, make_followers
from tests.prizes.factories import make_lottery, make_open_lottery, make_point_campaign
from tests.referrals.factories import make_running
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ENDING = {
    "survey": (make_survey, surveys.close),
    "lottery": (make_open_lottery, lotteries.close),
    "referral": (make_running, referrals.pause),
}


@pytest.fixture(params=sorted(ENDING))
def thing(request, simulator, channel):
    """Something that is open to friends, the variable that leads there, and what ends it."""
    make_followers(simulator, channel, ["aoi", "ren", "yui", "sora"])
    make, end = ENDING[request.param]
    made = make()
    return made, f"{{{{{request.param}.{made.pk}}}}}", lambda: end(made, by=None)


def approved(broadcast: Broadcast) -> Broadcast:
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED, approved_at=timezone.now())
    broadcast.refresh_from_db()
    return broadcast


def messages_sent(simulator, channel) -> int:
    found = Friend.objects.values_list("line_user_id", flat=True)
    return sum(len(simulator.texts(channel.channel_id, number)) for number in found)


def test_what_was_closed_after_scheduling_is_led_to_by_nothing_that_costs(thing, simulator, channel):
    made, variable, end = thing
    services.send_now(approved(make_broadcast(f"Here: {variable}")), by=None)
    end()

    delivery.start_due()
    send()

    stopped = Broadcast.objects.get()
    assert (stopped.status, messages_sent(simulator, channel)) == (Broadcast.Status.PAUSED, 0)
    assert f"{made.name}” is not open to friends" in stopped.problem
    with translation.override("ja"):
        assert f"{made.name}」は" in stopped.problem


def test_what_is_closed_cannot_be_led_to_at_once_and_is_told_for_later(thing):
    made, variable, end = thing
    broadcast = approved(make_broadcast(f"Here: {variable}"))
    before = own_pages.findings(broadcast)
    end()

    with pytest.raises(PageNotOpen):
        services.send_now(broadcast, by=None)
    services.schedule_broadcast(broadcast, send_at=timezone.now() + DAY, by=None)

    broadcast.refresh_from_db()
    [finding] = own_pages.findings(broadcast)
    assert before == []
    assert finding.is_error
    assert f"{made.name}” is not open to friends" in finding.words


def test_what_is_over_when_it_leaves_is_not_led_to_and_what_begins_later_is_to_be_weighed(thing):
    made, variable, _end = thing
    now = timezone.now()
    type(made).objects.update(starts_at=now + DAY, ends_at=now + 2 * DAY)
    broadcast = approved(make_broadcast(f"Here: {variable}"))

    with pytest.raises(PageNotOpen) as refused:
        services.schedule_broadcast(broadcast, send_at=now + 3 * DAY, by=None)
    [early] = own_pages.findings(broadcast, now)
    services.send_now(broadcast, by=None)

    assert f"{made.name}” is over when this leaves" in refused.value.message
    assert not early.is_error
    assert f"{made.name}” begins only on" in early.words


@pytest.mark.parametrize(("make", "kind"), [(make_lottery, "lottery"), (make_point_campaign, "points")])
def test_what_was_not_started_is_not_led_to_at_once(simulator, channel, make, kind):
    make_followers(simulator, channel, ["aoi"])
    made = make()
    broadcast = approved(make_broadcast(f"Here: {{{{{kind}.{made.pk}}}}}"))

    with pytest.raises(PageNotOpen) as refused:
        services.send_now(broadcast, by=None)

    assert f"{made.name}” has not been started" in refused.value.message


def test_the_rest_of_an_ab_test_is_not_led_to_what_was_closed_meanwhile(thing, simulator, channel):
    _made, variable, end = thing
    broadcast = make_broadcast(f"Here: {variable}")
    commands.set_test(broadcast, by=None, sample_percent=50)
    commands.change_variant(broadcast, "B", [{"type": "text", "text": "Hello"}], by=None)
    broadcast.refresh_from_db()
    services.send_now(approved(broadcast), by=None)
    delivery.start_due()
    send()
    end()

    SplitTest.objects.update(decides_at=timezone.now())
    deciding.decide_due()
    send()
    waiting = SplitTest.objects.get()
    sent = messages_sent(simulator, channel)
    with pytest.raises(PageNotOpen):
        deciding.decide(broadcast, "A", by=None)
    deciding.decide(broadcast, "B", by=None)
    send()

    assert (waiting.is_decided, sent) == (False, 2)
    assert "is not open to friends" in waiting.reason
    assert messages_sent(simulator, channel) == 4
