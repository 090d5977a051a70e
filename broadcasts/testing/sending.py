"""Test sends: one push to each tester, with its key stored before LINE is asked for the first time.

They are no part of the broadcast: not of its counts, nor of anybody's timeline, nor of its links.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import activity, board, current
from accounts.models import User
from accounts.reasons import Said, reason
from billing import forecast, ledger
from billing.models import LedgerEntry
from broadcasts.errors import NoChannel, NoTesters
from broadcasts.models import Broadcast, Tester, TestSend
from broadcasts.sending import quota
from broadcasts.testing import marking, testers
from channels.models import Channel
from channels.services import client_for
from composing import content
from line import messages as line_messages
from line import wire
from line.client import Accepted, LineClient
from line.errors import AlreadyAccepted, LineError, QuotaExhausted, RateLimited, Unauthorized, Unavailable

logger = logging.getLogger(__name__)
KIND = "test_sends"  # on the work board
State = TestSend.State
BATCH = 50
LEASE = timedelta(seconds=15)  # longer than a request may take
KEY_LIFE = timedelta(hours=23)  # while LINE surely knows the key
BACK_OFF = [1, 2, 5, 15, 60, 300, 900]  # seconds

CLAIM = """
UPDATE broadcasts_testsend
SET due_at = %(until)s, attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, %(now)s),
    is_uncertain = is_uncertain OR is_under_way, is_under_way = true
WHERE id IN (SELECT id FROM broadcasts_testsend WHERE state = 'pending' AND due_at <= %(now)s
             ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id"""

Ends = list[tuple[TestSend, Accepted | LineError]]


@transaction.atomic
def send_test(
    broadcast: Broadcast,
    to: Iterable[Tester],
    *,
    by: User | None,
    messages: list[dict] | None = None,
    letter: str = "",
) -> list[TestSend]:
    """Send what the broadcast says now, or `messages`, to these testers, marked as a test.

    Each costs one message. Raises NoTesters if none of them can be sent to, NoChannel, InvalidMessages,
    NoRoomForMark, PlanExceeded, BudgetExceeded.
    """
    said = broadcast.messages if messages is None else messages
    content.check(said)
    chosen = list(testers.ready().filter(pk__in=[tester.pk for tester in to]))
    if not chosen:
        raise NoTesters()
    if not Channel.objects.filter(tenant_id=current.tenant().pk).exists():
        raise NoChannel()
    now = timezone.now()
    quota.hold()
    forecast.check(current.tenant().pk, len(chosen), now, quota.tests_under_way())
    quota.check_budgets(len(chosen), now, only_begun=True)
    about = {"broadcast": broadcast, "letter": letter, "due_at": now, "by_id": getattr(by, "pk", None)}
    sends = [
        TestSend(friend=tester.friend, messages=_marked(said, broadcast, tester), retry_key=uuid4(), **about)
        for tester in chosen
    ]
    TestSend.objects.bulk_create(sends)
    activity.record("broadcast.tested", broadcast, by=by, version=broadcast.version, people=len(sends))
    board.call(KIND)
    return sends


def send_due() -> None:
    """Ask LINE for what is due. Two at once share the work; what was left half-way keeps its key."""
    seen = board.version(KIND)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and (claimed := _claim()):
        for send, end in wire.run(_ask_line(client_for(channel), claimed)):
            _store(send.pk, end)
    waiting = TestSend.objects.filter(state=State.PENDING).order_by("due_at")
    board.settle(KIND, waiting.values_list("due_at", flat=True).first() if channel else None, seen=seen)


def _marked(messages: list[dict], broadcast: Broadcast, tester: Tester) -> list[dict]:
    return marking.marked(messages, name=broadcast.name, friend_id=tester.friend_id)


def _claim() -> list[TestSend]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(TestSend.objects.filter(pk__in=ids).select_related("friend"))


async def _ask_line(client: LineClient, sends: list[TestSend]) -> Ends:
    async def ask(send: TestSend) -> tuple[TestSend, Accepted | LineError]:
        body = line_messages.push_body(send.friend.line_user_id, send.messages)
        try:
            if send.is_uncertain and timezone.now() >= _give_up_at(send):
                raise Unavailable("whether it was taken cannot be asked any more")
            return send, await client.push(body, send.retry_key)
        except LineError as error:
            return send, error

    return await asyncio.gather(*(ask(send) for send in sends))


@transaction.atomic
def _store(send_id: int, end: Accepted | LineError) -> None:
    """Write what became of an attempt, and book what LINE took."""
    send = TestSend.objects.select_for_update(of=["self"]).select_related("broadcast").get(pk=send_id)
    if send.state != State.PENDING:
        return
    now = timezone.now()
    send.is_under_way, send.error = False, "" if isinstance(end, Accepted) else str(end)
    match end:
        case Accepted() | AlreadyAccepted():
            _take(send, end, now)
        case Unavailable() | RateLimited() if now < _give_up_at(send):
            send.is_uncertain |= isinstance(end, Unavailable)
            send.due_at = now + _pause(send, end)
        case _:
            send.state, send.due_at = _refused(send, end), None
            send.error = _reason(end)
    send.save()
    if send.state == State.ACCEPTED:
        _book(send)


def _take(send: TestSend, end: Accepted | AlreadyAccepted, now: datetime) -> None:
    send.state, send.due_at, send.error = State.ACCEPTED, None, ""
    if isinstance(end, AlreadyAccepted):
        send.accepted_at, send.request_id = send.first_tried_at, end.accepted_request_id or ""
    else:
        send.accepted_at, send.request_id = now, end.request_id


def _refused(send: TestSend, end: LineError) -> TestSend.State:
    """A refusal after an attempt that was not answered does not say that nothing arrived."""
    is_unknown = send.is_uncertain or isinstance(end, Unavailable)
    return State.UNKNOWN if is_unknown else State.REJECTED


def _reason(end: LineError) -> Said:
    match end:
        case QuotaExhausted():
            return reason(gettext_noop("The messages of this month are used up."))
        case Unauthorized():
            return reason(gettext_noop("LINE did not accept the channel’s secret."))
        case Unavailable():
            return reason(gettext_noop("LINE did not answer."))
    return end.message


def _pause(send: TestSend, end: LineError) -> timedelta:
    if isinstance(end, RateLimited):
        return timedelta(seconds=end.retry_after)
    return timedelta(seconds=BACK_OFF[min(send.attempts, len(BACK_OFF)) - 1])


def _give_up_at(send: TestSend) -> datetime:
    return (send.first_tried_at or timezone.now()) + KEY_LIFE


def _book(send: TestSend) -> None:
    """Apart from all else, by kind and by reference."""
    entry = ledger.NewEntry(
        kind=LedgerEntry.Kind.TEST,
        reference=f"test:{send.pk}/push",
        label=send.broadcast.name if send.broadcast else "",
        messages=1,
        accepted_at=send.accepted_at or timezone.now(),
    )
    ledger.post(current.tenant().pk, [entry])
