"""Sending what people answered: claim, ask LINE, store. Whatever dies is claimed again, with the same key.

A push may be repeated: its key and bytes are fixed. A free reply has no key, but LINE takes its token once:
when a repeat is refused, an attempt that nobody heard of may have got through, and a person must decide.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import board, current
from accounts.models import User
from billing import forecast, ledger
from billing.errors import PlanExceeded
from billing.models import LedgerEntry
from channels.models import Channel
from channels.services import client_for
from chats import services
from chats.errors import WrongState
from chats.models import Message, Sending
from chats.sending import KEY_LIFE, KIND
from events import versions
from line import wire
from line.client import LineClient
from line.errors import AlreadyAccepted, LineError, QuotaExhausted, RateLimited, Rejected, Unavailable

logger = logging.getLogger(__name__)
State, Way = Sending.State, Sending.Way
BATCH = 50
LEASE = timedelta(seconds=15)  # longer than a request may take
BACK_OFF = [1, 2, 5, 15, 60, 300, 900]  # seconds

# The oldest of each talk, so that a friend reads things in the order they were written.
CLAIM = """
UPDATE chats_sending AS sending
SET due_at = %(until)s, attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, %(now)s),
    is_uncertain = is_uncertain OR is_under_way, is_under_way = true
WHERE id IN (
    SELECT id FROM chats_sending AS waiting
    WHERE state = 'pending' AND due_at <= %(now)s AND NOT EXISTS (
        SELECT FROM chats_sending AS before
        WHERE before.conversation_id = waiting.conversation_id AND before.state = 'pending'
          AND before.id < waiting.id)
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING sending.id"""

Ends = list[tuple[Sending, LineError | None]]


class Then(StrEnum):
    """What the end of an attempt means."""

    SENT = "sent"
    AGAIN = "again"  # nobody knows, or surely not and it will pass: the same later
    PUSH = "push"  # surely not, and the person agreed to pay
    FAIL = "fail"  # surely not
    USED_UP = "used_up"  # surely not, and the month has no room for a push
    ASK = "ask"  # nobody knows, and it cannot be tried again


def send_due() -> None:
    """Send what is due in this tenant. Two at once share the work."""
    seen = board.version(KIND)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and (claimed := _claim()):
        for sending, error in wire.run(_ask_line(client_for(channel), claimed)):
            store(sending.pk, error)
    board.settle(KIND, _next_moment() if channel else None, seen=seen)


@transaction.atomic
def settle(sending: Sending, *, by: User | None) -> Sending:
    """A person has seen that it arrived. Raises WrongState."""
    held = services.hold(sending.conversation)
    found = Sending.objects.get(pk=sending.pk)
    if found.state != State.UNKNOWN:
        raise WrongState
    _take(found, found.first_tried_at or timezone.now())
    found.save()
    found.messages.update(version=held.version)
    services.add(held, Message.Sender.HANDLING, "arrived", {}, by=by)
    _book(found)
    return found


def _claim() -> list[Sending]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Sending.objects.filter(pk__in=ids).prefetch_related("messages"))


async def _ask_line(client: LineClient, sendings: list[Sending]) -> Ends:
    async def ask(sending: Sending) -> tuple[Sending, LineError | None]:
        try:
            if sending.is_uncertain and timezone.now() >= _give_up_at(sending):
                raise Unavailable("whether it was taken cannot be asked any more")
            if sending.way == Way.PUSH:
                await client.push(bytes(sending.body), sending.retry_key)
            else:
                await client.reply(sending.reply_token, _messages(sending))
        except LineError as error:
            return sending, error
        return sending, None

    return await asyncio.gather(*(ask(sending) for sending in sendings))


def _messages(sending: Sending) -> list[dict]:
    return [message.content for message in sorted(sending.messages.all(), key=lambda each: each.pk)]


@transaction.atomic
def store(sending_id: int, error: LineError | None) -> None:
    """Write what became of an attempt, and book a push that LINE took."""
    conversation = Sending.objects.select_related("conversation").get(pk=sending_id).conversation
    held = services.hold(conversation)
    sending = Sending.objects.get(pk=sending_id)
    if sending.state not in {State.PENDING, State.UNKNOWN}:
        return
    now = timezone.now()
    then = _after(sending, error, now)
    sending.is_under_way = False
    sending.error = _reason(error, then)[:300]
    match then:
        case Then.SENT:
            _take(sending, sending.first_tried_at if isinstance(error, AlreadyAccepted) else now)
        case Then.AGAIN:
            sending.is_uncertain |= isinstance(error, Unavailable)
            sending.due_at = now + _pause(sending, error)
        case Then.PUSH:
            sending.way, sending.due_at, sending.attempts = Way.PUSH, now, 0
            sending.first_tried_at = None
        case Then.FAIL | Then.USED_UP | Then.ASK:
            sending.state = State.UNKNOWN if then is Then.ASK else State.FAILED
            sending.due_at = None
    sending.save()
    sending.messages.update(version=held.version)
    if then is Then.SENT:
        _book(sending)
    else:
        logger.warning("chat_sending.not_sent", extra={"sending": sending.pk, "then": then.value})


def _after(sending: Sending, error: LineError | None, now: datetime) -> Then:
    """A refusal after an attempt that was not answered does not say that nothing arrived."""
    if error is None or isinstance(error, AlreadyAccepted):
        return Then.SENT
    if isinstance(error, Unavailable | RateLimited) and now < _give_up_at(sending):
        return Then.AGAIN
    if sending.is_uncertain or isinstance(error, Unavailable):
        return Then.ASK
    if not _may_become_push(sending, error):
        return Then.FAIL
    return Then.PUSH if _fits(now) else Then.USED_UP


def _may_become_push(sending: Sending, error: LineError) -> bool:
    """Where the free reply is over for sure, and the person agreed to pay."""
    is_over = isinstance(error, RateLimited) or (isinstance(error, Rejected) and error.status == 400)
    return sending.way == Way.REPLY and sending.may_push and is_over


def _fits(now: datetime) -> bool:
    try:
        forecast.check(current.tenant().pk, 1, now, is_bulk=False)
    except PlanExceeded:
        return False
    return True


def _give_up_at(sending: Sending) -> datetime:
    """A free reply is worth trying while its token may live; a push while LINE knows its key."""
    first = sending.first_tried_at or timezone.now()
    return first + (KEY_LIFE if sending.way == Way.PUSH else timedelta(minutes=1))


def _pause(sending: Sending, error: LineError | None) -> timedelta:
    if isinstance(error, RateLimited):
        return timedelta(seconds=error.retry_after)
    return timedelta(seconds=BACK_OFF[min(sending.attempts, len(BACK_OFF)) - 1])


def _reason(error: LineError | None, then: Then) -> str:
    """A key of `Sending.REASONS`, or LINE's own words."""
    if then is Then.SENT or error is None:
        return ""
    if isinstance(error, Unavailable):
        return "no_answer"
    if isinstance(error, QuotaExhausted) or then is Then.USED_UP:
        return "used_up"
    return "reply_over" if "reply token" in error.message.lower() else error.message


def _take(sending: Sending, at: datetime | None) -> None:
    sending.state, sending.sent_at, sending.due_at = State.SENT, at or timezone.now(), None
    sending.error = ""


def _book(sending: Sending) -> None:
    """A free reply costs nothing. Each key is booked once, whoever stores it."""
    if sending.way != Way.PUSH or sending.sent_at is None:
        return
    entry = ledger.NewEntry(
        kind=LedgerEntry.Kind.PUSH,
        reference=f"chats/push:{sending.retry_key}",
        label=_("One-to-one chats"),
        messages=1,
        accepted_at=sending.sent_at,
    )
    ledger.post(current.tenant().pk, [entry])
    versions.touch("pushes", friends=[sending.conversation_id])


def _next_moment() -> datetime | None:
    """Of the oldest of each talk: those behind it wait for it."""
    waiting = Sending.objects.filter(state=State.PENDING).order_by("conversation_id", "pk")
    oldest = waiting.distinct("conversation_id").values_list("due_at", flat=True)
    return min((moment for moment in oldest if moment), default=None)
