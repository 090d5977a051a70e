"""What the pages of routes show: folders as tabs, rows with counts, days as a chart."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import current
from channels.models import Channel
from routes import cohorts, counts, visits
from routes.counts import Counts, Day
from routes.models import Arrival, Folder, Route, RouteQuerySet

DAYS = 30
MONTHS = 12
RECENT = 10
CHART_HEIGHT = 100
NUMBER = re.compile(r"[0-9]{1,9}")
NO_FOLDER, ARCHIVED = "none", "archived"


def channel() -> Channel | None:
    return Channel.objects.filter(tenant=current.tenant().pk).first()


def in_folder(routes: RouteQuerySet, folder: str) -> RouteQuerySet:
    """The routes of a tab; those of an unknown folder are none."""
    if folder == ARCHIVED:
        return routes.exclude(archived_at=None)
    present = routes.filter(archived_at=None)
    if folder == NO_FOLDER:
        return present.filter(folder=None)
    if folder:
        return present.filter(folder=int(folder)) if NUMBER.fullmatch(folder) else present.none()
    return present


def tabs() -> list[tuple[str, str | Promise, int]]:
    """Key, name and number of routes: all, each folder, what is in none, what is archived."""
    is_present = Q(archived_at=None)
    whole = Route.objects.aggregate(
        present=Count("pk", filter=is_present),
        loose=Count("pk", filter=is_present & Q(folder=None)),
        archived=Count("pk", filter=~is_present),
    )
    folders = Folder.objects.annotate(count=Count("routes", filter=Q(routes__archived_at=None)))
    found: list[tuple[str, str | Promise, int]] = [("", _("All"), whole["present"])]
    found += [(str(folder.pk), folder.name, folder.count) for folder in folders]
    if len(found) > 1 and whole["loose"]:
        found.append((NO_FOLDER, _("No folder"), whole["loose"]))
    if whole["archived"]:
        found.append((ARCHIVED, _("Archived"), whole["archived"]))
    return found


def address_of_folder(folder: Folder) -> str:
    return f"{reverse('routes')}?folder={folder.pk}"


def rows(routes: Iterable[Route]) -> list[tuple[Route, Counts, str]]:
    """Each route with its counts, and whether it is open: `open`, `early`, `over`."""
    routes = list(routes)
    found = counts.of_routes(route.pk for route in routes)
    return [(route, found[route.pk], state(route)) for route in routes]


def state(route: Route) -> str:
    now = timezone.now()
    if route.has_ended(now):
        return "over"
    return "open" if route.has_begun(now) else "early"


def initial(route: Route) -> dict:
    """What stands in the form of a route."""
    names = ("name", "folder", "media", "label", "tags_for_all", "starts_at", "ends_at")
    tags = [tag.pk for tag in route.tags.all()]
    return {name: getattr(route, name) for name in names} | {
        "tags": tags,
        "has_greeting": bool(route.messages),
    }


def detail(route: Route) -> dict:
    """All that the page of one route shows."""
    zone = ZoneInfo(current.tenant().time_zone)
    now = timezone.now()
    return {
        "channel": channel(),
        "state": state(route),
        "address": visits.address_of(route),
        "tags": route.tags.all(),
        "counts": counts.of_routes([route.pk])[route.pk],
        "bars": bars(counts.per_day(route.pk, zone, now.astimezone(zone).date(), DAYS)),
        "cohorts": cohorts_of_year(now, route_id=route.pk),
        "arrivals": recent(route.arrivals, RECENT),
        "ad_costs": route.ad_costs.order_by("-from_on", "-pk")[:RECENT],
    }


def cohorts_of_year(now: datetime, *, route_id: int | None = None) -> list[cohorts.Cohort]:
    """Early blocks of the present month and the eleven before, of every route or of one."""
    zone = ZoneInfo(current.tenant().time_zone)
    months = [now.astimezone(zone).date().replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return cohorts.of_months(months, zone, now=now, route_id=route_id)


def recent(arrivals, limit: int) -> list[Arrival]:
    """The newest of these arrivals, with what their visits told."""
    return list(arrivals.select_related("visit", "friend", "route").order_by("-pk")[:limit])


def bars(days: list[Day]) -> list[dict]:
    """Each day as two bars one before the other, in whole numbers of a chart of CHART_HEIGHT."""
    most = max([day.visits for day in days] + [day.gained for day in days] + [1])
    return [
        {
            "day": day,
            "x": number * 10,
            "visits": _bar(day.visits, most),
            "gained": _bar(day.gained, most),
        }
        for number, day in enumerate(days)
    ]


def _bar(value: int, most: int) -> tuple[int, int]:
    """Top and height; what is there at all can be seen."""
    height = max(2, round(CHART_HEIGHT * value / most)) if value else 0
    return CHART_HEIGHT - height, height
