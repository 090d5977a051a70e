"""Friends from LINE's own list of followers: for verified and premium accounts, 1,000 a page.

The list is read in pages, each stored in one transaction with the place of the next, so that it goes on after
any interruption; names and pictures are fetched behind it (`profiles`).
"""

import logging
import time
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from channels.models import Channel
from channels.services import client_for
from events import timeline, versions
from events.timeline import NewEvent
from friends import profiles, services
from friends.errors import ListingOpen, NoChannel, NotVerified
from friends.models import FollowerListing, Friend
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected, Unauthorized
from line.operations.account import Followers

logger = logging.getLogger(__name__)
KIND = "followers"
PAGE = 1_000
AGAIN = timedelta(minutes=1)
State = FollowerListing.State

# A newer block is kept; who is listed after the last block that we know of is a friend, since an unknown day.
LIST = """
WITH old AS MATERIALIZED (
    SELECT id, status, blocked_at FROM friends_friend WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE friends_friend AS friend
SET listed_at = greatest(friend.listed_at, %s),
    status = CASE WHEN is_friend THEN 'friend' ELSE friend.status END,
    updated_at = CASE WHEN is_friend AND old.status <> 'friend' THEN now() ELSE friend.updated_at END,
    profile_due_at = CASE WHEN is_friend AND profile_fetched_at IS NULL
                          THEN coalesce(profile_due_at, %s) ELSE profile_due_at END
FROM old CROSS JOIN LATERAL (
    SELECT coalesce(old.blocked_at < %s, true) AS is_friend) AS now_known
WHERE friend.id = old.id
RETURNING friend.id, old.status, friend.status"""


def begin(*, by: User | None = None) -> FollowerListing:
    """Start reading LINE's list. Raises NoChannel, NotVerified, ListingOpen."""
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        raise NoChannel
    if channel.account_type == Channel.AccountType.UNVERIFIED:
        raise NotVerified
    try:
        with transaction.atomic():
            listing = FollowerListing.objects.create(user_id=by.pk if by else None)
            activity.record("listing.begun", listing, by=by)
            board.call(KIND)
    except IntegrityError as error:
        raise ListingOpen from error
    return listing


@transaction.atomic
def pause(listing: FollowerListing, *, by: User | None = None) -> None:
    _move(listing, [State.RUNNING], State.PAUSED, "listing.paused", by)


@transaction.atomic
def resume(listing: FollowerListing, *, by: User | None = None) -> None:
    _move(listing, [State.PAUSED], State.RUNNING, "listing.resumed", by)
    board.call(KIND)


@transaction.atomic
def cancel(listing: FollowerListing, *, by: User | None = None) -> None:
    """End it; who was read stays."""
    _move(listing, FollowerListing.OPEN, State.CANCELLED, "listing.cancelled", by)
    FollowerListing.objects.filter(pk=listing.pk).update(ended_at=timezone.now())


def work(seconds: float) -> None:
    """Read on for about so many seconds; what is left is on the work board. Two at once do no harm."""
    seen = board.version(KIND)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    end = time.monotonic() + seconds
    again = None
    while channel and (listing := FollowerListing.objects.filter(state=State.RUNNING).first()):
        if time.monotonic() >= end:
            again = timezone.now()
            break
        if not _read_page(client_for(channel), listing):
            again = timezone.now() + AGAIN
            break
    board.settle(KIND, again, seen=seen)


def not_listed(listing: FollowerListing) -> QuerySet[Friend]:
    """Who counts as a friend here, was known when the list was begun, and is not on it: gone, or blocking."""
    before = Friend.objects.reachable().filter(created_at__lt=listing.started_at)
    return before.exclude(listed_at__gte=listing.started_at).exclude(followed_at__gte=listing.started_at)


def profiles_left() -> tuple[int, int]:
    """How many names and pictures are still to be fetched, and about how many minutes that takes."""
    left = profiles.waiting()
    return left, ceil(left / settings.PROFILES_PER_SECOND / 60)


def _read_page(client: LineClient, listing: FollowerListing) -> bool:
    """False if LINE did not answer: later."""
    place = listing.next if _is_fresh(listing) else ""
    asked_at = timezone.now()
    try:
        page = wire.run(client.get_followers(start=place or None, limit=PAGE))
    except Rejected as error:
        _refused(listing, place, error)
        return True
    except LineError as error:
        logger.warning("listing.no_answer", extra={"listing": listing.pk, "reason": str(error)})
        return False
    _store(listing, page, asked_at)
    return True


def _is_fresh(listing: FollowerListing) -> bool:
    return listing.next_at is not None and timezone.now() - listing.next_at < FollowerListing.PLACE_LIVES


@transaction.atomic
def _store(listing: FollowerListing, page: Followers, asked_at: datetime) -> None:
    """Nothing, if somebody else has stored this page or ended the listing meanwhile."""
    same = FollowerListing.objects.select_for_update().filter(pk=listing.pk, state=State.RUNNING)
    locked = same.filter(next=listing.next, next_at=listing.next_at).first()
    if locked is None:
        return
    created, returned = take_in(page.user_ids, asked_at)
    locked.next, locked.next_at = page.next or "", timezone.now()
    locked.pages += 1
    locked.people += len(page.user_ids)
    locked.created += created
    locked.returned += returned
    if page.next is None:
        locked.state, locked.ended_at = State.DONE, timezone.now()
        counts = {name: getattr(locked, name) for name in ("people", "created", "returned")}
        activity.record("listing.done", locked, by=None, **counts)
    locked.save()


@transaction.atomic
def take_in(user_ids: list[str], at: datetime) -> tuple[int, int]:
    """Know these people as friends at that time, unless a block is newer: how many are new, how many back."""
    numbers = services.know(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(LIST, [list(numbers.values()), at, at, at])
        rows = cursor.fetchall()
    became = {pk: before for pk, before, after in rows if before != after}
    back = [pk for pk, before in became.items() if before == Friend.Status.BLOCKED]
    timeline.record(NewEvent("listed", at, friend_id=pk) for pk in back)
    if became:
        board.call("profiles")
        versions.touch("friends", friends=became)
    return len(became) - len(back), len(back)


@transaction.atomic
def _refused(listing: FollowerListing, place: str, error: Rejected) -> None:
    """A place that LINE no longer takes means to start over; any other refusal is told."""
    same = FollowerListing.objects.filter(pk=listing.pk, state=State.RUNNING)
    if place and error.status == 400:
        same.update(next="", next_at=None)
        return
    is_unverified = error.status == 403 and not isinstance(error, Unauthorized)
    problem = "unverified" if is_unverified else error.message[:300]
    same.update(state=State.REFUSED, problem=problem, ended_at=timezone.now())


def _move(
    listing: FollowerListing, origin: list[str] | tuple[str, ...], to: str, verb: str, by: User | None
) -> None:
    if FollowerListing.objects.filter(pk=listing.pk, state__in=origin).update(state=to):
        activity.record(verb, listing, by=by)
