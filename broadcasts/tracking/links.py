"""The links of a broadcast: each address in it leads through our redirect, and is known by it."""

import base64
import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from accounts import current, secrets
from broadcasts.models import Broadcast, LinkDefaults, TrackedLink, Variant
from broadcasts.tracking import people, utm
from broadcasts.tracking.people import Holes, Tokens
from composing import content, taps, variables

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
    each link ends in a hole for the friend's token; one to a page of each friend's own always does. Tap
    actions say in which bubble they were tapped.
    """
    tracked = []
    for bubble, message in enumerate(broadcast.messages if messages is None else messages, start=1):
        own = list(own_pages([message], broadcast=broadcast, variant=variant, bubble=bubble))
        made = list(_links(broadcast, variant, bubble, content.addresses([message])))
        TrackedLink.objects.bulk_create([*own, *made])
        [changed] = content.with_addresses([message], {each.url: _address(broadcast, each) for each in made})
        [changed] = content.with_own_pages([changed], {each.page: personal_address(each) for each in own})
        tracked.append(taps.marked(changed, broadcast=broadcast.pk, bubble=bubble))
    return tracked


def holes(broadcast: Broadcast) -> Holes | None:
    """What makes a frozen message one friend's own; None where everybody has the same links."""
    links = broadcast.links.all() if broadcast.tracks_people else broadcast.links.exclude(page="")
    codes = list(links.values_list("code", flat=True))
    return Holes(codes, Tokens(secrets.derive(current.tenant().pk, people.PURPOSE))) if codes else None


def own_pages(messages: list[dict], **about: Any) -> Iterator[TrackedLink]:
    """A link, not stored yet, for each page of a friend's own that can be opened from the messages.

    `about` are the fields that say whose link it is. It leads each friend to their page, whoever is not known
    to the page's door; campaign parameters would tell a page of ours nothing.
    """
    for name in content.own_pages(messages):
        door = variables.address(name)
        yield TrackedLink(code=new_code(), url=f"{{{{{name}}}}}", target=door, page=name, **about)


def personal_address(link: TrackedLink) -> str:
    """The link with a hole for the friend's token."""
    return f"{_prefix()}{link.code}.{people.HOLE}"


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
    return personal_address(link) if broadcast.tracks_people else _prefix() + link.code


def _prefix() -> str:
    return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/l/"


def new_code() -> str:
    """Letters and digits only: LINE may leave other signs at the end of a text out of a link."""
    return base64.b32encode(os.urandom(CODE_BYTES)).decode().lower()
