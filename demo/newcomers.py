"""People who open a route's link while we look: LINE Login on a computer, LIFF on a phone."""

import json
import re
from urllib.parse import urlencode

from django.db.models import QuerySet
from django_tenants.utils import tenant_context

from demo.doors import AT_THE_SHOP, NEWCOMERS, PC, PHONE, Door, Newcomer
from demo.scene import Scene
from demo.visitor import Visitor
from routes import visits
from routes.models import Arrival, Route


def some_come_by_routes(scene: Scene) -> None:
    with (
        scene.account.step("People open a route's link, sign in to LINE, and add the account"),
        tenant_context(scene.main),
    ):
        names = [newcomer.name for newcomer in (*NEWCOMERS, AT_THE_SHOP)]
        people = scene.line.add_people(scene.channel_id, names)
        for newcomer, user_id in zip(NEWCOMERS, people, strict=False):
            _sign_in(scene, newcomer, user_id)
        _open_in_line(scene, AT_THE_SHOP, people[-1])
        for newcomer, user_id in zip((*NEWCOMERS, AT_THE_SHOP), people, strict=True):
            _check(scene, newcomer, user_id)


def _sign_in(scene: Scene, newcomer: Newcomer, user_id: str) -> None:
    """On a computer: from the page with the QR code to LINE Login, which offers to add the account."""
    browser = Visitor(PC)
    browser.get(_address(newcomer))
    browser.get(scene.installation.url + _found(r'href="(/[^"]*/f/in/[^"]*)"', browser.page))
    browser.get(scene.line.sign_in(user_id, browser.location, add_friend=True))


def _open_in_line(scene: Scene, newcomer: Newcomer, user_id: str) -> None:
    """On a phone: the QR code opens our page inside LINE, which says who it is before and after adding."""
    browser = Visitor(PHONE)
    browser.get(_address(newcomer))
    opened = scene.line.open_liff(user_id, browser.location)
    browser.get(opened["url"])
    said = {"v": _found(r'data-visit="([^"]*)"', browser.page)} | {
        name: opened[name] for name in ("id_token", "access_token")
    }
    browser.post(scene.page("f/liff/"), **said)
    scene.line.follow(scene.channel_id, [user_id])
    browser.post(scene.page("f/liff/"), **said)
    scene.account.check(
        json.loads(browser.page) == {"is_friend": True}, f"{newcomer.name}'s page inside LINE says so"
    )


def _check(scene: Scene, newcomer: Newcomer, user_id: str) -> None:
    """Route, campaign, click id and tag are with the friend, and the route's greeting on their phone."""
    told = f"{newcomer.name} came by {newcomer.door.name}, {_trace(newcomer)}"
    if not scene.until(_arrivals(user_id).filter(is_newest=True, tagged_at__isnull=False).exists, 20):
        return scene.account.check(False, told)
    arrival = _arrivals(user_id).select_related("friend", "route", "visit").latest("pk")
    scene.account.check(
        (arrival.route.name, arrival.kind) == (newcomer.door.name, Arrival.Kind.NEW)
        and (arrival.visit.utm, arrival.visit.click_ids) == (_utm(newcomer), _click_ids(newcomer))
        and arrival.friend.tags.filter(name=newcomer.door.tag).exists()
        and scene.has_received(arrival.friend, _words_of(newcomer.door)),
        f"{told}: tag 「{newcomer.door.tag}」, its own greeting",
    )
    return scene.show_phone(arrival.friend)


def _arrivals(user_id: str) -> QuerySet[Arrival]:
    return Arrival.objects.filter(friend__line_user_id=user_id)


def _address(newcomer: Newcomer) -> str:
    route = Route.objects.get(name=newcomer.door.name)
    utm = {f"utm_{name}": value for name, value in _utm(newcomer).items()}
    query = urlencode(utm | _click_ids(newcomer))
    return f"{visits.address_of(route)}?{query}"


def _utm(newcomer: Newcomer) -> dict[str, str]:
    return newcomer.door.utm | ({"campaign": newcomer.campaign} if newcomer.campaign else {})


def _click_ids(newcomer: Newcomer) -> dict[str, str]:
    return {newcomer.door.click_id: newcomer.click} if newcomer.click else {}


def _trace(newcomer: Newcomer) -> str:
    ids = [f"{name} {value}" for name, value in _click_ids(newcomer).items()]
    return ", ".join([*filter(None, ["/".join(_utm(newcomer).values())]), *ids]) or "inside LINE on a phone"


def _words_of(door: Door) -> str:
    """The part of its greeting that is the same for all."""
    return door.greeting.rpartition("}}")[2]


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    return found[1] if found else ""
