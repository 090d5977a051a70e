"""Names and pictures of friends, fetched from LINE behind the webhook."""

import asyncio
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import board, current
from channels.models import Channel
from channels.services import client_for
from events import versions
from friends import insight
from friends.models import Friend
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected

BATCH = 100
AT_ONCE = 20
LEASE = timedelta(minutes=1)
AGAIN = timedelta(minutes=1)
AGAIN_AFTER_REFUSAL = timedelta(hours=1)

Fetched = dict[int, dict | LineError | None]

# The newest first: who has just added the account does not wait behind a million that were imported.
CLAIM = """
UPDATE friends_friend SET profile_due_at = %s
WHERE id IN (SELECT id FROM friends_friend WHERE profile_due_at <= %s
             ORDER BY profile_due_at DESC LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, line_user_id"""
# A profile asked for again while it was being fetched keeps its new moment: it no longer has the lease's.
STORE = """
WITH locked AS MATERIALIZED (
    SELECT id FROM friends_friend WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE friends_friend AS friend
SET display_name = coalesce(nullif(left(given.name, 100), ''), display_name),
    picture_url = CASE WHEN length(given.picture) <= 500 THEN given.picture ELSE '' END,
    language = left(given.language, 20),
    profile_fetched_at = %s, updated_at = now(), profile_due_at = nullif(profile_due_at, %s)
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS given (id, name, picture, language)
JOIN locked USING (id)
WHERE friend.id = given.id"""


def fetch_due(seconds: float) -> None:
    """Fetch profiles that are due, for about so many seconds; what is left is on the work board.

    Who is unknown to LINE (404: blocked, or no friend) counts as fetched. Without an answer it is tried
    again in a minute, after a refusal in an hour. Two at once share the work.
    """
    seen = board.version("profiles")
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        board.settle("profiles", timezone.now() + AGAIN_AFTER_REFUSAL, seen=seen)
        return
    end = time.monotonic() + seconds
    while time.monotonic() < end and _fetch_batch(client_for(channel)):
        pass
    insight.keep_going()
    board.settle("profiles", _next_moment(), seen=seen)


def waiting() -> int:
    """How many profiles are still to be fetched."""
    return Friend.objects.exclude(profile_due_at=None).count()


def _fetch_batch(client: LineClient) -> bool:
    """False if nothing was due."""
    now = timezone.now()
    lease = now + LEASE
    claimed = _claim(lease, now)
    if not claimed:
        return False
    fetched = wire.run(_fetch_all(client, claimed))
    _store({number: answer for number, answer in fetched.items() if not isinstance(answer, LineError)}, lease)
    _put_off({number: answer for number, answer in fetched.items() if isinstance(answer, LineError)})
    return True


def _claim(lease: datetime, now: datetime) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [lease, now, BATCH])
        return cursor.fetchall()


async def _fetch_all(client: LineClient, friends: list[tuple[int, str]]) -> Fetched:
    slots = asyncio.Semaphore(AT_ONCE)

    async def fetch(place: int, line_user_id: str) -> dict | LineError | None:
        await asyncio.sleep(place / settings.PROFILES_PER_SECOND)
        async with slots:
            try:
                return await client.get_profile(line_user_id)
            except LineError as error:
                return error

    answers = await asyncio.gather(*(fetch(place, user) for place, (_, user) in enumerate(friends)))
    return dict(zip((number for number, _ in friends), answers, strict=True))


def _store(profiles: dict[int, dict | None], lease: datetime) -> None:
    known = {number: profile or {} for number, profile in profiles.items()}
    fields = [
        [profile.get(name, "") for profile in known.values()]
        for name in ("displayName", "pictureUrl", "language")
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(STORE, [list(known), timezone.now(), lease, list(known), *fields])
        versions.touch("profiles", friends=known)


def _put_off(errors: dict[int, LineError]) -> None:
    refused = [number for number, error in errors.items() if isinstance(error, Rejected)]
    now = timezone.now()
    Friend.objects.filter(pk__in=errors).update(profile_due_at=now + AGAIN)
    Friend.objects.filter(pk__in=refused).update(profile_due_at=now + AGAIN_AFTER_REFUSAL)


def _next_moment() -> datetime | None:
    first = Friend.objects.exclude(profile_due_at=None).order_by("profile_due_at")
    return first.values_list("profile_due_at", flat=True).first()
