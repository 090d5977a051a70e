"""By what those who joined are put side by side: route, media, our campaign, UTM campaign, ad.

A group is known by a text. `""` are those who came by a route without what is asked for (no campaign name, no
ad), UNKNOWN those of whom no route is known.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquisition.counting import Key
from campaigns import services as campaigns
from campaigns.models import Campaign
from routes.models import AdCost, Route

UNKNOWN, UTM = "unknown", "utm:"
ROUTE_OF = "route.id::text"
UTM_OF = "CASE WHEN route.id IS NOT NULL THEN visit.utm_campaign END"
AD_OF = """CASE WHEN route.id IS NULL THEN NULL
WHEN route.media = 'owned' AND visit.click_ids = '{}' AND visit.utm_campaign = '' AND visit.utm_medium = ''
THEN '' ELSE json_build_array(route.id, visit.utm_medium, visit.utm_campaign)::text END"""


class By(models.TextChoices):
    ROUTE = "route", gettext_lazy("By route")
    MEDIA = "media", gettext_lazy("By media")
    CAMPAIGN = "campaign", gettext_lazy("By campaign")
    UTM = "utm", gettext_lazy("By campaign name (UTM)")
    AD = "ad", gettext_lazy("By ad")


# How each is counted; media and campaigns are made of routes.
COUNTED_BY = {
    By.ROUTE: ROUTE_OF,
    By.MEDIA: ROUTE_OF,
    By.CAMPAIGN: ROUTE_OF,
    By.UTM: UTM_OF,
    By.AD: AD_OF,
}
OF_ROUTES = {By.ROUTE, By.MEDIA, By.CAMPAIGN}


@dataclass(frozen=True)
class Name:
    words: str | Promise
    of: Route | Campaign | None = None

    @property
    def address(self) -> str:
        return self.of.get_absolute_url() if self.of else ""


def unit(by: By, key: Key) -> str:
    """As SQL said it, so that small and capital letters are one."""
    if key is None:
        return UNKNOWN
    if by == By.UTM:
        return _utm(key)
    return _ad(*json.loads(key)) if by == By.AD and key else key


def unit_of_cost(by: By, cost: AdCost) -> str:
    """To which of these a cost belongs: of campaigns by name and of ads, as it was entered."""
    if by == By.UTM:
        return _utm(cost.campaign)
    if by == By.AD:
        is_plain = cost.route.media == Route.Media.OWNED and not (cost.medium or cost.campaign)
        return "" if is_plain else _ad(cost.route_id, cost.medium, cost.campaign)
    return str(cost.route_id)


def groups(by: By, units: Iterable[str], routes: dict[int, Route]) -> dict[str, str]:
    """In which group each unit is."""
    units = list(units)
    if by == By.MEDIA:
        return {each: _route(each, routes).media if each != UNKNOWN else UNKNOWN for each in units}
    if by == By.CAMPAIGN:
        belongs = campaigns.of_many(f"route:{each}" for each in units if each != UNKNOWN)
        found = {each: belongs.get(f"route:{each}") for each in units}
        held = {each: str(campaign.pk) if campaign else "" for each, campaign in found.items()}
        return held | ({UNKNOWN: UNKNOWN} if UNKNOWN in held else {})
    return {each: each for each in units}


def names(by: By, keys: Iterable[str], routes: dict[int, Route]) -> dict[str, Name]:
    """What each group is called, and where more is to be seen of it."""
    keys = list(keys)
    plain = {"": Name(WITHOUT.get(by, "")), UNKNOWN: Name(_("Route not known"))}
    name = _NAMED[by](keys, routes)
    return {key: plain[key] if key in plain else name(key) for key in keys}


WITHOUT = {
    By.CAMPAIGN: gettext_lazy("Of no campaign"),
    By.UTM: gettext_lazy("Without a campaign name"),
    By.AD: gettext_lazy("Not by an ad"),
}


def _of_routes(_keys: list[str], routes: dict[int, Route]) -> Callable[[str], Name]:
    return lambda key: Name(_route(key, routes).name, _route(key, routes))


def _of_media(_keys: list[str], _routes: dict[int, Route]) -> Callable[[str], Name]:
    return lambda key: Name(Route.Media(key).label)


def _of_campaigns(keys: list[str], _routes: dict[int, Route]) -> Callable[[str], Name]:
    known = Campaign.objects.in_bulk([int(key) for key in keys if key.isdecimal()])
    return lambda key: Name(known[int(key)].name, known[int(key)])


def _of_utm(_keys: list[str], _routes: dict[int, Route]) -> Callable[[str], Name]:
    return lambda key: Name(key.removeprefix(UTM))


def _of_ads(_keys: list[str], routes: dict[int, Route]) -> Callable[[str], Name]:
    def name(key: str) -> Name:
        number, medium, campaign = json.loads(key)
        route = _route(str(number), routes)
        parts = [part for part in (campaign, medium) if part]
        return Name(" / ".join([route.name, *parts]), route)

    return name


_NAMED = {
    By.ROUTE: _of_routes,
    By.MEDIA: _of_media,
    By.CAMPAIGN: _of_campaigns,
    By.UTM: _of_utm,
    By.AD: _of_ads,
}


def routes_in(by: By, units: Iterable[str]) -> set[int]:
    """The routes that units name."""
    told = [each for each in units if each not in ("", UNKNOWN)]
    if by in OF_ROUTES:
        return {int(each) for each in told}
    return {json.loads(each)[0] for each in told} if by == By.AD else set()


def _route(key: str, routes: dict[int, Route]) -> Route:
    return routes[int(key)]


def _ad(route: int, medium: str, campaign: str) -> str:
    return json.dumps([route, _plain(medium), _plain(campaign)], ensure_ascii=False)


def _utm(text: str) -> str:
    """Not to be taken for UNKNOWN, whatever it says."""
    plain = _plain(text)
    return f"{UTM}{plain}" if plain else ""


def _plain(text: str) -> str:
    return text.strip().lower()
