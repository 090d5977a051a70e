"""Bodies that LINE sent, through the inbox, to friends and timeline."""

from pathlib import Path

import pytest
from django.db import connection

from channels import processing
from channels.models import WebhookEvent
from events.models import Event
from friends.models import Friend
from tests.channels.conftest import give_channel, put_in_inbox

PAYLOADS = Path(__file__).resolve().parents[1] / "line_payloads"
BOT = "U8e742f61d673b39c7fff3cecb7536ef0"
AOI = "U4af4980629a1b2c3d4e5f60718293a4b"
REN = "U91eeaf62d901b2c3d4e5f60718293a4b"


@pytest.fixture
def receive(tenant):
    """Process captured bodies, by name, in this order."""
    give_channel(tenant, bot_user_id=BOT)

    def receive(*names: str) -> None:
        put_in_inbox(*((PAYLOADS / f"{name}.json").read_bytes() for name in names))
        processing.process(seconds=5)

    return receive


def failures() -> list[str]:
    failed = WebhookEvent.objects.filter(tenant_id=connection.tenant.pk, state=WebhookEvent.State.FAILED)
    return list(failed.values_list("error", flat=True))


def test_everything_line_sends_is_taken(receive):
    receive(*sorted(path.stem for path in PAYLOADS.glob("*.json")))

    assert failures() == []
    assert set(Friend.objects.values_list("line_user_id", flat=True)) >= {AOI, REN}


def test_a_body_about_several_people_is_sorted_out(receive):
    receive("several_people")

    aoi = Friend.objects.get(line_user_id=AOI)
    assert aoi.status == Friend.Status.FRIEND
    types = Event.objects.filter(friend_id=aoi.pk).order_by("at").values_list("type", flat=True)
    assert list(types) == ["followed", "messaged"]


def test_coming_back_after_a_block_is_told_from_a_first_follow(receive):
    receive("follow_after_block")

    assert Event.objects.get().type == "unblocked"


def test_somebody_who_blocked_is_not_reached(receive):
    receive("follow", "unfollow")

    assert Friend.objects.get(line_user_id=AOI).status == Friend.Status.BLOCKED
