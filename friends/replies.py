"""Answers to friends who wrote or tapped, by reply token: free of charge, good for a minute, once.

An app further right registers who composes an answer. What is owed stands in the database until it is given,
so that a lost wake-up loses no answer. What was given is told by `signals.replied`, in the transaction that
forgets the debt.
"""

import asyncio
import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction
from django.utils import timezone

from accounts import board, current
from channels.handlers import Received
from channels.models import Channel
from channels.services import client_for
from friends import signals
from friends.models import Reply
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected

logger = logging.getLogger(__name__)

# Messages by the reply's number. What it leaves out is asked about again until the token is too old; no
# messages at all ([]) say that there is nothing to answer.
Composer = Callable[[list[Reply]], dict[int, list[dict]]]

BATCH = 100
LEASE = timedelta(seconds=15)
AGAIN = timedelta(seconds=5)
TOKEN_LIVES = timedelta(minutes=1)
_composers: dict[str, Composer] = {}
_reserved: set[str] = set()
_listeners: "list[Callable[[Iterable[Received]], set[str]]]" = []

CLAIM = """
UPDATE friends_reply SET due_at = %s
WHERE id IN (SELECT id FROM friends_reply WHERE due_at <= %s ORDER BY due_at LIMIT %s
             FOR UPDATE SKIP LOCKED)
RETURNING id"""


@dataclass(frozen=True)
class Given:
    """An answer that LINE has taken."""

    friend_id: int
    composer: str
    about: int | None
    messages: list[dict]
    at: datetime


def register(name: str, composer: Composer) -> None:
    """Name who composes an answer; it gets many replies at once and may ask LINE for something first."""
    _composers[name] = composer


def reserve(*words: str) -> None:
    """Keep words for an app's own answers: no rule of a client answers a message that is one of them."""
    _reserved.update(plain(word) for word in words)


def is_reserved(text: str) -> bool:
    return plain(text) in _reserved


def listen(waits_for: Callable[[Iterable[Received]], set[str]]) -> None:
    """Name who asks friends something in the chat: it tells the ids of the messages that are answers to that.

    No rule of a client answers these, and no person has to look at them.
    """
    _listeners.append(waits_for)


def awaited(events: Iterable[Received]) -> set[str]:
    """The ids of the messages that an app has asked for and answers itself."""
    asked = list(events)
    return set().union(*(waits_for(asked) for waits_for in _listeners)) if asked else set()


def plain(text: str) -> str:
    """The text as it is compared: without differences of width and case, and with single spaces.

    NFKC makes ｶﾞ, ガ and ABC, ＡＢＣ the same; it is asked twice, since folding the case can undo it.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def owe(
    composer: str, events: Iterable[Received], numbers: dict[str, int], *, about: int | None = None
) -> None:
    """Have these events answered soon after the caller's transaction commits. Without a token they are not.

    `numbers` are the friends' numbers by LINE user id. The first to owe an answer to an event gives it.
    """
    now = timezone.now()
    replies = [
        Reply(
            friend_id=numbers[event.line_user_id],
            token=event.reply_token,
            composer=composer,
            about=about,
            asked_at=now,
            due_at=now,
        )
        for event in events
        if event.reply_token
    ]
    if replies:
        Reply.objects.bulk_create(replies, ignore_conflicts=True)
        board.call("replies")


def give_due() -> None:
    """Give the answers that are owed, and forget those whose token no longer works.

    Two at once share the work; one that died leaves its part for LEASE.
    """
    seen = board.version("replies")
    Reply.objects.filter(asked_at__lt=timezone.now() - TOKEN_LIVES).delete()
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and (claimed := _claim()):
        _give(client_for(channel), claimed)
    board.settle("replies", _next_moment() if channel else None, seen=seen)


def _claim() -> list[Reply]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, BATCH])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Reply.objects.filter(pk__in=ids).select_related("friend").order_by("composer", "pk"))


def _give(client: LineClient, replies: list[Reply]) -> None:
    composed = list(_compose(replies))
    outcomes = wire.run(_send_all(client, composed))
    refused = [reply for reply, error in outcomes if isinstance(error, Rejected)]
    if refused:
        logger.warning("reply.refused", extra={"replies": [reply.pk for reply in refused]})
    unsent = {reply.pk for reply, error in outcomes if error and not isinstance(error, Rejected)}
    unsent |= {reply.pk for reply in replies} - {reply.pk for reply, _ in composed}
    said = dict(composed)
    _settle(replies, unsent, [(reply, said[reply]) for reply, error in outcomes if error is None])


@transaction.atomic
def _settle(replies: list[Reply], unsent: set[int], sent: list[tuple[Reply, list[dict]]]) -> None:
    now = timezone.now()
    Reply.objects.filter(pk__in=unsent).update(due_at=now + AGAIN)
    Reply.objects.filter(pk__in={reply.pk for reply in replies} - unsent).delete()
    given = [
        Given(reply.friend_id, reply.composer, reply.about, messages, now)
        for reply, messages in sent
        if messages
    ]
    if given:
        signals.replied.send(sender=None, given=given)


def _given(reply: Reply, messages: list[dict], now: datetime) -> Given:
    return Given(reply.friend_id, reply.composer, reply.about, messages, now)


def _compose(replies: list[Reply]) -> Iterator[tuple[Reply, list[dict]]]:
    for name, group in groupby(replies, key=attrgetter("composer")):
        own = list(group)
        messages = _composers[name](own)
        yield from ((reply, messages[reply.pk]) for reply in own if reply.pk in messages)


async def _send_all(
    client: LineClient, replies: list[tuple[Reply, list[dict]]]
) -> list[tuple[Reply, LineError | None]]:
    async def send(reply: Reply, messages: list[dict]) -> tuple[Reply, LineError | None]:
        try:
            if messages:
                await client.reply(reply.token, messages)
        except LineError as error:
            return reply, error
        return reply, None

    return await asyncio.gather(*(send(reply, messages) for reply, messages in replies))


def _next_moment() -> datetime | None:
    return Reply.objects.order_by("due_at").values_list("due_at", flat=True).first()
