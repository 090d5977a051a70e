"""Quota, what is used of it, what was sent on a day, and the names used for statistics."""

from datetime import date
from functools import partial

from line.simulator import pages
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

FIRST_DAY = "20180331"
HIDDEN_BELOW = 20

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/message/quota")
def quota(world: World, channel: Channel, request: Request) -> Answer:
    cap = channel.settings.quota
    return answer({"type": "none"} if cap is None else {"type": "limited", "value": cap})


@routes.add("GET", "/v2/bot/message/quota/consumption")
def consumption(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"totalUsage": channel.billed_in[world.clock.month()]})


def delivery(kind: str, world: World, channel: Channel, request: Request) -> Answer:
    """One JST day's messages; a day is counted some time after it is over."""
    day = day_in(request, "date")
    if day < FIRST_DAY:
        return answer({"status": "out_of_service"})
    if not is_counted(world, channel, day):
        return answer({"status": "unready"})
    sent = channel.sent_on[kind, day]
    if channel.settings.hides_small_counts and sent < HIDDEN_BELOW:
        return answer({"status": "unavailable_for_privacy"})
    return answer({"status": "ready", "success": sent})


for _kind in ("reply", "push", "multicast", "broadcast", "pnp", "pnp/templated"):
    routes.add("GET", f"/v2/bot/message/delivery/{_kind}")(partial(delivery, _kind))


@routes.add("GET", "/v2/bot/message/aggregation/info")
def unit_usage(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"numOfCustomAggregationUnits": len(_units(world, channel))})


@routes.add("GET", "/v2/bot/message/aggregation/list")
def unit_names(world: World, channel: Channel, request: Request) -> Answer:
    """This month's names, at most 100 a page."""
    names, start = _units(world, channel), pages.start_of(world, request)
    end = start + pages.limit_of(request, 100, most=100)
    return answer({"customAggregationUnits": names[start:end], **pages.following(world, end, len(names))})


def is_counted(world: World, channel: Channel, day: str) -> bool:
    """Whether the day is over, and LINE has had its time to count it."""
    return day < world.clock.day(world.clock.now() - channel.settings.counting_seconds)


def day_in(request: Request, name: str) -> str:
    """A yyyyMMdd parameter."""
    value = request.query.get(name, "")
    try:
        date_of(value)
    except ValueError as error:
        raise Refusal(400, f"The value for the '{name}' parameter is invalid") from error
    return value


def date_of(day: str) -> date:
    """Raises ValueError for what is not yyyyMMdd."""
    if len(day) != 8 or not day.isascii() or not day.isdecimal():
        raise ValueError(day)
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


def _units(world: World, channel: Channel) -> list[str]:
    return list(channel.units_in.get(world.clock.month(), {}))
