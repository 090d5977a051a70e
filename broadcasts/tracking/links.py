"""The links of a broadcast: each address in it leads through our redirect, and is known by it."""

import base64
import os
from collections.abc import Iterator

from django.conf import settings

from accounts import current, secrets
from broadcasts.models import Broadcast, LinkDefaults, TrackedLink, Variant
from broadcasts.tracking import people, utm
from broadcasts.tracking.people import Holes, Tokens
from composing import content, taps

CODE_BYTES = 15  # 24 letters and digits


def defaults() -> LinkDefaults:
    """What new broadcasts of this client begin with."""
    return LinkDefaults.objects.first() or LinkDefaults()


def default_utm() -> dict[str, str] | None:
    """The campaign parameters that new broadcasts begin with; None: none are added."""
    kept = defaults()
    if not kept.adds_utm:
        return None
    return {"source": kept.utm_source, "medium": kept.utm_medium, "campaign": kept.utm_campaign}


def track(
    broadcast: Broadcast, messages: list[dict] | None = None, *, variant: Variant | None = None
) -> list[dict]:
    """The messages as they are frozen, with every address led through a link that is made here.

    Those of the broadcast unless others are given: a text of its A/B test, which has links of its own.
    One address in two bubbles has two links, so that it is known which was tapped. Where people are tracked
    each link ends in a hole for the friend's token. Tap actions say in which bubble they were tapped.
    """
    tracked = []
    for bubble, message in enumerate(broadcast.messages if messages is None else messages, start=1):
        made = list(_links(broadcast, variant, bubble, content.addresses([message])))
        TrackedLink.objects.bulk_create(made)
        ours = {link.url: _address(broadcast, link) for link in made}
        [changed] = content.with_addresses([message], ours)
        tracked.append(taps.marked(changed, broadcast=broadcast.pk, bubble=bubble))
    return tracked


def holes(broadcast: Broadcast) -> Holes | None:
    """What makes a frozen message one friend's own; None where everybody has the same links."""
    if not broadcast.tracks_people:
        return None
    tokens = Tokens(secrets.derive(current.tenant().pk, people.PURPOSE))
    return Holes(list(broadcast.links.values_list("code", flat=True)), tokens)


def _links(
    broadcast: Broadcast, variant: Variant | None, bubble: int, addresses: list[str]
) -> Iterator[TrackedLink]:
    text = f"{variant.letter}-" if variant else ""
    for place, url in enumerate(addresses, start=1):
        target = utm.added(url, _parameters(broadcast, f"{text}{bubble}-{place}"))
        yield TrackedLink(
            broadcast=broadcast,
            variant=variant,
            bubble=bubble,
            url=url,
            target="" if target == url else target,
            code=new_code(),
        )


def _parameters(broadcast: Broadcast, place: str) -> dict[str, str]:
    if broadcast.utm is None:
        return {}
    return broadcast.utm | {"campaign": broadcast.utm.get("campaign") or broadcast.name, "content": place}


def _address(broadcast: Broadcast, link: TrackedLink) -> str:
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/l/"
    return prefix + link.code + (f".{people.HOLE}" if broadcast.tracks_people else "")


def new_code() -> str:
    """Letters and digits only: LINE may leave other signs at the end of a text out of a link."""
    return base64.b32encode(os.urandom(CODE_BYTES)).decode().lower()
