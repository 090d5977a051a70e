"""Entering a point campaign by a tap in the chat."""

import pytest

from events.models import Event
from friends import personal
from prizes.models import PointEntry
from prizes.points import chat, commands
from tests.prizes.factories import make_open_point_campaign, make_point_campaign
from tests.surveys.conftest import Phone


def test_a_tap_enters_once_and_is_answered_free_of_charge(phone: Phone, simulator, channel):
    campaign = make_open_point_campaign(title="100 points for you")

    for _tap in range(3):
        phone.post(f"tap:{chat.code(campaign.pk)}")

    entry = PointEntry.objects.get()
    own = personal.address("points", campaign.pk, entry.friend_id)
    assert entry.way == "tap"
    assert own in phone.inbox[-1]["text"]
    assert "100 points for you" in phone.inbox[-1]["text"]
    assert Event.objects.filter(type="entered").count() == 1
    assert simulator.requests(channel.channel_id)["billed"] == 0


@pytest.mark.parametrize("kind", ["closed", "not_by_themselves"])
def test_who_cannot_enter_is_told_why(phone: Phone, kind):
    campaign = make_open_point_campaign(enters_on_page=kind != "not_by_themselves")
    if kind == "closed":
        commands.close(campaign, by=None)

    phone.post(f"tap:{chat.code(campaign.pk)}")

    assert not PointEntry.objects.exists()
    assert len(phone.inbox) == 1
    assert "http" not in phone.inbox[0]["text"]


@pytest.mark.parametrize(
    "data", ["tap:points0", "tap:points999999999", "tap:points", "tap:points1x", "points1"]
)
def test_what_names_no_campaign_does_nothing(phone: Phone, data):
    draft = make_point_campaign()

    phone.post(data)
    phone.post(f"tap:{chat.code(draft.pk)}")

    assert phone.inbox == []
    assert not PointEntry.objects.exists()


def test_messages_offer_those_that_can_be_entered(tenant):
    campaign = make_open_point_campaign(name="Autumn points")
    make_open_point_campaign(name="By programs alone", enters_on_page=False)

    assert chat.begun_by({chat.code(campaign.pk), "a1b2c3", "points999999999"}) == {
        chat.code(campaign.pk): "Autumn points"
    }
    offered = dict(chat.buttons())
    assert offered == {chat.code(campaign.pk): "Enter: Autumn points"}
