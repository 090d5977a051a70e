"""Follow and unfollow: who is a friend, by when things happened and not by when we heard of them.

A friend keeps the time of the newest follow, of the newest block, and of the newest listing by LINE as a
follower; what is latest is the status. All three only grow, so that any order, repetition and interleaving of
events and lists ends in the same row.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from accounts import board
from channels.handlers import Received
from events import timeline, versions
from events.timeline import NewEvent
from friends import services, signals
from friends.models import Friend

# At the same millisecond a block wins: a message too few is better than one unasked for.
# Rows are locked in the order of their numbers, as everybody does who writes many: nobody waits in a circle.
APPLY = """
WITH old AS MATERIALIZED (
    SELECT id, followed_at, blocked_at, listed_at, status_at FROM friends_friend
    WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE friends_friend AS friend
SET followed_at = new.followed_at, blocked_at = new.blocked_at, updated_at = now(),
    status_at = greatest(old.status_at, new.followed_at, new.blocked_at),
    status = CASE WHEN new.is_friend THEN 'friend' ELSE 'blocked' END,
    profile_due_at = CASE WHEN new.is_friend THEN %s END
FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[]) AS given (id, followed_at, blocked_at)
JOIN old USING (id)
CROSS JOIN LATERAL (
    SELECT greatest(old.followed_at, given.followed_at) AS followed_at,
           greatest(old.blocked_at, given.blocked_at) AS blocked_at) AS newest
CROSS JOIN LATERAL (
    SELECT newest.*, greatest(newest.followed_at, old.listed_at) > coalesce(newest.blocked_at, '-infinity')
           AS is_friend) AS new
WHERE friend.id = given.id
  AND (old.followed_at, old.blocked_at) IS DISTINCT FROM (new.followed_at, new.blocked_at)
RETURNING friend.id, friend.status, friend.blocked_at, friend.status_at IS DISTINCT FROM old.status_at"""


@dataclass(frozen=True)
class Change:
    """What the events did to one friend. `is_newest`: no later follow or block was known before."""

    friend_id: int
    status: str
    blocked_at: datetime | None
    is_newest: bool


def apply(events: list[Received]) -> None:
    """Bring friends up to date with `follow` and `unfollow` events, in the caller's transaction.

    Records `followed`, `unblocked` and `blocked` on the timeline; tells `signals` of whose status is new.
    """
    numbers = services.know(event.line_user_id for event in events)
    changes = _apply(events, numbers)
    _record(events, numbers, {change.friend_id: change for change in changes})
    if changes:
        board.call("profiles")
        versions.touch("friends", friends=[change.friend_id for change in changes])
    newest = [change for change in changes if change.is_newest]
    followed = [change.friend_id for change in newest if change.status == Friend.Status.FRIEND]
    blocked = [change.friend_id for change in newest if change.status == Friend.Status.BLOCKED]
    signals.send_on_commit(signals.friend_followed, followed)
    signals.send_on_commit(signals.friend_blocked, blocked)


def _apply(events: list[Received], numbers: dict[str, int]) -> list[Change]:
    followed_at = _newest(event for event in events if event.type == "follow")
    blocked_at = _newest(event for event in events if event.type == "unfollow")
    with connection.cursor() as cursor:
        cursor.execute(
            APPLY,
            [
                list(numbers.values()),
                timezone.now(),
                list(numbers.values()),
                [followed_at[user] for user in numbers],
                [blocked_at[user] for user in numbers],
            ],
        )
        return [Change(*row) for row in cursor.fetchall()]


def _newest(events: Iterable[Received]) -> dict[str, datetime | None]:
    newest: dict[str, datetime | None] = defaultdict(lambda: None)
    newest.update((event.line_user_id, event.at) for event in sorted(events, key=lambda event: event.at))
    return newest


def _record(events: list[Received], numbers: dict[str, int], changes: dict[int, Change]) -> None:
    timeline.record(
        NewEvent(_kind(event, changes.get(number)), event.at, friend_id=number, key=event.id)
        for event in events
        for number in [numbers[event.line_user_id]]
    )


def _kind(event: Received, change: Change | None) -> str:
    """LINE's word on whether somebody came back is not fully reliable, so our own memory counts too."""
    if event.type == "unfollow":
        return "blocked"
    was_blocked = change and change.blocked_at and change.blocked_at < event.at
    is_unblocked = event.payload.get("follow", {}).get("isUnblocked") or was_blocked
    return "unblocked" if is_unblocked else "followed"
