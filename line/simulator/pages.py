"""Lists that come page by page: `limit`, and a `next` that leads on for 24 hours."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from line.simulator.exchange import Refusal, Request
from line.simulator.world import World

VALID_FOR = 24 * 3600


def number_in(request: Request, name: str, default: int, most: int | None = None, *, least: int = 0) -> int:
    """A whole number among the parameters; refused when it is none, or not within its bounds."""
    value = request.query.get(name, str(default))
    if not value.isascii() or not value.isdecimal() or len(value) > 18:
        raise _invalid(name)
    if int(value) < least or (most is not None and int(value) > most):
        raise _invalid(name)
    return int(value)


def limit_of(request: Request, default: int, most: int) -> int:
    return number_in(request, "limit", default, most, least=1)


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
    raise _invalid("start")


def following(world: World, position: int, length: int) -> dict[str, str]:
    """`next`, where something follows."""
    if position >= length:
        return {}
    token = f"{position} {int(world.clock.now() + VALID_FOR)}"
    return {"next": urlsafe_b64encode(token.encode()).decode()}


def _invalid(name: str) -> Refusal:
    return Refusal(400, f"The value for the '{name}' parameter is invalid")
