"""The friends by sex, age, place, telephone and time as a friend, in percent.

Source: https://developers.line.biz/en/reference/messaging-api/#get-demographic
"""

from collections import Counter
from collections.abc import Iterable

from line.simulator import areas, attributes
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Request, Routes, answer
from line.simulator.world import World

SMALLEST_REACH = 20
_PERIODS = (7, 30, 90, 180, 365)

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/insight/demographic")
def demographics(world: World, channel: Channel, request: Request) -> Answer:
    """Shares of the friends; none with a reach under 20."""
    today = world.clock.day()
    friends = [person for user_id, person in channel.people.items() if user_id in channel.friends]
    if len(friends) < SMALLEST_REACH:
        friends = []
    known = [attributes.of(channel, person, today) for person in friends]
    return answer(
        {
            "available": bool(known),
            "genders": _shares("gender", (each.gender or "unknown" for each in known)),
            "ages": _shares("age", (_age(each.age) for each in known)),
            "areas": _shares("area", (areas.NAMES.get(each.area or "", "unknown") for each in known)),
            "appTypes": _shares("appType", (each.app_type or "others" for each in known)),
            "subscriptionPeriods": _shares("subscriptionPeriod", (_period(each.days) for each in known)),
        }
    )


def _shares(name: str, values: Iterable[str]) -> list[dict]:
    """Percentages with one decimal, in order of name; only values that occur."""
    counts = Counter(values)
    return [
        {name: value, "percentage": round(100 * counts[value] / counts.total(), 1)}
        for value in sorted(counts)
    ]


def _age(years: int | None) -> str:
    if years is None:
        return "unknown"
    if years < 15:
        return "from0to14"
    start = min(years, 70) // 5 * 5
    return "from70" if start == 70 else f"from{start}to{start + 4}"


def _period(days: int | None) -> str:
    if days is None:
        return "unknown"
    return next((f"within{most}days" for most in _PERIODS if days <= most), "over365days")
