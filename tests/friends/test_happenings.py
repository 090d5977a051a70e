"""What else friends do: take messages back, watch videos, pass beacons, join memberships."""

import pytest

from events.models import Event
from tests.factories import make_line_user_id
from tests.friends.webhooks import NOON, arrive, received, text


def said() -> dict:
    return Event.objects.get(type="messaged").properties


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_message_that_was_taken_back_is_on_the_timeline_without_its_text(tenant, order):
    both = [text("aoi", "My secret", 0), received("unsend", "aoi", 1, unsend={"messageId": "1"})]

    for index in order:
        arrive(both[index])

    assert said() == {"kind": "text", "message_id": "1", "unsent": True}
    assert Event.objects.filter(type="unsent", at__gt=NOON).exists()


def test_nobody_takes_back_what_another_said(tenant):
    arrive(text("aoi", "Mine"))
    arrive(received("unsend", "ren", 1, unsend={"messageId": "1"}))

    assert said()["text"] == "Mine"


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        (
            received("videoPlayComplete", "aoi", videoPlayComplete={"trackingId": "spring"}),
            ("watched_video", {"tracking_id": "spring"}),
        ),
        (
            received("beacon", "aoi", beacon={"hwid": "d41d8cd98f", "type": "enter", "dm": "00"}),
            ("beacon", {"kind": "enter", "hwid": "d41d8cd98f"}),
        ),
        (
            received("membership", "aoi", membership={"type": "joined", "membershipId": 3189}),
            ("membership", {"kind": "joined", "membership_id": 3189}),
        ),
    ],
)
def test_it_is_recorded_on_the_timeline(tenant, event, kept):
    arrive(event)

    [found] = Event.objects.all()
    assert (found.type, found.properties) == kept


def test_staying_near_a_beacon_is_passed_over(tenant):
    arrive(received("beacon", "aoi", beacon={"hwid": "d41d8cd98f", "type": "stay"}))

    assert not Event.objects.exists()


def test_what_is_taken_back_in_a_group_makes_nobody_known(tenant):
    group = {"type": "group", "groupId": "C1", "userId": make_line_user_id("aoi")}

    arrive(received("unsend", "aoi", unsend={"messageId": "1"}, source=group))

    assert not Event.objects.exists()
