"""The bytes of messages as they go to LINE."""

from broadcasts.models import Broadcast, Variant
from broadcasts.tracking import links
from composing import content, coupons
from line import messages as line_messages


def frozen(broadcast: Broadcast, messages: list[dict], *, variant: Variant | None = None) -> bytes:
    """These messages of a broadcast, with links of their own made for every address in them, and coupons
    counted under its name.

    Raises InvalidMessages if our addresses, which may be longer, make a text too long.
    """
    tracked = links.track(broadcast, coupons.tagged(messages, broadcast.name), variant=variant)
    content.check(tracked)
    return line_messages.frozen(tracked)
