"""The account's own card, the profiles of friends, and the list of them."""

from line.simulator.channels import Channel
from line.simulator.counts import number_in
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/info")
def bot_info(world: World, channel: Channel, request: Request) -> Answer:
    return answer(
        {
            "userId": channel.user_id,
            "basicId": channel.settings.basic_id,
            "displayName": channel.settings.name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


@routes.add("GET", "/v2/bot/profile/{user_id}")
def profile(world: World, channel: Channel, request: Request, user_id: str) -> Answer:
    """404 for who is unknown, not a friend, or blocks the account."""
    person = channel.people.get(user_id)
    if person is None or user_id not in channel.friends:
        raise Refusal(404, "Not found")
    return answer({"displayName": person.name, "userId": user_id, "language": "ja"})


@routes.add("GET", "/v2/bot/followers/ids")
def followers(world: World, channel: Channel, request: Request) -> Answer:
    """Friends page by page; for verified accounts only."""
    if not channel.settings.verified:
        raise Refusal(403, "Access to this API is not available for your account")
    everyone = [user_id for user_id in channel.people if user_id in channel.friends]
    start = number_in(request, "start", 0)
    end = start + number_in(request, "limit", 300, most=1000)
    following = {"next": str(end)} if end < len(everyone) else {}
    return answer({"userIds": everyone[start:end], **following})


@routes.add("GET", "/v2/bot/message/{message_id}/content")
def content(world: World, channel: Channel, request: Request, message_id: str) -> Answer:
    """The picture a friend sent; LINE serves it from its data host."""
    picture = channel.contents.get(message_id)
    if picture is None:
        raise Refusal(404, "Not found")
    return Answer(picture, content_type="image/png" if picture.startswith(b"\x89PNG") else "image/jpeg")
