"""Claiming batches: lease, recipients' LINE ids and the seal that a retry must match, in one statement."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from broadcasts.models import Batch, Broadcast

State = Batch.State
LEASE = timedelta(seconds=15)  # longer than a request may take: 10 s and the wait for its turn
KEY_LIFE = timedelta(hours=23)  # LINE remembers a retry key for 24 h; after that a repeat is a new send
TIMES: dict[str, Any] = {"lease": LEASE, "key_life": KEY_LIFE}

# Whoever wants no more broadcasts, or was linked or unlinked since an audience that asks for it was read, is
# not meant any more.
IS_MEANT = """(friend.status = 'friend' AND friend.stopped_at IS NULL
          AND (broadcast.links_version IS NULL OR NOT EXISTS (
              SELECT FROM linking_link link
              WHERE link.friend_id = friend.id AND link.version > broadcast.links_version)))"""
# A batch whose lease ran out was claimed by a worker that died: LINE may have accepted it.
# Friends are looked up batch by batch (LATERAL): joined all at once, the planner reads the whole table.
# Their numbers stand in a batch in ascending order, so that ids, names and keys stay side by side.
CLAIM = f"""
WITH open_ones AS (
    SELECT batch.id, batch.state = 'claimed' AS was_claimed
    FROM broadcasts_batch batch JOIN broadcasts_broadcast broadcast ON broadcast.id = batch.broadcast_id
    WHERE ((batch.state = 'pending' AND (batch.not_before IS NULL OR batch.not_before <= now()))
           OR (batch.state = 'claimed' AND batch.lease_until < now()))
      AND broadcast.status = 'sending' AND batch.method = %(method)s
      AND (batch.first_tried_at IS NULL OR batch.first_tried_at > now() - %(key_life)s)
    ORDER BY broadcast.started_at, batch.position, batch.id
    LIMIT %(limit)s FOR UPDATE OF batch SKIP LOCKED
), resolved AS (
    SELECT batch.id, batch.broadcast_id, open_ones.was_claimed, found.*,
           CASE cardinality(found.friends) WHEN batch.friend_count THEN batch.names ELSE (
               SELECT array_agg(slot.name ORDER BY slot.n)
               FROM unnest(batch.friends, batch.names) WITH ORDINALITY AS slot (number, name, n)
               WHERE batch.names IS NOT NULL AND slot.number = ANY(found.friends)
           ) END AS names
    FROM open_ones JOIN broadcasts_batch batch USING (id)
    JOIN broadcasts_broadcast broadcast ON broadcast.id = batch.broadcast_id
    CROSS JOIN LATERAL (
        SELECT array_agg(friend.id ORDER BY friend.id) AS friends,
               string_agg(friend.line_user_id, ',' ORDER BY friend.id) AS user_ids
        FROM friends_friend friend
        WHERE friend.id = ANY(batch.friends)
          AND (batch.seal IS NOT NULL OR batch.is_uncertain OR {IS_MEANT})
    ) AS found
    WHERE found.friends IS NOT NULL
), sealed AS (
    SELECT hashed.*, coalesce(seal = hash, true) AND (NOT is_uncertain OR cardinality(friends) = friend_count)
           AS is_same
    FROM (
        SELECT resolved.*, batch.seal, batch.is_uncertain, batch.friend_count, sha256(convert_to(
            resolved.user_ids || E'\\n' || coalesce(array_to_string(resolved.names, E'\\t'), ''), 'UTF8'
        ) || coalesce(variant.body, broadcast.body)) AS hash
        FROM resolved JOIN broadcasts_broadcast broadcast ON broadcast.id = resolved.broadcast_id
        JOIN broadcasts_batch batch ON batch.id = resolved.id
        LEFT JOIN broadcasts_variant variant ON variant.id = batch.variant_id
    ) AS hashed
)
UPDATE broadcasts_batch batch
SET state = CASE WHEN is_same THEN 'claimed' ELSE 'needs_check' END,
    error = CASE WHEN is_same THEN batch.error
                 ELSE 'recipients changed after an attempt of unknown outcome' END,
    seal = coalesce(batch.seal, sealed.hash),
    friends = CASE WHEN is_same AND cardinality(sealed.friends) <> batch.friend_count THEN sealed.friends
              ELSE batch.friends END,
    names = CASE WHEN is_same THEN sealed.names ELSE batch.names END,
    dropped_count = batch.dropped_count
        + CASE WHEN is_same THEN batch.friend_count - cardinality(sealed.friends) ELSE 0 END,
    friend_count = CASE WHEN is_same THEN cardinality(sealed.friends) ELSE batch.friend_count END,
    lease_until = now() + %(lease)s,
    attempts = batch.attempts + 1,
    first_tried_at = coalesce(batch.first_tried_at, now()),
    is_uncertain = batch.is_uncertain OR sealed.was_claimed
