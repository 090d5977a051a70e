"""Lists that come page by page: `limit`, and a `next` that leads on for 24 hours."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from line.simulator.exchange import Refusal, Request
from line.simulator.world import World

VALID_FOR = 24 * 3600


def limit_of(request: Request, default: int, most: int) -> int:
    value = request.query.get("limit", str(default))
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise Refusal(400, "The value for the 'limit' parameter is invalid")
    return int(value)


def start_of(world: World, request: Request) -> int:
    """How far the pages before went."""
    token = request.query.get("start")
    if not token:
        return 0
    try:
        position, _, good_until = urlsafe_b64decode(token).decode().partition(" ")
        if world.clock.now() <= float(good_until):
            return int(position)
    except ValueError:
        pass
    raise Refusal(400, "The value for the 'start' parameter is invalid")


def following(world: World, position: int, length: int) -> dict[str, str]:
    """`next`, where something follows."""
    if position >= length:
        return {}
    token = f"{position} {int(world.clock.now() + VALID_FOR)}"
    return {"next": urlsafe_b64encode(token.encode()).decode()}
