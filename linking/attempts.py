"""Account linking as LINE has it: link token, sign-in to the shop, nonce, LINE's dialog, webhook.

1. A friend asks. LINE gives a token for them, and they get the address of our sign-in page with it.
2. They show which customer they are (proving.py), and go on to LINE's dialog with a nonce.
3. LINE tells by webhook that they agreed, or that somebody else opened the dialog. Of a token that is too
   old or used LINE tells nothing, so an attempt ends by itself.
Source: https://developers.line.biz/en/docs/messaging-api/linking-accounts/
"""

import asyncio
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity, board, current
from channels.handlers import Received
from friends.models import Friend
from line import wire
from line.client import LineClient
from line.errors import LineError
from linking import bonds
from linking.bonds import Bond
from linking.errors import LinkExpired
from linking.models import Link, LinkAttempt, LinkAttemptQuerySet, hashed

LASTS = timedelta(minutes=10)  # LINE's for the token; ours for the nonce
NONCE_BYTES = 32
LINK_WORD = "連携"
UNLINK_WORD = "連携解除"

State = LinkAttempt.State
Failure = LinkAttempt.Failure


def wish(friend_ids: Iterable[int], *, entry: str, variant: str = "") -> None:
    """Note by which entry point these friends asked for an invitation, which they get a moment later."""
    now = timezone.now()
    LinkAttempt.objects.bulk_create(
        LinkAttempt(friend_id=number, entry=entry, variant=variant, started_at=now, expires_at=now + LASTS)
        for number in friend_ids
    )
    board.call("link_expiry", now + LASTS)


def invite(client: LineClient, friends: list[Friend]) -> dict[int, str | LineError]:
    """The sign-in address for each of these friends, by number, good for ten minutes; or LINE's refusal."""
    tokens = wire.run(_issue_tokens(client, friends))
    issued = {friend.pk: token for friend, token in tokens.items() if isinstance(token, str)}
    with transaction.atomic():
        _keep(issued)
    return {friend.pk: _page(token) if isinstance(token, str) else token for friend, token in tokens.items()}


def open_attempt(link_token: str) -> LinkAttempt:
    """The attempt to which this token belongs, while it may go on. Raises LinkExpired."""
    return _open(LinkAttempt.objects.all(), link_token)


def dialog(attempt: LinkAttempt, link_token: str) -> str:
    """LINE's dialog, with a nonce that stands for the customer of this attempt until LINE names it.

    A nonce given out before is worth nothing from now on. In the caller's transaction, which has the row.
    """
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    attempt.nonce_hash = hashed(nonce)
    attempt.expires_at = timezone.now() + LASTS
    attempt.save(update_fields=["nonce_hash", "expires_at"])
    board.call("link_expiry", attempt.expires_at)
    query = urlencode({"linkToken": link_token, "nonce": nonce})
    return f"{settings.LINE_ACCESS_BASE}/dialog/bot/accountLink?{query}"


@transaction.atomic
def confirm(events: list[Received]) -> set[int]:
    """Apply `accountLink` events; the numbers of the friends who are linked by them now.

    A nonce counts once, for the friend who was invited, and within its time.
    """
    by_nonce = {hashed(event.payload["link"]["nonce"]): event for event in events}
    attempts = list(
        LinkAttempt.objects.select_for_update(of=["self"])
        .select_related("friend")
        .filter(nonce_hash__in=by_nonce)
        .exclude(state__in=[State.LINKED, State.FAILED])
        .order_by("pk")
    )
    for attempt in attempts:
        _judge(attempt, by_nonce[str(attempt.nonce_hash)])
    LinkAttempt.objects.bulk_update(attempts, ["state", "failure", "ended_at"])
    agreed = [attempt for attempt in attempts if attempt.state == State.LINKED]
    made = bonds.tie([_bond(attempt) for attempt in agreed])
    return {link.friend_id for link in made if link.unlinked_at is None}


def expire() -> None:
    """Close what is over its time, and have this woken again when the next one is."""
    seen = board.version("link_expiry")
    unfinished = LinkAttempt.objects.unfinished()
    unfinished.filter(expires_at__lte=timezone.now()).update(
        state=State.EXPIRED, ended_at=F("expires_at"), sealed_person=None, code_verifier=""
    )
    following = unfinished.order_by("expires_at").values_list("expires_at", flat=True).first()
    board.settle("link_expiry", following, seen=seen)


async def _issue_tokens(client: LineClient, friends: Iterable[Friend]) -> dict[Friend, str | LineError]:
    async def issue(friend: Friend) -> str | LineError:
        try:
            return await client.issue_link_token(friend.line_user_id)
        except LineError as error:
            return error

    friends = list(friends)
    return dict(zip(friends, await asyncio.gather(*map(issue, friends)), strict=True))


def _keep(issued: dict[int, str]) -> None:
    """Each token with the wish that asked for it, or with an attempt of its own."""
    now = timezone.now()
    waiting = LinkAttempt.objects.open(now).filter(
        friend__in=issued, link_token_hash="", way=Link.Method.ACCOUNT_LINK
    )
    wished = {attempt.friend_id: attempt for attempt in waiting.select_for_update().order_by("pk")}
    rows = [wished.get(number) or LinkAttempt(friend_id=number, started_at=now) for number in issued]
    for row, token in zip(rows, issued.values(), strict=True):
        row.link_token_hash, row.expires_at = hashed(token), now + LASTS
    LinkAttempt.objects.bulk_update([row for row in rows if row.pk], ["link_token_hash", "expires_at"])
    LinkAttempt.objects.bulk_create(row for row in rows if not row.pk)
    board.call("link_expiry", now + LASTS)


def _page(link_token: str) -> str:
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/link/"
    return f"{settings.BASE_URL}/{path}?{urlencode({'linkToken': link_token})}"


def _open(attempts: LinkAttemptQuerySet, link_token: str) -> LinkAttempt:
    attempt = attempts.open(timezone.now()).filter(link_token_hash=hashed(link_token)).first()
    if attempt is None:
        raise LinkExpired(word=LINK_WORD)
    return attempt


def _judge(attempt: LinkAttempt, event: Received) -> None:
    """What the event makes of the attempt, by the time it happened."""
    if event.payload["link"]["result"] != "ok":
        _fail(attempt, Failure.LINE, event.at)
    elif attempt.friend is None or event.line_user_id != attempt.friend.line_user_id:
        _fail(attempt, Failure.OTHER_PERSON, event.at)
        activity.record("link.refused", attempt, by=None, reason=Failure.OTHER_PERSON)
    elif event.at > attempt.expires_at:
        attempt.state, attempt.ended_at = State.EXPIRED, attempt.expires_at
    else:
        attempt.state, attempt.ended_at = State.LINKED, event.at


def _fail(attempt: LinkAttempt, failure: LinkAttempt.Failure, at: datetime) -> None:
    attempt.state, attempt.failure, attempt.ended_at = State.FAILED, failure, at


def _bond(attempt: LinkAttempt) -> Bond:
    assert attempt.friend_id
    assert attempt.customer_id
    assert attempt.ended_at
    return Bond(
        friend_id=attempt.friend_id,
        customer_id=attempt.customer_id,
        at=attempt.ended_at,
        method=Link.Method.ACCOUNT_LINK,
        consent=attempt.consent,
        consent_at=attempt.consent_at,
        entry=attempt.entry,
        variant=attempt.variant,
        until=attempt.withdrawn_at,
    )
