import pytest

from channels.models import Channel
from chats.models import Conversation
from friends.models import Friend
from tests.factories import make_followers
from tests.friends.webhooks import arrive, received


@pytest.fixture
def aoi(channel: Channel, simulator) -> Friend:
    """A friend of the channel, in the simulator and in our books."""
    return make_followers(simulator, channel, ["Aoi"])[0]


def writes(
    friend: Friend, text: str, minute: float = 0, *, token: str | None = None, **message: object
) -> None:
    """The friend wrote so many minutes after noon of a day."""
    said = {"type": "text", "id": f"{friend.pk}-{minute}-{text[:8]}", "text": text} | message
    event = received("message", None, minute, token=token, message=said)
    arrive(of(event, friend))


def of(event, friend: Friend):
    """The same event, of this friend."""
    source = {"type": "user", "userId": friend.line_user_id}
    return type(event)(
        id=event.id,
        type=event.type,
        at=event.at,
        line_user_id=friend.line_user_id,
        payload=event.payload | {"source": source},
        reply_token=event.reply_token,
    )


def talk_of(friend: Friend) -> list[str]:
    """What was said, oldest first."""
    messages = Conversation.objects.get(pk=friend.pk).messages.order_by("at", "pk")
    return [message.content.get("text", message.type) for message in messages]
