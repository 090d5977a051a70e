"""What people do with what they received: look at it, and follow its links."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from line.simulator.channels import Channel
from line.simulator.inboxes import Accepted

AT_ONCE = 20
IN_APP_BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 Safari Line/15.8.0"
)
_URL = re.compile(r"https?://[^\s<>\"'、。」）)]+")
COUNTED_FOR = 14 * 24 * 3600
PLAYED = ("video", "audio")
WHOLE_IN = 1.25  # of which chances above one are all of it
_HERE = ("127.0.0.1", "localhost", "::1")


class Click(NamedTuple):
    request: Accepted
    user_id: str
    seq: int
    url: str
    at: float


def links_in(messages: list[dict]) -> list[tuple[int, str]]:
    """Web addresses in texts and in uri actions, each with the number of its bubble, from 1."""
    return [(seq, url) for seq, message in enumerate(messages, 1) for url in _urls(message)]


def note_opened(request: Accepted, user_id: str, at: float) -> None:
    """LINE counts for 14 days from sending; then its figures stand still."""
    if at <= request.at + COUNTED_FOR:
        request.opened.add(user_id)


def note_click(click: Click) -> None:
    """Who clicks has looked. Likewise counted for 14 days."""
    if click.at > click.request.at + COUNTED_FOR:
        return
    click.request.opened.add(click.user_id)
    clicks = click.request.clicks.setdefault((click.seq, click.url), Counter())
    clicks[click.user_id] += 1


def note_played(request: Accepted, user_id: str, seq: int, much: float, at: float) -> None:
    """Somebody plays a film or a sound until some share of it. Likewise counted for 14 days."""
    if at <= request.at + COUNTED_FOR:
        heard = request.played.setdefault(seq, {})
        heard[user_id] = max(much, heard.get(user_id, 0.0))


async def open_and_click(
    channel: Channel, now: float, *, rate_open: float, rate_click: float, seed: int
) -> dict[str, int]:
    """Let people look at what came since the last call, and some of them follow one of its links.

    Both rates are shares of those who received it; who clicks has looked, and who looks plays what can be
    played, one in five to its end. The same seed chooses the same people. Addresses on this machine are
    fetched, once a click and without following redirects; others only counted, as `elsewhere`.
    """
    opened, clicks = set(), []
    for request in channel.accepted[channel.read_until :]:
        messages = request.messages()
        links = links_in(messages)
        playable = [seq for seq, message in enumerate(messages, 1) if message.get("type") in PLAYED]
        for user_id in request.recipients():
            dice = random.Random(f"{seed} {user_id}")
            luck = dice.random()
            if luck < rate_open or luck < rate_click:
                note_opened(request, user_id, now)
                opened.add(user_id)
            if luck < rate_click and links:
                clicks.append(Click(request, user_id, *dice.choice(links), now))
            for seq in playable if user_id in request.opened else ():
                note_played(request, user_id, seq, dice.random() * WHOLE_IN, now)
    channel.read_until = len(channel.accepted)
    visits = await _visit(clicks)
    return {"opened": len(opened), "clicked": len(clicks), **visits}


async def _visit(clicks: list[Click]) -> dict[str, int]:
    slots = asyncio.Semaphore(AT_ONCE)
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    headers = {"User-Agent": IN_APP_BROWSER, "Accept-Language": "ja"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        outcomes = Counter(await asyncio.gather(*(_follow(session, slots, click) for click in clicks)))
    return {outcome: outcomes[outcome] for outcome in ("visited", "failed", "elsewhere")}


async def _follow(session: aiohttp.ClientSession, slots: asyncio.Semaphore, click: Click) -> str:
    note_click(click)
    if urlsplit(click.url).hostname not in _HERE:
        return "elsewhere"
    async with slots:
        try:
            async with session.get(click.url, allow_redirects=False) as page:
                return "visited" if page.status < 400 else "failed"
        except (aiohttp.ClientError, TimeoutError):
            return "failed"


def _urls(value: object) -> Iterator[str]:
    """Depth first, in the order of the JSON."""
    if isinstance(value, list):
        for item in value:
            yield from _urls(item)
    if not isinstance(value, dict):
        return
    if value.get("type") in ("text", "textV2"):
        yield from _URL.findall(str(value.get("text")))
    if value.get("type") == "uri" and str(value.get("uri")).startswith("http"):
        yield value["uri"]
    for inner in value.values():
        yield from _urls(inner)
