"""Statistics of the account by day: how many friends, how many messages. Days are Japan's, not today's.

Source: https://developers.line.biz/en/reference/messaging-api/#get-insight
"""

from collections import Counter

from line.simulator.channels import Channel
from line.simulator.counts import HIDDEN_BELOW, day_in, is_counted
from line.simulator.exchange import Answer, Request, Routes, answer
from line.simulator.world import World

FIRST_DAY_OF_FOLLOWERS, FIRST_DAY_OF_DELIVERIES = "20161101", "20170301"
API_KINDS = ("broadcast", "push", "multicast", "narrowcast", "reply")
MANAGER_KINDS = ("broadcast", "targeting", "stepMessage", "autoResponse", "welcomeResponse", "chat")
"""What the account manager sends; the first three are billed."""

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/insight/followers")
def followers(world: World, channel: Channel, request: Request) -> Answer:
    """`followers` counts first additions and never falls; who is a friend now: followers − blocks."""
    day = day_in(request, "date")
    if status := _not_ready(world, channel, day, FIRST_DAY_OF_FOLLOWERS):
        return answer({"status": status})
    added, blocks = _until(channel.added_on, day), _until(channel.blocks_on, day)
    return answer(
        {"status": "ready", "followers": added, "targetedReaches": max(0, added - blocks), "blocks": blocks}
    )


@routes.add("GET", "/v2/bot/insight/message/delivery")
def deliveries(world: World, channel: Channel, request: Request) -> Answer:
    """Messages by kind, those of the account manager among them; a hidden one is missing."""
    day = day_in(request, "date")
    if status := _not_ready(world, channel, day, FIRST_DAY_OF_DELIVERIES):
        return answer({"status": status})
    by_api = {f"api{kind.title()}": channel.sent_on[kind, day] for kind in API_KINDS}
    by_manager = {kind: channel.sent_on[f"manager {kind}", day] for kind in MANAGER_KINDS}
    notices = channel.sent_on["pnp", day] + channel.sent_on["pnp/templated", day]
    counts = by_manager | by_api | {"pnpNoticeMessage": notices}
    least = HIDDEN_BELOW if channel.settings.hides_small_counts else 0
    return answer({"status": "ready"} | {kind: sent for kind, sent in counts.items() if sent >= least})


def _not_ready(world: World, channel: Channel, day: str, first_day: str) -> str | None:
    if day < first_day:
        return "out_of_service"
    return None if is_counted(world, channel, day) else "unready"


def _until(by_day: Counter, day: str) -> int:
    return sum(number for each, number in by_day.items() if each <= day)
