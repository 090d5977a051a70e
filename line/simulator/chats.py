"""What the account shows in a chat besides messages: that it has read, that it is about to answer.

Source: https://developers.line.biz/en/reference/messaging-api/#mark-as-read and
https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator
"""

from line.simulator import wording
from line.simulator.channels import Channel, Person, is_user_id
from line.simulator.exchange import Answer, Refusal, Request, Routes
from line.simulator.world import World

routes = Routes(for_channel=True)


def new_read_token(channel: Channel, person: Person, message_id: str, at: float) -> str:
    """The `markAsReadToken` of what somebody said at that time."""
    token = f"r{message_id}"
    channel.read_tokens[token] = (person.user_id, at)
    return token


@routes.add("POST", "/v2/bot/chat/markAsRead")
def mark_as_read(world: World, channel: Channel, request: Request) -> Answer:
    """All they said up to then counts as read."""
    token = request.json().get("markAsReadToken")
    if not isinstance(token, str) or token not in channel.read_tokens:
        raise Refusal(400, "The mark as read token is invalid")
    user_id, said_at = channel.read_tokens[token]
    person = channel.people[user_id]
    person.answered_until = max(person.answered_until, said_at)
    return Answer()


@routes.add("POST", "/v2/bot/chat/loading/start")
def show_loading(world: World, channel: Channel, request: Request) -> Answer:
    """5 to 60 seconds in steps of 5. Nothing happens for who is not a friend."""
    given = request.json()
    user_id, seconds = given.get("chatId"), given.get("loadingSeconds", 20)
    if not is_user_id(user_id):
        raise wording.faulty({"message": "invalid property", "property": "chatId"})
    if type(seconds) is not int or seconds not in range(5, 61, 5):
        words = "must be a multiple of 5 between 5 and 60"
        raise wording.faulty({"message": words, "property": "loadingSeconds"})
    if user_id in channel.people and channel.can_receive(user_id):
        channel.people[user_id].loading_until = world.clock.now() + seconds
    return Answer(status=202)
