"""Who looked and clicked, as LINE tells it: never who, nothing below 20, and nothing after 14 days.

Source: https://developers.line.biz/en/reference/messaging-api/#get-message-event
"""

from collections import Counter

from line.simulator.channels import Channel
from line.simulator.counts import date_of, day_in
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.world import World

HIDDEN_BELOW = 20
LONGEST_PERIOD_DAYS = 30
_SHARES = {"": 0.0, "25Percent": 0.25, "50Percent": 0.5, "75Percent": 0.75, "100Percent": 1.0}

routes = Routes(for_channel=True)


@routes.add("GET", "/v2/bot/insight/message/event")
def message_event(world: World, channel: Channel, request: Request) -> Answer:
    """Of one broadcast or narrowcast, by its request id. `delivered` is missing until all are sent."""
    wanted = request.query.get("requestId", "")
    found = [
        sent
        for sent in channel.accepted
        if sent.request_id == wanted and sent.kind in ("broadcast", "narrowcast")
    ]
    under_way = channel.narrowcasts.get(wanted)
    if not found and under_way is None:
        raise Refusal(404, "Not found")
    statistics = _statistics(found)
    for bubble in statistics["messages"]:
        del bubble["uniqueImpression"]
    accepted_at = under_way.at if under_way else found[0].at
    statistics["overview"] |= {"requestId": wanted, "timestamp": int(accepted_at)}
    if found:
        statistics["overview"]["delivered"] = len(found[0].recipients())
    return answer(statistics)


@routes.add("GET", "/v2/bot/insight/message/event/aggregation")
def statistics_per_unit(world: World, channel: Channel, request: Request) -> Answer:
    """Of everything sent under one unit name between two days."""
    unit, first, last = (
        request.query.get("customAggregationUnit"),
        day_in(request, "from"),
        day_in(request, "to"),
    )
    if not unit or not 0 <= (date_of(last) - date_of(first)).days <= LONGEST_PERIOD_DAYS:
        raise Refusal(400, "The value for the 'to' parameter is invalid")
    sent = [
        accepted
        for accepted in channel.accepted
        if first <= world.clock.day(accepted.at) <= last and accepted.unit == unit
    ]
    return answer(_statistics(sent))


def _statistics(sent: list[Accepted]) -> dict:
    """The three parts of both answers, merged over the requests."""
    opened = set().union(*(accepted.opened for accepted in sent))
    clicks: dict[tuple[int, str], Counter] = {}
    for accepted in sent:
        for link, by_person in accepted.clicks.items():
            clicks.setdefault(link, Counter()).update(by_person)
    clickers = set().union(*clicks.values())
    return {
        "overview": {
            "uniqueImpression": _shown(len(opened)),
            "uniqueClick": _shown(len(clickers)),
            "uniqueMediaPlayed": _shown(len(_players(sent, 0.0))),
            "uniqueMediaPlayed100Percent": _shown(len(_players(sent, 1.0))),
        },
        "messages": _by_bubble(sent),
        "clicks": [_click(seq, url, clicks[seq, url], len(clickers)) for seq, url in sorted(clicks)],
    }


def _by_bubble(sent: list[Accepted]) -> list[dict]:
    """Who looks sees every bubble, once a request."""
    bubbles = max((len(accepted.message_ids) for accepted in sent), default=0)
    by_bubble = []
    for seq in range(1, bubbles + 1):
        seen = [accepted.opened for accepted in sent if len(accepted.message_ids) >= seq]
        unique = len(set().union(*seen))
        impression = _shown(sum(map(len, seen)), people=unique)
        seen_by = {"seq": seq, "impression": impression, "uniqueImpression": _shown(unique)}
        by_bubble.append(seen_by | _of_player(sent, seq))
    return by_bubble


def _of_player(sent: list[Accepted], seq: int) -> dict:
    """How far a film or a sound was played; each person plays it once a request. Other bubbles: nothing."""
    plays = [share for accepted in sent for share in accepted.played.get(seq, {}).values()]
    if not plays:
        return {}
    figures = {}
    for name, least in _SHARES.items():
        people = {user for each in sent for user, share in each.played.get(seq, {}).items() if share >= least}
        count = sum(share >= least for share in plays)
        figures[f"mediaPlayed{name}"] = _shown(count, people=len(people))
        figures[f"uniqueMediaPlayed{name}"] = _shown(len(people))
    return figures


def _players(sent: list[Accepted], least: float) -> set[str]:
    """Who played anything so far."""
    heard = [by_person for accepted in sent for by_person in accepted.played.values()]
    return {user for by_person in heard for user, share in by_person.items() if share >= least}


def _click(seq: int, url: str, by_person: Counter, clickers: int) -> dict:
    people = len(by_person)
    return {
        "seq": seq,
        "url": url,
        "click": _shown(by_person.total(), people=people),
        "uniqueClick": _shown(people),
        "uniqueClickOfRequest": _shown(clickers),
    }


def _shown(number: int, *, people: int = HIDDEN_BELOW) -> int | None:
    """None for a number, or for a number of people behind it, that LINE keeps to itself."""
    return number if number >= HIDDEN_BELOW and people >= HIDDEN_BELOW else None
