"""How many came by a route, and what became of them. What cannot be known is None, not 0."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from friends.models import Friend
from routes.models import Arrival, Visit

Kind = Arrival.Kind
GAINED = [Kind.NEW, Kind.RETURNED]


@dataclass(frozen=True)
class Counts:
    """Of one route. `known_ways` counts those of the visits that led through a sign-in."""

    visits: int = 0
    known_ways: int = 0
    arrivals: dict[str, int] = field(default_factory=dict)
    blocked_since: int = 0

    @property
    def is_known(self) -> bool:
        """Whether anything can be said beyond visits: a plain link tells nothing of who came."""
        return bool(self.known_ways or self.arrivals) or not self.visits

    @property
    def sign_ins(self) -> int | None:
        return sum(self.arrivals.values()) if self.is_known else None

    @property
    def new(self) -> int | None:
        return self._of(Kind.NEW)

    @property
    def returned(self) -> int | None:
        return self._of(Kind.RETURNED)

    @property
    def already(self) -> int | None:
        return self._of(Kind.ALREADY)

    @property
    def not_yet(self) -> int | None:
        return self._of(Kind.NOT_YET)

    @property
    def gained(self) -> int | None:
        """Friends new and returned."""
        return sum(self.arrivals.get(kind, 0) for kind in GAINED) if self.is_known else None

    @property
    def blocked(self) -> int | None:
        """Of those gained, how many have blocked the account by now."""
        return self.blocked_since if self.is_known else None

    def _of(self, kind: str) -> int | None:
        return self.arrivals.get(kind, 0) if self.is_known else None


@dataclass(frozen=True)
class Day:
    """One day of the client's calendar."""

    day: date
    visits: int
    gained: int


def of_routes(route_ids: Iterable[int]) -> dict[int, Counts]:
    """The counts of these routes, in three queries; a route nobody came by has zeros."""
    ids = list(route_ids)
    visits = _visits(ids)
    arrivals: dict[int, dict[str, int]] = {}
    by_kind = Arrival.objects.filter(route__in=ids).order_by().values_list("route", "kind")
    for route, kind, count in by_kind.annotate(count=Count("pk")):
        arrivals.setdefault(route, {})[kind] = count
    blocked = _blocked(ids)
    return {
        route: Counts(*visits.get(route, (0, 0)), arrivals.get(route, {}), blocked.get(route, 0))
        for route in ids
    }


def per_day(route_id: int, zone: ZoneInfo, today: date, days: int) -> list[Day]:
    """The last `days` days, today included, oldest first."""
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time.min, zone)
    visits = _by_day(Visit.objects.filter(route=route_id, parent=None, at__gte=since), zone)
    gained = _by_day(Arrival.objects.filter(route=route_id, kind__in=GAINED, at__gte=since), zone)
    every = (first + timedelta(days=number) for number in range(days))
    return [Day(day, visits.get(day, 0), gained.get(day, 0)) for day in every]


def _visits(ids: list[int]) -> dict[int, tuple[int, int]]:
    known = Count("pk", filter=~Q(way=Visit.Way.PLAIN))
    rows = Visit.objects.filter(route__in=ids, parent=None).order_by().values_list("route")
    return {route: (every, way) for route, every, way in rows.annotate(Count("pk"), known=known)}


def _blocked(ids: list[int]) -> dict[int, int]:
    """Friends whose newest coming was by the route, and who have blocked the account."""
    gone = Arrival.objects.filter(
        route__in=ids, is_newest=True, friend__status=Friend.Status.BLOCKED, friend__blocked_at__gte=F("at")
    )
    return dict(gone.order_by().values_list("route").annotate(Count("pk")))


def _by_day(rows, zone: ZoneInfo) -> dict[date, int]:
    by_day = rows.order_by().annotate(day=TruncDate("at", tzinfo=zone)).values_list("day")
    return dict(by_day.annotate(Count("pk")))
