"""Account linking as LINE has it: link token, sign-in to the shop, nonce, LINE's dialog, webhook.

1. A friend asks. LINE gives a token for them, and they get the address of our sign-in page with it.
2. They show who they are by customer number and birthday, and go on to LINE's dialog with a nonce.
3. LINE tells by webhook that they agreed, or that somebody else opened the dialog. Of a token that is too
   old or used LINE tells nothing, so an attempt ends by itself.
Source: https://developers.line.biz/en/docs/messaging-api/linking-accounts/
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts import activity, board, current
from channels.handlers import Received
from customers.models import Customer
from friends.models import Friend
from line import wire
from line.client import LineClient
from line.errors import LineError
from linking import bonds
from linking.bonds import Bond
from linking.errors import LinkExpired, TooManyTries, WrongDetails
from linking.models import Link, LinkAttempt, LinkAttemptQuerySet, hashed

LASTS = timedelta(minutes=10)  # LINE's for the token; ours for the nonce
NONCE_BYTES = 32
WRONG_TRIES = 5  # for one token
WRONG_TRIES_A_DAY = 15  # for one friend, who can get any number of tokens
LINK_WORD = "連携"
UNLINK_WORD = "連携解除"

State = LinkAttempt.State
Failure = LinkAttempt.Failure


def invite(client: LineClient, friends: list[Friend]) -> dict[int, str | LineError]:
    """The sign-in address for each of these friends, by number, good for ten minutes; or LINE's refusal."""
    tokens = wire.run(_issue_tokens(client, friends))
    issued = {friend: token for friend, token in tokens.items() if isinstance(token, str)}
    now = timezone.now()
    with transaction.atomic():
        LinkAttempt.objects.bulk_create(
            LinkAttempt(friend=friend, link_token_hash=hashed(token), started_at=now, expires_at=now + LASTS)
            for friend, token in issued.items()
        )
        board.call("link_expiry", now + LASTS)
    return {friend.pk: _page(token) if isinstance(token, str) else token for friend, token in tokens.items()}


def open_attempt(link_token: str) -> LinkAttempt:
    """The attempt to which this token belongs, while it may go on. Raises LinkExpired."""
    return _open(LinkAttempt.objects.all(), link_token)


def sign_in(link_token: str, *, number: str, birthday: date, consent: str) -> str:
    """Where to send somebody who has shown who they are: LINE's dialog. `consent` is the text they agreed to.

    Signing in again replaces the nonce. Raises LinkExpired, WrongDetails, TooManyTries; wrong details count.
    """
    with transaction.atomic():
        attempt = _open(LinkAttempt.objects.select_for_update(), link_token)
        tries_left = _tries_left(attempt)
        customer = _customer(number, birthday) if tries_left > 0 else None
        nonce = _accept(attempt, customer, consent) if customer else None
        if not nonce:
            _note_wrong_try(attempt, is_last=tries_left <= 1)
    if not nonce:  # the wrong try above is committed by now
        raise WrongDetails if tries_left > 1 else TooManyTries
    query = urlencode({"linkToken": link_token, "nonce": nonce})
    return f"{settings.LINE_ACCESS_BASE}/dialog/bot/accountLink?{query}"


@transaction.atomic
def confirm(events: list[Received]) -> set[int]:
    """Apply `accountLink` events; the numbers of the friends whose agreement counted.

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
    bonds.tie([_bond(attempt) for attempt in agreed])
    return {attempt.friend_id for attempt in agreed}


WITHDRAW = """
UPDATE linking_linkattempt AS attempt SET withdrawn_at = greatest(withdrawn_at, given.at)
FROM unnest(%s::int[], %s::timestamptz[]) AS given (friend_id, at)
WHERE attempt.friend_id = given.friend_id AND state NOT IN ('linked', 'failed')"""


@transaction.atomic
def withdraw(wishes: dict[int, datetime]) -> set[int]:
    """End the links of friends who asked for it, by number and time; the numbers of those who had one.

    An agreement given before that moment, should its webhook come later, will not count either.
    """
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAW, [list(wishes), list(wishes.values())])
    return {link.friend_id for link in bonds.untie(wishes, Link.Ended.BY_FRIEND)}


def expire() -> None:
    """Close what is over its time, and have this woken again when the next one is."""
    seen = board.version("link_expiry")
    unfinished = LinkAttempt.objects.unfinished()
    unfinished.filter(expires_at__lte=timezone.now()).update(state=State.EXPIRED, ended_at=F("expires_at"))
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


def _page(link_token: str) -> str:
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/link/"
    return f"{settings.BASE_URL}/{path}?{urlencode({'linkToken': link_token})}"


def _open(attempts: LinkAttemptQuerySet, link_token: str) -> LinkAttempt:
    attempt = attempts.open(timezone.now()).filter(link_token_hash=hashed(link_token)).first()
    if attempt is None:
        raise LinkExpired(word=LINK_WORD)
    return attempt


def _customer(number: str, birthday: date) -> Customer | None:
    """By the number as typed, or with the full-width digits of a Japanese keyboard made plain."""
    spellings = {number.strip(), unicodedata.normalize("NFKC", number).strip()}
    return Customer.objects.filter(number__in=spellings, birthday=birthday).first()


def _accept(attempt: LinkAttempt, customer: Customer, consent: str) -> str:
    """The nonce that stands for this customer until LINE names it."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    attempt.state = State.SIGNED_IN
    attempt.customer = customer
    attempt.consent, attempt.consent_at = consent, timezone.now()
    attempt.nonce_hash = hashed(nonce)
    attempt.expires_at = timezone.now() + LASTS
    attempt.save(update_fields=["state", "customer", "consent", "consent_at", "nonce_hash", "expires_at"])
    board.call("link_expiry", attempt.expires_at)
    return nonce


def _tries_left(attempt: LinkAttempt) -> int:
    """Counted one after the other for a friend, who may have several tokens open at once."""
    Friend.objects.select_for_update().get(pk=attempt.friend_id)
    today = LinkAttempt.objects.filter(friend=attempt.friend_id, started_at__gt=timezone.now() - timedelta(1))
    wrong_today = today.aggregate(total=Sum("wrong_tries"))["total"]
    return min(WRONG_TRIES - attempt.wrong_tries, WRONG_TRIES_A_DAY - wrong_today)


def _note_wrong_try(attempt: LinkAttempt, *, is_last: bool) -> None:
    attempt.wrong_tries += 1
    if is_last:
        _fail(attempt, Failure.WRONG_DETAILS, timezone.now())
    attempt.save(update_fields=["wrong_tries", "state", "failure", "ended_at"])


def _judge(attempt: LinkAttempt, event: Received) -> None:
    """What the event makes of the attempt, by the time it happened."""
    if event.payload["link"]["result"] != "ok":
        _fail(attempt, Failure.LINE, event.at)
    elif event.line_user_id != attempt.friend.line_user_id:
        _fail(attempt, Failure.OTHER_PERSON, event.at)
        activity.record("link.refused", attempt, by=None, reason=Failure.OTHER_PERSON)
    elif event.at > attempt.expires_at:
        attempt.state, attempt.ended_at = State.EXPIRED, attempt.expires_at
    else:
        attempt.state, attempt.ended_at = State.LINKED, event.at


def _fail(attempt: LinkAttempt, failure: LinkAttempt.Failure, at: datetime) -> None:
    attempt.state, attempt.failure, attempt.ended_at = State.FAILED, failure, at


def _bond(attempt: LinkAttempt) -> Bond:
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
