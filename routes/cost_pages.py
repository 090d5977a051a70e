"""What the pages of ad costs show: periods to choose, routes by media with their sums."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from routes import returns
from routes.models import Route
from routes.returns import Return


@dataclass(frozen=True)
class Preset:
    name: str | Promise
    first: date
    last: date
    is_here: bool


@dataclass(frozen=True)
class Group:
    """The routes of one kind of media, and all of them together."""

    name: str | Promise
    rows: list[tuple[Route, Return]]
    total: Return


def presets(first: date, last: date) -> list[Preset]:
    """Periods of one click; `is_here` for the one that is shown."""
    begin, today = returns.this_month()
    before = begin - timedelta(days=1)
    found = [
        (_("This month"), (begin, today)),
        (_("Last month"), (before.replace(day=1), before)),
        (_("The last 90 days"), (today - timedelta(days=89), today)),
    ]
    return [Preset(name, *period, is_here=period == (first, last)) for name, period in found]


def groups(found: list[tuple[Route, Return]]) -> list[Group]:
    """Own media, LINE's ads, other ads: those that have routes in the period."""
    by_media: dict[str, list[tuple[Route, Return]]] = {}
    for route, each in found:
        by_media.setdefault(route.media, []).append((route, each))
    return [
        Group(media.label, by_media[media], returns.total(each for _route, each in by_media[media]))
        for media in Route.Media
        if media in by_media
    ]
