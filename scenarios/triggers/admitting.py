"""Candidates: written all at once when their moment comes, let in by portions."""

from collections import defaultdict
from datetime import datetime

import orjson
from django.db import connection, transaction
from pyroaring import BitMap

from events import outbox
from scenarios.engine import enrolling
from scenarios.engine.enrolling import Newcomer
from scenarios.models import Candidate, Scenario
from scenarios.triggers.apart import apart
from scenarios.work import KIND
from segments.leaves import Query

AT_ONCE = 500

PROPOSE = """
INSERT INTO scenarios_candidate (scenario_id, friend_id, customer_id, subject, context, key, at)
SELECT %s, candidate.friend_id, candidate.customer_id, left(candidate.subject, 200), candidate.context,
       left(candidate.key, 200), %s
FROM ({found}) AS candidate (friend_id, customer_id, subject, context, key)
WHERE NOT EXISTS (SELECT FROM scenarios_entry entry
                  WHERE entry.scenario_id = %s AND entry.key = left(candidate.key, 200)) {among}"""
AMONG = "AND candidate.friend_id = ANY(%s::int[])"
FRIENDS = "SELECT friend_id, NULL::int, '', '{}'::jsonb, %s || friend_id FROM unnest(%s::int[]) AS friend_id"
TAKE = """
DELETE FROM scenarios_candidate WHERE id IN (
    SELECT id FROM scenarios_candidate ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, scenario_id, friend_id, customer_id, subject, context, key, at"""


def propose(scenario_id: int, found: Query, at: datetime, *, among: BitMap | None = None) -> int:
    """Have whom a query finds (friend_id, customer_id, subject, context, key) let in; how many.

    With `among` only these friends. In the caller's transaction.
    """
    sql = PROPOSE.format(found=found.sql, among="" if among is None else AMONG)
    params = [scenario_id, at, *found.params, scenario_id]
    with connection.cursor() as cursor:
        cursor.execute(sql, params if among is None else [*params, list(among)])
        count = cursor.rowcount
    if count:
        outbox.call(KIND)
    return count


def propose_friends(scenario_id: int, friends: BitMap, key: str, at: datetime) -> int:
    """Have these friends let in, by the key and their number."""
    return propose(scenario_id, Query(FRIENDS, [key, list(friends)]), at) if friends else 0


def let_in(now: datetime) -> bool:
    """Let a portion of those in who wait for it; whether there may be more."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [AT_ONCE])
            rows = sorted(cursor.fetchall())
        newcomers: dict[int, list[Newcomer]] = defaultdict(list)
        for _id, scenario_id, friend_id, customer_id, subject, context, key, at in rows:
            who = Newcomer(friend_id, customer_id, subject, orjson.loads(context), key, at)
            newcomers[scenario_id].append(who)
        for scenario in Scenario.objects.filter(pk__in=newcomers).order_by("pk"):
            with apart(scenario.pk):
                enrolling.enter(scenario, newcomers[scenario.pk], now=now)
    return len(rows) == AT_ONCE


def are_waiting() -> bool:
    return Candidate.objects.exists()
