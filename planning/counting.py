"""The daily figures of a client: counted after midnight, late days caught up, the last days revised.

LINE's statistics of a send are final after 14 days and shops tell of orders when they can, so the days of two
weeks are counted again each night. What was counted and is no longer true is taken away.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import Due, User
from costs.periods import Period
from planning import publishing
from planning.errors import NotCountedAgain
from planning.metrics import registry
from planning.metrics.registry import Span
from planning.models import Count

KIND = "planning_days"
LOCK = 7_311  # any number that nobody else locks by
DAY = timedelta(days=1)
AT = (time(0, 20), time(11, 0))  # webhooks of the day are in; LINE has counted its friends
REVISED = 15  # days that are counted again each night
DAYS_BACK = 400  # that a client begins with
AT_ONCE = 31  # days in one transaction
KEEP = """
WITH given AS MATERIALIZED (
  SELECT metric COLLATE "C" AS metric, day, owner COLLATE "C" AS owner, sum(value) AS value
  FROM jsonb_to_recordset(%(facts)s::jsonb) AS told (metric text, day date, owner text, value numeric)
  GROUP BY 1, 2, 3),
kept AS (
  INSERT INTO planning_actual AS known (metric, owner, day, value)
  SELECT metric, owner, day, value FROM given
  ON CONFLICT (metric, day, owner) DO UPDATE SET value = excluded.value WHERE known.value <> excluded.value)
DELETE FROM planning_actual known WHERE day BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT FROM given WHERE (given.metric, given.day, given.owner)
                  = (known.metric, known.day, known.owner))"""


def zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def today() -> date:
    """Of the client's calendar."""
    return timezone.now().astimezone(zone()).date()


def keep_going() -> None:
    """Begin the daily counting of a client, once."""
    if not Due.objects.filter(tenant=current.tenant().pk, kind=KIND).exists():
        board.call(KIND)


@transaction.atomic
def ask_again(first: date, *, by: User | None) -> None:
    """Have days counted again as somebody asks. Raises NotCountedAgain: too long ago, or not over."""
    yesterday = today() - DAY
    earliest = yesterday - timedelta(days=DAYS_BACK - 1)
    if not earliest <= first <= yesterday:
        raise NotCountedAgain(first=f"{earliest:%Y/%m/%d}")
    recount(first)
    activity.record("planning.recounted", "planning", by=by, since=f"{first}")


@transaction.atomic
def recount(first: date) -> None:
    """Have all days from this one on counted again, soon."""
    found = _held()
    found.from_day = min(first, found.from_day or first)
    found.save()
    board.call(KIND)


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Count what is due while `go_on` says so. When to come back: at once if something is left."""
    yesterday = today() - DAY
    first = _first(Count.present(), yesterday)
    while first <= yesterday:
        last = min(first + timedelta(days=AT_ONCE - 1), yesterday)
        _count(Period(first, last), yesterday)
        first = last + DAY
        if first <= yesterday and not go_on():
            return timezone.now()
    return _next()


def _first(found: Count, yesterday: date) -> date:
    """From which day on something is to be counted."""
    if found.counted_until is None:
        start = yesterday - timedelta(days=DAYS_BACK - 1)
    else:
        start = min(found.counted_until + DAY, yesterday - timedelta(days=REVISED - 1))
    return min(start, found.from_day) if found.from_day else start


@transaction.atomic
def _count(period: Period, yesterday: date) -> None:
    """One after the other, so that what was read later is kept later."""
    found = _held()
    facts = [
        {"metric": fact.metric, "day": f"{fact.day}", "owner": fact.owner, "value": str(Decimal(fact.value))}
        for fact in registry.facts(Span(period, zone()))
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"facts": json.dumps(facts), "first": period.first, "last": period.last})
    found.counted_until = max(period.last, found.counted_until or period.last)
    if found.from_day is None or found.from_day >= period.first:  # else asked for while this was counted
        found.from_day = None if period.last >= yesterday else period.last + DAY
    found.counted_at = timezone.now()
    found.save()
    publishing.tell_of_count(period, found.counted_until)


def _held() -> Count:
    """The client's row, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, current.schema()])
    return Count.present()


def _next() -> datetime:
    """The next of the times of day at which it is counted."""
    now = timezone.now()
    days = (today(), today() + DAY)
    moments = [datetime.combine(day, at, zone()) for day in days for at in AT]
    return min(moment for moment in moments if moment > now)
