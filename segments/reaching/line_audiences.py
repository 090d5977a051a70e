"""Audiences that others made at LINE, in its console or ad tools: read from LINE's list, and kept.

LINE allows 60 calls a minute, and its list has 40 a page; so it is read behind the page that shows it.
"""

import logging
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import board, current
from accounts.models import Due
from channels.models import Channel
from channels.services import client_for
from line import wire
from line.client import LineClient
from line.errors import LineError
from segments.models import Audience, LineAudience

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)
KIND = "line_audiences"
OURS = "Musubi "  # how the names of audiences begin that we make ourselves
MARK = re.compile(r" #\d+-\d{12}$")  # how those end that people gave a name to, which stands before it
FRESH_FOR = timedelta(minutes=5)
AGAIN = timedelta(minutes=2)


def options() -> "list[tuple[object, StrOrPromise]]":
    """What there is to choose from, as last read; reading anew is begun if that is some minutes ago."""
    refresh()
    ready = LineAudience.objects.filter(status="READY")
    return [(each.pk, f"{each.name} ({each.count:,})" if each.count else each.name) for each in ready]


def refresh() -> None:
    """Have LINE's list read, unless that was done just now."""
    lately = timezone.now() - FRESH_FOR
    if not Due.objects.filter(tenant=current.tenant().pk, kind=KIND, served_at__gt=lately).exists():
        board.call(KIND)


def fetch() -> datetime | None:
    """Read LINE's list, and forget what is no longer on it; when to try again, None if it is done."""
    channel = Channel.objects.filter(tenant_id=current.tenant().pk).first()
    if channel is None:
        return None
    try:
        listed = every(client_for(channel))
    except LineError as error:
        logger.warning("line_audiences.not_read", extra={"reason": str(error)})
        return timezone.now() + AGAIN
    named = set(Audience.objects.exclude(name="").values_list("line_id", flat=True))
    _store([each for each in listed if not _is_ours(each) and each["audienceGroupId"] not in named])
    return None


def _is_ours(listed: dict) -> bool:
    name = str(listed.get("description", ""))
    return name.startswith(OURS) or MARK.search(name) is not None


def every(client: LineClient, *, description: str = "") -> list[dict]:
    """All audiences on LINE's list, or those with this in their name."""
    found: list[dict] = []
    page = 1
    while True:
        answer = wire.run(client.get_audience_groups(page, description=description))
        found += answer.audience_groups
        if not answer.has_next_page:
            return found
        page += 1


@transaction.atomic
def _store(listed: list[dict]) -> None:
    now = timezone.now()
    rows = [
        LineAudience(
            line_id=each["audienceGroupId"],
            name=str(each.get("description") or each["audienceGroupId"])[:200],
            kind=str(each.get("type", ""))[:40],
            status=str(each.get("status", ""))[:20],
            count=each.get("audienceCount") or 0,
            is_own=each.get("permission") != "READ",
            seen_at=now,
        )
        for each in listed
    ]
    changing = ["name", "kind", "status", "count", "is_own", "seen_at"]
    LineAudience.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["line_id"], update_fields=changing
    )
    LineAudience.objects.exclude(pk__in=[row.pk for row in rows]).delete()
