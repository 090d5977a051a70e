"""The account's own card, the profiles of friends, and the list of them."""

from line.simulator import pages
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

LONGEST_PAGE = 1_000

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/info")
def bot_info(world: World, channel: Channel, request: Request) -> Answer:
    settings = channel.settings
    card = {
        "userId": channel.user_id,
        "basicId": settings.basic_id,
        "displayName": settings.name,
        "chatMode": settings.chat_mode,
        "markAsReadMode": settings.mark_as_read_mode,
    }
    perhaps = {"premiumId": settings.premium_id, "pictureUrl": settings.picture_url}
    return answer(card | {name: value for name, value in perhaps.items() if value})


@routes.add("GET", "/v2/bot/profile/{user_id}")
def profile(world: World, channel: Channel, request: Request, user_id: str) -> Answer:
    """404 for who is unknown, or blocks the account, or neither added it nor wrote to it."""
    person = channel.people.get(user_id)
    if person is None or not (user_id in channel.friends or channel.wrote(user_id, since=0)):
        raise Refusal(404, "Not found")
    return answer({"displayName": person.name, "userId": user_id, "language": "ja"})


@routes.add("GET", "/v2/bot/followers/ids")
def followers(world: World, channel: Channel, request: Request) -> Answer:
    """Friends page by page, and a page may be short; for verified accounts only."""
    if not channel.settings.verified:
        raise Refusal(403, "Access to this API is not available for your account")
    everyone, start = list(channel.people), pages.start_of(world, request)
    longest = channel.settings.longest_page or LONGEST_PAGE
    end = start + min(longest, pages.limit_of(request, 300, most=LONGEST_PAGE))
    friends = [user_id for user_id in everyone[start:end] if user_id in channel.friends]
    return answer({"userIds": friends, **pages.following(world, end, len(everyone))})
