"""What somebody says in their chat with the account, or in a group the account is in."""

from line.simulator import chats
from line.simulator.channels import Channel, Person
from line.simulator.world import World

_QUOTABLE = ("text", "image", "video", "sticker")


def say(
    world: World, channel: Channel, speaker: Person, message: dict, *, group_id: str | None = None
) -> dict:
    """The message as it is now in the chat: with an id, and the tokens to read and to quote it by."""
    now, message_id = world.clock.now(), str(channel.new_message_ids(1)[0])
    said = message | {
        "id": message_id,
        "markAsReadToken": chats.new_read_token(channel, speaker, message_id, now),
    }
    if said["type"] in _QUOTABLE:
        said["quoteToken"] = f"q{message_id}"
    speaker.said.append({"at": now, **said})
    if group_id is None:
        speaker.wrote_at = now
    return said


def say_text(world: World, channel: Channel, speaker: Person, text: str) -> dict:
    return say(world, channel, speaker, {"type": "text", "text": text})
