"""Acquisition routes: a year of people who came by them, and some who come while we look."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from demo.doors import DOORS, Door
from demo.scene import Scene
from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends import services as friends
from friends.colors import PALETTE
from friends.models import Friend
from routes import cohorts, counts, joining, pages, services
from routes.models import Arrival, Folder, Route, SignIn, Visit

YEAR = timedelta(days=365)
KNOWN = 700  # of those who came in the year, by a route; of the others it is not known
PASSING_BY = 900  # who opened a link, and did not sign in
PERIODS = ("24 hours", "7 days", "30 days")
Coming = tuple[int, datetime, Door]  # friend, follow, way


def bring_a_year_of_arrivals(scene: Scene) -> None:
    with (
        scene.account.step("Acquisition routes: links and QR codes with greetings and tags of their own"),
        tenant_context(scene.main),
    ):
        routes = make_routes()
        _bring(routes)
        for cohort in cohorts.by_route(pages.cohorts_of_year(timezone.now())):
            scene.account.tell(_said(cohort, routes))
        explained = Arrival.objects.filter(kind=Arrival.Kind.NEW, is_newest=True).count()
        scene.account.check(
            explained == KNOWN, f"{explained:,} of the past year's new friends came by a known route"
        )


@transaction.atomic
def make_routes() -> dict[Door, Route]:
    folders = {name: services.create_folder(name, by=None) for name in _folder_names()}
    made = {
        door: _make(door, folders[door.folder], color)
        for door, color in zip(DOORS, PALETTE[6:], strict=False)
    }
    Route.objects.update(created_at=timezone.now() - YEAR)
    return made


def _make(door: Door, folder: Folder, color: str) -> Route:
    return services.create_route(
        name=door.name,
        by=None,
        folder=folder,
        label=door.label,
        tags=[friends.create_tag(door.tag, color=color)],
        messages=[{"type": "text", "text": door.greeting}],
    )


def _folder_names() -> list[str]:
    return list(dict.fromkeys(door.folder for door in DOORS))


@transaction.atomic
def _bring(routes: dict[Door, Route]) -> None:
    """Visits, sign-ins and arrivals as they would have been written then."""
    chance = random.Random("arrivals")
    comings = sorted(_comings(chance), key=lambda coming: coming[1])
    visits = [_visit(routes[door], at - timedelta(seconds=40), door, chance) for _, at, door in comings]
    Visit.objects.bulk_create([*visits, *_passing_by(routes, comings, chance)])
    SignIn.objects.bulk_create(
        SignIn(visit=visit, started_at=visit.at, outcome=SignIn.Outcome.KNOWN) for visit in visits
    )
    arrivals = Arrival.objects.bulk_create(
        Arrival(
            visit=visit,
            route=visit.route,
            friend_id=friend,
            at=at + timedelta(seconds=2),
            has_changed=True,
            is_friend=True,
        )
        for visit, (friend, at, _) in zip(visits, comings, strict=True)
    )
    timeline.record(_event(arrival) for arrival in arrivals)
    joining.settle(arrival.friend_id for arrival in arrivals)


def _comings(chance: random.Random) -> Iterator[Coming]:
    """Ads bring more of those who leave soon."""
    follows = list(Event.objects.filter(type="followed").order_by("pk").values_list("friend_id", "at"))
    gone = set(Friend.objects.filter(status=Friend.Status.BLOCKED).values_list("pk", flat=True))
    for friend, at in chance.sample(follows, KNOWN):
        weights = [door.leaving if friend in gone else door.share for door in DOORS]
        yield friend, at, chance.choices(DOORS, weights)[0]


def _visit(route: Route, at: datetime, door: Door, chance: random.Random) -> Visit:
    ids = {door.click_id: f"{door.click_id}-{chance.getrandbits(48):x}"} if door.click_id else {}
    return Visit(
        route=route,
        at=at,
        way=chance.choice([Visit.Way.LIFF, Visit.Way.LOGIN]),
        device=Visit.Device.PHONE,
        click_ids=ids,
        referrer=door.referrer,
        **{f"utm_{name}": value for name, value in door.utm.items()},
    )


def _passing_by(routes: dict[Door, Route], comings: list[Coming], chance: random.Random) -> Iterator[Visit]:
    """At about the times at which others came."""
    for _, at, door in chance.choices(comings, k=PASSING_BY):
        yield _visit(routes[door], at + timedelta(hours=chance.uniform(-20, 20)), door, chance)


def _event(arrival: Arrival) -> NewEvent:
    visit = arrival.visit
    told = {"route": arrival.route.name, "source": " / ".join(visit.utm.values()) or visit.referrer}
    properties = {name: value for name, value in told.items() if value}
    return NewEvent("arrived", arrival.at, arrival.friend_id, properties=properties, key=f"visit:{visit.pk}")


def _said(cohort: cohorts.Cohort, routes: dict[Door, Route]) -> str:
    names = {route.pk: route.name for route in routes.values()}
    name = names.get(cohort.route_id or 0, "not known")
    shares = ", ".join(
        f"{100 * period.blocked / period.over:.1f} % within {words}"
        for period, words in zip(cohort.periods, PERIODS, strict=True)
        if period.over
    )
    visits = counts.of_routes([cohort.route_id])[cohort.route_id].visits if cohort.route_id else None
    opened = f"{visits:,} opened, " if visits is not None else ""
    return f"{name}: {opened}{cohort.new:,} new friends; blocked again {shares}"
