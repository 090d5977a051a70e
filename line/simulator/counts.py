"""Quota, what is used of it, what was sent on a day, and the names used for statistics."""

from datetime import date

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

FIRST_DAY = "20180331"

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/message/quota")
def quota(world: World, channel: Channel, request: Request) -> Answer:
    cap = channel.settings.quota
    return answer({"type": "none"} if cap is None else {"type": "limited", "value": cap})


@routes.add("GET", "/v2/bot/message/quota/consumption")
def consumption(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"totalUsage": channel.billed_in[world.clock.month()]})


@routes.add("GET", "/v2/bot/message/delivery/{kind}")
def delivery(world: World, channel: Channel, request: Request, kind: str) -> Answer:
    """One JST day's messages; a day is counted when it is over."""
    if kind not in ("reply", "push", "multicast", "broadcast"):
        raise Refusal(404, "Not found")
    day = day_in(request, "date")
    if day < FIRST_DAY:
        return answer({"status": "out_of_service"})
    if day >= world.clock.day():
        return answer({"status": "unready"})
    return answer({"status": "ready", "success": channel.sent_on[kind, day]})


@routes.add("GET", "/v2/bot/message/aggregation/info")
def unit_usage(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"numOfCustomAggregationUnits": len(_units(world, channel))})


@routes.add("GET", "/v2/bot/message/aggregation/list")
def unit_names(world: World, channel: Channel, request: Request) -> Answer:
    """This month's names, at most 100 a page."""
    names = _units(world, channel)
    start = number_in(request, "start", 0)
    end = start + number_in(request, "limit", 100, most=100)
    following = {"next": str(end)} if end < len(names) else {}
    return answer({"customAggregationUnits": names[start:end], **following})


def day_in(request: Request, name: str) -> str:
    """A yyyyMMdd parameter."""
    value = request.query.get(name, "")
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError as error:
        raise Refusal(400, f"The value for the '{name}' parameter is invalid") from error
    return value


def number_in(request: Request, name: str, default: int, most: int | None = None) -> int:
    value = request.query.get(name, str(default))
    if not value.isdecimal() or (most is not None and not 1 <= int(value) <= most):
        raise Refusal(400, f"The value for the '{name}' parameter is invalid")
    return int(value)


def _units(world: World, channel: Channel) -> list[str]:
    return list(channel.units_in.get(world.clock.month(), {}))
