"""Surveys are answered by taps and words that come through the webhook, or on a page."""

from collections.abc import Callable

import orjson
import pytest
from django.utils import timezone

from channels import processing
from friends import replies
from friends.models import Friend
from tests.channels.conftest import put_in_inbox
from tests.factories import make_friend


@pytest.fixture
def aoi(channel, simulator) -> Friend:
    """A friend with a phone."""
    [user_id] = simulator.add_people(channel.channel_id, ["葵"])
    simulator.follow(channel.channel_id, [user_id])
    return make_friend(
        line_user_id=user_id, display_name="葵", profile_fetched_at=timezone.now(), language="ja"
    )


@pytest.fixture
def hear(channel) -> Callable[..., None]:
    """Process these events as one webhook body, and give the answers that are owed."""

    def hear(*events: dict) -> None:
        put_in_inbox(orjson.dumps({"destination": channel.bot_user_id, "events": list(events)}))
        processing.process(seconds=5)
        replies.give_due()

    return hear


class Phone:
    """What a friend sees in the talk, and does there."""

    def __init__(self, simulator, channel, friend: Friend, hear: Callable[..., None]) -> None:
        self.simulator, self.channel, self.friend, self.hear = simulator, channel, friend, hear

    @property
    def inbox(self) -> list[dict]:
        return self.simulator.inbox(self.channel.channel_id, self.friend.line_user_id)

    @property
    def last(self) -> dict:
        return self.inbox[-1]

    @property
    def buttons(self) -> dict[str, dict]:
        """The quick replies of the last message, by their words."""
        items = self.last.get("quickReply", {"items": []})["items"]
        return {item["action"]["label"]: item["action"] for item in items}

    def event(self, data: str, **more: object) -> dict:
        return self.simulator.postback(self.channel.channel_id, self.friend.line_user_id, data, **more)

    def post(self, data: str, **more: object) -> None:
        self.hear(self.event(data, **more))

    def tap(self, label: str, **more: object) -> None:
        self.post(self.buttons[label]["data"], **more)

    def say(self, text: str) -> None:
        self.hear(self.simulator.say(self.channel.channel_id, self.friend.line_user_id, text))


@pytest.fixture
def phone(simulator, channel, aoi, hear) -> Phone:
    return Phone(simulator, channel, aoi, hear)
