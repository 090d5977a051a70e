"""Openings of a route's link, and where each goes on to."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from accounts import current
from channels.models import Channel
from routes.models import Route, Visit
from routes.origins import Origin

# Many people share one address behind a carrier or a shop's Wi-Fi; a flood comes faster than people do.
MOST_A_MINUTE = 600
KEY = re.compile(r"[\w-]{22}", re.ASCII)
CARRIED = timedelta(days=1)  # how long a QR code on a screen carries the visit that it was shown to


def way_of(channel: Channel, device: str) -> str:
    """How somebody on this device can be known: LIFF opens inside LINE, which only a phone has."""
    if not channel.login_channel_id or channel.sealed_login_secret is None:
        return Visit.Way.PLAIN
    is_phone = device == Visit.Device.PHONE
    return Visit.Way.LIFF if channel.liff_id and is_phone else Visit.Way.LOGIN


def record(route: Route, origin: Origin, way: str, *, carried: str = "") -> Visit:
    """Keep one opening. `carried` is the key of the visit that a QR code on another screen had in it.

    What that visit knew of campaign and ad goes on to this one; one of another route, or too old, is nothing.
    """
    before = find(carried)
    parent = before if before and before.route_id == route.pk else None
    seen = _inherited(parent, origin) if parent else _own(origin)
    return Visit.objects.create(
        route=route,
        parent_id=(parent.parent_id or parent.pk) if parent else None,
        at=timezone.now(),
        way=way,
        device=origin.device,
        is_in_line=origin.is_in_line,
        **seen,
    )


def find(key: str) -> Visit | None:
    """The visit of this key, while it may still go on."""
    if not KEY.fullmatch(key):
        return None
    fresh = Visit.objects.filter(key=key, at__gt=timezone.now() - CARRIED)
    return fresh.select_related("route").first()


def again(visit: Visit, now: datetime) -> Visit:
    """A visit of somebody else by the same link, such as one that was passed on with its key."""
    copied = ("route", "way", "device", "is_in_line", "click_ids", "referrer")
    fields = {name: getattr(visit, name) for name in copied}
    utm = {f"utm_{name}": value for name, value in visit.utm.items()}
    return Visit.objects.create(at=now, **fields, **utm)


def is_flood(address: str) -> bool:
    """Whether this network address opens links faster than people do. While Redis is away, nobody does."""
    counter = f"routes:{address}:{int(timezone.now().timestamp()) // 60}"
    try:
        cache.add(counter, 0, timeout=120)
        return cache.incr(counter) > MOST_A_MINUTE
    except (RedisError, ValueError):
        return False


def address_of(route: Route, *, key: str = "") -> str:
    """What people open, and what a QR code says; with the key of a visit, it goes on with that one."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/f/r/{route.code}"
    return f"{settings.BASE_URL}/{path}" + (f"?v={key}" if key else "")


def _own(origin: Origin) -> dict:
    return origin.utm | {"click_ids": origin.click_ids, "referrer": origin.referrer}


def _inherited(parent: Visit, origin: Origin) -> dict:
    utm = {f"utm_{name}": value for name, value in parent.utm.items()} | origin.utm
    ids = parent.click_ids | origin.click_ids
    return utm | {"click_ids": ids, "referrer": parent.referrer or origin.referrer}
