"""How often rich menus were opened, and each area tapped; nothing below 20 people.

Source: https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from line.simulator.channels import Channel
from line.simulator.counts import date_of, day_in
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.richmenus import RichMenu, find
from line.simulator.world import World

HIDDEN_BELOW = 20
LONGEST_SUMMARY, LONGEST_DAILY = timedelta(396), timedelta(99)
YEARS_BACK = 3

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/insight/richmenu/{menu_id}/summary")
def summary(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    menu = find(channel, menu_id)
    days = _days(world, request, LONGEST_SUMMARY)
    if _is_hidden(menu, days):
        return answer({"richMenuId": menu.id})
    clicks = [
        {"bounds": area["bounds"], "metrics": _metrics(menu.taps.get((day, index)) for day in days)}
        for index, area in enumerate(menu.content["areas"])
    ]
    impression = {"metrics": _metrics(menu.shown.get(day) for day in days)}
    return answer(_period(menu, days) | {"impression": impression, "clicks": clicks})


@routes.add("GET", "/v2/bot/insight/richmenu/{menu_id}/daily")
def daily(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    menu = find(channel, menu_id)
    days = _days(world, request, LONGEST_DAILY)
    if _is_hidden(menu, days):
        return answer({"richMenuId": menu.id})
    clicks = [
        {
            "bounds": area["bounds"],
            "metrics": [{"date": day, **_metrics([menu.taps.get((day, index))])} for day in days],
        }
        for index, area in enumerate(menu.content["areas"])
    ]
    impression = {"metrics": [{"date": day, **_metrics([menu.shown.get(day)])} for day in days]}
    return answer(_period(menu, days) | {"impression": impression, "clicks": clicks})


def _days(world: World, request: Request, longest: timedelta) -> list[str]:
    """The days asked for that are over."""
    first, last = date_of(day_in(request, "from")), date_of(day_in(request, "to"))
    today = date_of(world.clock.day())
    if first < _years_before(today) or first > last:
        raise Refusal(400, "The value for the 'from' parameter is invalid")
    if last - first > longest:
        raise Refusal(400, "The value for the 'to' parameter is invalid")
    last = min(last, today - timedelta(1))
    return [f"{first + timedelta(number):%Y%m%d}" for number in range((last - first).days + 1)]


def _years_before(today: date) -> date:
    return today - timedelta(366 * YEARS_BACK)


def _is_hidden(menu: RichMenu, days: list[str]) -> bool:
    """Too few different people have tapped it, wherever."""
    within = set(days)
    people = set().union(*(people for (day, _), people in menu.taps.items() if day in within))
    return len(people) < HIDDEN_BELOW


def _period(menu: RichMenu, days: list[str]) -> dict:
    return {"richMenuId": menu.id, "metricsFrom": days[0], "metricsTo": days[-1]}


def _metrics(by_day: Iterable[Counter | None]) -> dict[str, int]:
    people: Counter = Counter()
    for counted in by_day:
        people.update(counted or {})
    return {"count": people.total(), "uniqueUsers": len(people)}
