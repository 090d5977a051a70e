"""A send looked at closer: by bubble, by link, by hour, and day by day as LINE counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count
from django.utils.text import Truncator

from broadcasts import pages
from broadcasts.models import Broadcast, Insight, LinkClick, TrackedLink
from broadcasts.results.figures import ByLine, added
from composing.bubbles import BUBBLES

NAME_LENGTH = 40


@dataclass(frozen=True)
class Bubble:
    """`seen` times in full on a phone, by `people`; None where LINE hides it, or has not told it yet.

    Clicks are our own, of the links in it; the last four are of films and sounds.
    """

    number: int
    name: str
    seen: int | None
    people: int | None
    clicks: int
    clickers: int | None
    played: int | None
    played_whole: int | None
    is_played: bool


@dataclass(frozen=True)
class LinkRow:
    link: TrackedLink
    clicks: int
    people: int | None  # by our links, where each friend had their own
    by_line: int | None  # people, as LINE counts them


@dataclass(frozen=True)
class Day:
    """What LINE had counted on one day after the send."""

    number: int
    figures: ByLine


def copies(broadcast: Broadcast) -> list[Insight]:
    """All that LINE has answered, oldest first."""
    return list(broadcast.insights.ready().order_by("day", "pk"))


def days(broadcast: Broadcast, rows: Sequence[Insight]) -> list[Day]:
    """One for each day with a copy, with the newest known by then of everything that LINE counts apart."""
    found: dict[tuple, Insight] = {}
    by_day: dict[int, ByLine] = {}
    for row in rows:
        found[row.variant_id, row.send_id] = row
        by_day[row.day] = added(list(found.values()), broadcast)
    return [Day(number, figures) for number, figures in by_day.items()]


def newest(rows: Sequence[Insight]) -> list[Insight]:
    """Of everything that LINE counts apart, the newest answer."""
    return list({(row.variant_id, row.send_id): row for row in rows}.values())


def bubbles(broadcast: Broadcast, rows: Sequence[Insight]) -> list[Bubble]:
    """Those of the broadcast itself, in order."""
    told = [row.data for row in newest(rows)]
    clicks = LinkClick.objects.filter(link__broadcast=broadcast).order_by().values_list("link__bubble")
    counted = clicks.annotate(Count("pk"), Count("friend_id", distinct=True))
    by_bubble = {bubble: (count, people) for bubble, count, people in counted}
    return [
        _bubble(broadcast, number, told, by_bubble.get(number, (0, 0)))
        for number in range(1, len(broadcast.messages) + 1)
    ]


def _bubble(broadcast: Broadcast, number: int, told: list[dict], clicked: tuple[int, int]) -> Bubble:
    message = broadcast.messages[number - 1]
    found = [each for data in told for each in data.get("messages") or [] if each.get("seq") == number]
    return Bubble(
        number=number,
        name=name_of(message),
        seen=_sum(found, "impression"),
        people=_sum(found, "uniqueImpression"),
        clicks=clicked[0],
        clickers=clicked[1] if broadcast.tracks_people else None,
        played=_sum(found, "mediaPlayed"),
        played_whole=_sum(found, "mediaPlayed100Percent"),
        is_played=message.get("type") in {"video", "audio"},
    )


def _sum(found: list[dict], name: str) -> int | None:
    known = [each[name] for each in found if each.get(name) is not None]
    return sum(known) if known else None


def name_of(message: dict) -> str:
    """A bubble in a few words: what it says, or of what kind it is."""
    said = message.get("text") or message.get("altText")
    if isinstance(said, str) and said.strip():
        return Truncator(" ".join(said.split())).chars(NAME_LENGTH)
    kind = BUBBLES.get(str(message.get("type")))
    return str(kind.label) if kind else str(message.get("type", ""))


def links(broadcast: Broadcast, rows: Sequence[Insight]) -> list[LinkRow]:
    """The addresses in it, most clicked first. LINE knows them by our codes."""
    told = [click for row in newest(rows) for click in row.data.get("clicks") or []]
    return [
        LinkRow(
            link=link,
            clicks=link.click_count,
            people=link.people_count if broadcast.tracks_people or link.page else None,
            by_line=_sum([each for each in told if f"/l/{link.code}" in each.get("url", "")], "uniqueClick"),
        )
        for link in cast("Iterable[Any]", pages.links(broadcast))  # which have counts besides
    ]