FROM sealed WHERE sealed.id = batch.id
RETURNING batch.id, batch.broadcast_id, batch.variant_id,
          CASE batch.method WHEN 'push' THEN batch.friends ELSE '{{}}' END, sealed.user_ids, batch.names,
          batch.retry_key, batch.state
"""  # noqa: S608  (our own constant)

# Nobody left to send to: since it was prepared everyone has blocked, stopped, or changed their ID link.
EMPTY = f"""
UPDATE broadcasts_batch batch
SET state = 'accepted', dropped_count = dropped_count + friend_count, friend_count = 0, friends = '{{}}'
FROM broadcasts_broadcast broadcast
WHERE broadcast.id = batch.broadcast_id AND broadcast.status = 'sending'
  AND batch.state = 'pending' AND batch.seal IS NULL AND NOT batch.is_uncertain
  AND NOT EXISTS (SELECT 1 FROM friends_friend friend
                  WHERE friend.id = ANY(batch.friends) AND {IS_MEANT})
"""  # noqa: S608  (our own constant)
# Unknown outcomes that no retry may settle: the key has aged, nobody of it is left, or the broadcast is over.
UNKNOWN = """
UPDATE broadcasts_batch batch
SET state = 'needs_check', lease_until = NULL
FROM broadcasts_broadcast broadcast
WHERE broadcast.id = batch.broadcast_id
  AND (batch.state = 'pending' OR (batch.state = 'claimed' AND batch.lease_until < now()))
  AND (batch.first_tried_at <= now() - %(key_life)s
       OR (batch.is_uncertain AND NOT EXISTS (
           SELECT 1 FROM friends_friend friend WHERE friend.id = ANY(batch.friends)))
       OR (broadcast.status IN ('cancelled', 'failed') AND (batch.state = 'claimed' OR batch.is_uncertain)))
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A batch that is ours to send until its lease ends."""

    pk: int
    broadcast_id: int
    variant_id: int | None  # of an A/B test, whose content it gets
    friends: list[int]  # of a push batch, whose keys derive from them; not read otherwise
    user_ids: list[str]
    names: list[str]  # of a personal message, by friend; else empty
    retry_key: UUID


def claim(method: str, limit: int) -> list[Claimed]:
    """Take up to `limit` batches of broadcasts that are being sent, oldest broadcast first.

    Friends who blocked the account or stopped broadcasts since preparing, or whose ID link changed if that is
    what the audience leans on, are left out at the first attempt, never at a retry.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"method": method, "limit": limit, **TIMES})
        rows = cursor.fetchall()
    return [
        Claimed(pk, broadcast_id, variant_id, friends, user_ids.split(","), names or [], retry_key)
        for pk, broadcast_id, variant_id, friends, user_ids, names, retry_key, state in rows
        if state == State.CLAIMED
    ]


def set_aside() -> None:
    """Close batches that have nobody left, and mark those of unknown outcome that may not be tried again."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        cursor.execute(UNKNOWN, TIMES)


def call_off_if_over(broadcast_id: int) -> None:
    """Call off what an outcome has put back into a broadcast that was cancelled or has failed meanwhile."""
    over = [Broadcast.Status.CANCELLED, Broadcast.Status.FAILED]
    if Broadcast.objects.filter(pk=broadcast_id, status__in=over).exists():
        call_off(broadcast_id)


def call_off(broadcast_id: int) -> None:
    """No more of this broadcast: what was never tried is cancelled, what may have arrived needs a check.

    Batches that only say to whom LINE's broadcast goes end as that does.
    """
    waiting = Batch.objects.filter(broadcast=broadcast_id, state__in=[State.PENDING, State.WAITING])
    waiting = waiting.exclude(method=Broadcast.Method.BROADCAST)
    waiting.filter(is_uncertain=False).update(state=State.CANCELLED)
    waiting.filter(is_uncertain=True).update(state=State.NEEDS_CHECK)


def push_key(broadcast: Broadcast, friend: int) -> UUID:
    """The retry key of one friend's push: the same whichever batch the friend is in."""
    return uuid5(broadcast.key, str(friend))
