"""Views: how often an invitation came before somebody's eyes. Counters by day, and no trace of who it was."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from accounts import current
from invitations.models import CODE, EntryPoint

COUNT = """
INSERT INTO invitations_dayofviews AS known (entry, variant, day, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (day, entry, variant) DO UPDATE SET count = known.count + 1"""


def count_view(entry: str, variant: str = "") -> bool:
    """Count one view, now. False if there is no such entry point; an unknown invitation counts as none."""
    entry_point = EntryPoint.objects.open().filter(code=entry).first() if _is_code(entry) else None
    if entry_point is None:
        return False
    known = _is_code(variant) and entry_point.invitations.filter(code=variant).exists()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [entry, variant if known else "", today()])
    return True


def today() -> date:
    """Of the client's calendar."""
    return timezone.now().astimezone(zone()).date()


def zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def _is_code(text: str) -> bool:
    return re.match(CODE, text) is not None
