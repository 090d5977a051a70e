"""Sends for which LINE finds the people: narrowcasts, and LINE's own broadcast. One request each.

A narrowcast waits for the audiences it names, is accepted by LINE, and is followed until LINE says how many
got it. Those of one client follow each other, since LINE sets messages of the month aside for each. Key and
bytes are fixed before the first attempt; whatever dies is claimed again when its lease is over.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop
from pyroaring import BitMap

from accounts import board, current
from accounts.models import User
from accounts.reasons import Said, reason
from billing import ledger
from billing.models import LedgerEntry
from broadcasts import topics
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import claims, finishing
from broadcasts.sending.finishing import BY_LINE
from channels.models import Channel
from channels.services import client_for
from events import versions
from friends.models import Friend
from line import errors, wire
from line import messages as line_messages
from line.client import Accepted, LineClient
from linking.models import Link
from segments.models import Audience, AudienceUse
from segments.reaching import audiences, plans
from segments.reaching.plans import Send
from segments.reaching.platform import MOST_LISTS

logger = logging.getLogger(__name__)
State = PlatformSend.State
LEASE = timedelta(seconds=30)  # longer than a request may take
TIMES: dict[str, Any] = {"lease": LEASE}
BACK_OFF = [1, 2, 5, 15, 60, 300, 900]  # seconds before the next try of a request that was not answered
TURN = timedelta(seconds=10)  # until it is asked again whether it is a narrowcast's turn
AUDIENCE = timedelta(seconds=5)  # until it is looked again whether an audience is ready
LOOKS = [(timedelta(minutes=1), 2), (timedelta(minutes=10), 10), (timedelta.max, 60)]  # age, seconds between
UNKNOWN_AT_FIRST = timedelta(hours=1)  # LINE may not know the progress of what it has just accepted
LOCK = 7_302  # any number that nobody else locks by

CLAIM = """
UPDATE broadcasts_platformsend
SET due_at = statement_timestamp() + %(lease)s,
    is_uncertain = is_uncertain OR is_under_way, is_under_way = false
WHERE id = (
    SELECT send.id FROM broadcasts_platformsend send
    JOIN broadcasts_broadcast broadcast ON broadcast.id = send.broadcast_id
    WHERE send.state IN ('waiting', 'pending', 'running') AND send.due_at <= statement_timestamp()
      AND (broadcast.status = 'sending' OR send.state = 'running' OR send.is_under_way)
    ORDER BY send.due_at, send.id LIMIT 1 FOR UPDATE OF send SKIP LOCKED)
RETURNING id"""


def lay_out(broadcast: Broadcast, sends: Sequence[Send]) -> None:
    """Write down what LINE is to send, and ask for the audiences it needs. In the caller's transaction."""
    for position, send in enumerate(sends):
        row = PlatformSend(
            broadcast=broadcast,
            position=position,
            method=send.method,
            friends=send.friends.serialize(),
            most=send.most,
            limit=send.limit if send.method == plans.Method.NARROWCAST else None,
            recipient=send.recipient,
            demographic=send.filter,
            retry_key=uuid4(),
            due_at=Now(),
        )
        row.audiences = [audience.pk for audience in audiences.request_for(send, _purpose(row))]
        row.state = State.WAITING if row.audiences else State.PENDING
        row.save()
    if sends:
        board.call(BY_LINE)


def advance() -> None:
    """Take what is due in this tenant one step further. Two at once share it."""
    seen = board.version(BY_LINE)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and (send := claim()):
        _step(client_for(channel), send)
    _let_go()
    board.settle(BY_LINE, _next_moment() if channel else None, seen=seen)


def settle(send: PlatformSend, *, as_sent: bool) -> None:
    """A person's verdict on a send that needs a check, in the caller's transaction."""
    if as_sent:
        _close(send, State.SENT, send.accepted_at or send.first_tried_at or timezone.now(), send.most)
    else:
        _end(send, State.CANCELLED)
    send.save()


def try_again(broadcast: Broadcast, *, by: User | None) -> None:
    """Have audiences made anew that could not be made, in the caller's transaction."""
    needed = broadcast.platform_sends.filter(state=State.WAITING).values_list("audiences", flat=True)
    numbers = [number for each in needed for number in each]
    for failed in Audience.objects.filter(pk__in=numbers, problem__in=audiences.CURABLE):
        audiences.retry(failed, by=by)


def claim() -> PlatformSend | None:
    """Take one that is due, for LEASE; None if nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, TIMES)
        row = cursor.fetchone()
    return PlatformSend.objects.select_related("broadcast").get(pk=row[0]) if row else None


def _step(client: LineClient, send: PlatformSend) -> None:
    match send.state:
        case State.WAITING:
            _wait(send)
        case State.PENDING:
            if begun := begin(send):
                store(begun, ask(client, begun))
            else:
                finishing.finish(send.broadcast_id)
        case State.RUNNING:
            follow(client, send)


def _wait(send: PlatformSend) -> None:
    """Go on once all audiences are ready."""
    found = list(Audience.objects.filter(pk__in=send.audiences))
    failed = next((each for each in found if each.state in GONE), None)
    if failed and failed.problem == "nobody" and _leavers(send).filter(audience=failed).exists():
        return _leave_out_nobody(send)
    if failed or len(found) < len(set(send.audiences)):
        _stop_waiting(send, failed)
        return finishing.finish(send.broadcast_id)
    is_ready = all(each.state == Audience.State.READY for each in found)
    then = {"state": State.PENDING, "due_at": Now()} if is_ready else {"due_at": _in(AUDIENCE)}
    PlatformSend.objects.filter(pk=send.pk, state=State.WAITING).update(**then)
    return None


@transaction.atomic
def _leave_out_nobody(send: PlatformSend) -> None:
    """Those to be left out have all left LINE."""
    if (held := _held(send, State.WAITING)) and held.recipient:
        held.audiences, held.recipient = held.audiences[:-1], held.recipient["and"][0]
        held.state, held.due_at = State.PENDING, Now()
        held.save()


UNFOLLOWED = gettext_noop("LINE has it, but did not say by which number to follow it.")
NOT_ENOUGH = gettext_noop("The month has not enough messages left for what LINE sets aside, %(most)s.")
TOO_SMALL = gettext_noop(
    "LINE sends by estimated attributes only for accounts that reach 100 friends or more."
)
FORGOTTEN = gettext_noop("LINE no longer knows what became of it.")
FAILURES = {
    1: gettext_noop("LINE had an internal error; nobody got it. Duplicate the broadcast and send it again."),
    2: gettext_noop("Fewer than 50 people fit, and LINE sends to no fewer. Widen the conditions."),
    4: gettext_noop(
        "An audience holds fewer than 50 people, and LINE sends to no fewer. Widen the conditions."
    ),
}
GONE = (Audience.State.FAILED, Audience.State.DELETING, Audience.State.DELETED)


@transaction.atomic
def _stop_waiting(send: PlatformSend, failed: Audience | None) -> None:
    """An audience will not come; if it may yet, the broadcast pauses until a person has seen to it."""
    Broadcast.objects.select_for_update(no_key=True).get(pk=send.broadcast_id)
    held = _held(send, State.WAITING)
    if held is None:
        return
    why = audiences.why(failed) if failed else reason(gettext_noop("Somebody has deleted it."))
    problem = reason(gettext_noop("LINE could not prepare the audience. %(why)s"), why=why)
    if failed and failed.problem in audiences.CURABLE:
        held.due_at = Now()
        status = Broadcast.Status
        held.broadcast.move(status.SENDING, to=status.PAUSED, problem=problem)
    else:
        _end(held, State.FAILED, problem)
    held.save()


@transaction.atomic
def begin(send: PlatformSend) -> PlatformSend | None:
    """Fix what is sent and that it is being sent, before it is; None if it may not leave now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])
    found = Broadcast.objects.select_for_update(no_key=True).filter(pk=send.broadcast_id)
    if not found.filter(status=Broadcast.Status.SENDING).exists():
        _call_off_if_over(send.broadcast_id)
        return None
    held = _held(send, State.PENDING)
    if held is None:
        return None
    if held.is_uncertain and held.first_tried_at and held.first_tried_at < timezone.now() - claims.KEY_LIFE:
        _end(held, State.NEEDS_CHECK)
    elif _others_run(held):
        held.due_at = _in(TURN)
    elif held.body is None and (gone := _no_longer_meant(held)):
        _leave_out(held, gone)
    else:
        held.body = held.body or _body(held)
        held.is_under_way, held.attempts = True, held.attempts + 1
        held.first_tried_at = held.first_tried_at or timezone.now()
    held.save()
    return held if held.is_under_way else None


def _no_longer_meant(send: PlatformSend) -> BitMap:
    """Who has stopped broadcasts since the audience was read, or changed the ID link that it asks for, as
    `claims.IS_MEANT`.

    Empty once some have been left out: each time LINE takes its while, in which there may be others.
    """
    since = send.broadcast.links_version
    is_full = plans.size(send.recipient) >= MOST_LISTS
    if not send.audiences or is_full or _leavers(send).exists():
        return BitMap()
    reachable = Friend.objects.filter(status=Friend.Status.FRIEND).order_by()
    gone = BitMap(reachable.filter(stopped_at__isnull=False).values_list("pk", flat=True))
    if since is not None:
        changed = Link.objects.filter(version__gt=since, friend__in=reachable)
        gone |= BitMap(changed.values_list("friend_id", flat=True))
    return gone & BitMap.deserialize(bytes(send.friends))


def _leave_out(send: PlatformSend, gone: BitMap) -> None:
    """LINE takes nobody off an audience: they become one themselves, and the send is for those not on it."""
    audience = audiences.request(gone, f"{_purpose(send)}{LEAVERS}")
    place = len(send.audiences)
    without = {"type": "operator", "not": {"type": "audience", "needed": place}}
    send.audiences = [*send.audiences, audience.pk]
    send.recipient = {"type": "operator", "and": [send.recipient, without]}
    send.state, send.due_at = State.WAITING, Now()


LEAVERS = "/left"  # ends the purpose of their audience


def _leavers(send: PlatformSend) -> QuerySet[AudienceUse]:
    return AudienceUse.objects.filter(purpose=f"{_purpose(send)}{LEAVERS}")


def _purpose(send: PlatformSend) -> str:
    """Why it needs audiences."""
    return f"{send.broadcast.ledger_owner}/{send.position}"


def _body(send: PlatformSend) -> bytes:
    content = bytes(send.broadcast.body or b"[]")
    if not send.is_narrowcast:
        return line_messages.broadcast_body(content)
    numbers = dict(Audience.objects.filter(pk__in=send.audiences).values_list("pk", "line_id"))
    recipient = plans.filled(send.recipient, [numbers[pk] or 0 for pk in send.audiences])
    return line_messages.narrowcast_body(
        content, recipient=recipient, demographic=send.demographic, most=send.limit
    )


def ask(client: LineClient, send: PlatformSend) -> Accepted | errors.LineError:
    """Make the request that `begin` has fixed."""
    call = client.narrowcast if send.is_narrowcast else client.broadcast
    try:
        return wire.run(call(bytes(send.body or b""), send.retry_key))
    except errors.LineError as error:
        return error


def store(asked: PlatformSend, end: Accepted | errors.LineError) -> None:
    """Write what became of an attempt; one that another worker has settled meanwhile stays as it is."""
    with transaction.atomic():
        Broadcast.objects.select_for_update(no_key=True).get(pk=asked.broadcast_id)
        send = _held(asked, State.PENDING)
        if send is None:
            return
        send.is_under_way = False
        if isinstance(end, Accepted | errors.AlreadyAccepted):
            _take(send, end)
        else:
            _refused(send, end)
        send.save()
        _call_off_if_over(send.broadcast_id)
    finishing.finish(asked.broadcast_id)


def _take(send: PlatformSend, end: Accepted | errors.AlreadyAccepted) -> None:
    """LINE has it: a narrowcast is under way there, its broadcast is as good as sent."""
    is_earlier = isinstance(end, errors.AlreadyAccepted)
    send.request_id = (
        (end.accepted_request_id or "") if isinstance(end, errors.AlreadyAccepted) else end.request_id
    )
    send.accepted_at = send.first_tried_at if is_earlier else timezone.now()
    send.is_uncertain, send.problem = False, ""
    if send.is_narrowcast and not send.request_id:
        _end(send, State.NEEDS_CHECK, reason(UNFOLLOWED))
    elif send.is_narrowcast:
        send.state, send.due_at = State.RUNNING, Now()
    else:
        _close(send, State.SENT, send.accepted_at or timezone.now(), send.most)


def _refused(send: PlatformSend, error: errors.LineError) -> None:
    """Not accepted now. What was surely never accepted is as if it had not been tried."""
    logger.warning("platform_send.refused", extra={"send": send.pk, "status": error.status})
    match error:
        case errors.Unavailable():
            send.is_uncertain = True
            send.due_at = _in(timedelta(seconds=BACK_OFF[min(send.attempts, len(BACK_OFF)) - 1]))
        case errors.RateLimited():
            send.due_at = _in(timedelta(seconds=error.retry_after))
        case errors.QuotaExhausted() if _others_run(send):
            send.due_at = _in(TURN)
        case errors.QuotaExhausted() | errors.Unauthorized():
            send.due_at = Now()
            is_quota = isinstance(error, errors.QuotaExhausted)
            problem = reason(NOT_ENOUGH, most=send.limit or send.most) if is_quota else str(error)
            send.broadcast.move(Broadcast.Status.SENDING, to=Broadcast.Status.PAUSED, problem=problem)
        case _ if send.is_uncertain:  # an attempt that was not answered may have got through all the same
            _end(send, State.NEEDS_CHECK, str(error))
        case _:
            _end(send, State.FAILED, _reason(error))
    if not send.is_uncertain:
        send.first_tried_at, send.body = None, None


def _others_run(send: PlatformSend) -> bool:
    return PlatformSend.objects.with_line().exclude(pk=send.pk).exists()


def _reason(error: errors.LineError) -> Said:
    if error.status == 403:
        return reason(TOO_SMALL)
    return str(error)


def follow(client: LineClient, asked: PlatformSend) -> None:
    """Ask LINE how far a narrowcast is."""
    try:
        told = wire.run(client.get_narrowcast_progress(asked.request_id))
    except errors.LineError as error:
        logger.warning("platform_send.progress_unknown", extra={"send": asked.pk, "status": error.status})
        told = None if error.status == 400 else {"phase": "waiting"}
    with transaction.atomic():
        send = _held(asked, State.RUNNING)
        if send is None:
            return
        _note(send, told)
        send.save()
    finishing.finish(asked.broadcast_id)


def _note(send: PlatformSend, told: dict | None) -> None:
    age = timezone.now() - (send.accepted_at or timezone.now())
    if told is None and age > UNKNOWN_AT_FIRST:
        return _end(send, State.NEEDS_CHECK, reason(FORGOTTEN))
    told = told or {"phase": "waiting"}
    if told["phase"] != "waiting":
        send.target_count = told.get("targetCount", send.target_count)
        send.failure_count = told.get("failureCount", 0)
    if told["phase"] == "succeeded":
        return _close(send, State.SENT, send.accepted_at or timezone.now(), told.get("successCount", 0))
    if told["phase"] == "failed":
        return _end(send, State.FAILED, _failure(told))
    seconds = next(seconds for until, seconds in LOOKS if age <= until)
    send.due_at = _in(timedelta(seconds=seconds))
    return None


def _failure(told: dict) -> Said:
    """LINE's reason, and what to do about it.

    Source: https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status
    """
    if known := FAILURES.get(told.get("errorCode", 0)):
        return reason(known)
    return str(told.get("failedDescription") or "") or reason(gettext_noop("LINE did not send it."))


def _close(send: PlatformSend, state: str, at: datetime, count: int) -> None:
    """It reached so many people: book them, once."""
    send.accepted_at, send.success_count = at, count
    _end(send, state)
    if not send.is_narrowcast:
        _mark_receivers(send)
    if count:
        entry = ledger.NewEntry(
            kind=LedgerEntry.Kind(send.method),
            reference=f"{send.broadcast.ledger_owner}/{send.method}:{send.pk}",
            label=send.broadcast.name,
            messages=count,
            accepted_at=at,
        )
        ledger.post(current.tenant().pk, [entry])
    versions.touch(topics.received(send.broadcast_id))


def _mark_receivers(send: PlatformSend) -> None:
    """LINE's broadcast went to everyone whom we know: they stand in batches that were laid out with it."""
    mine = Batch.objects.filter(broadcast=send.broadcast_id, method=send.method, state=Batch.State.PENDING)
    with connection.cursor() as cursor:
        numbers = list(mine.values_list("pk", flat=True))
        cursor.execute(
            "UPDATE broadcasts_batch SET state = 'accepted', accepted_at = %s, accepted_count = friend_count,"
            " request_id = %s WHERE id = ANY(%s)",
            [send.accepted_at, send.request_id, numbers],
        )


def _end(send: PlatformSend, state: str, problem: Said = "") -> None:
    send.state, send.problem = state, problem
    send.due_at, send.ended_at, send.is_under_way = None, timezone.now(), False
    if state in {State.FAILED, State.CANCELLED} and not send.is_narrowcast:
        finishing.forget_receivers(send.broadcast_id)


def _call_off_if_over(broadcast_id: int) -> None:
    over = [Broadcast.Status.CANCELLED, Broadcast.Status.FAILED]
    if Broadcast.objects.filter(pk=broadcast_id, status__in=over).exists():
        finishing.call_off(broadcast_id)


def _let_go() -> None:
    """Tell that audiences are no longer needed by sends that are over, whoever ended them."""
    over = PlatformSend.objects.exclude(state__in=PlatformSend.OPEN).exclude(audiences=[])
    over = over.select_related("broadcast").defer("broadcast__audience", "broadcast__body")
    for send in over:
        with transaction.atomic():
            purposes = (_purpose(send), f"{_purpose(send)}{LEAVERS}")
            for use in AudienceUse.objects.filter(purpose__in=purposes).select_related("audience"):
                audiences.release(use.audience, use.purpose)
            PlatformSend.objects.filter(pk=send.pk).update(audiences=[])


def _held(send: PlatformSend, state: str) -> PlatformSend | None:
    """The row, locked, if it is still in this state."""
    rows = PlatformSend.objects.select_for_update(of=["self"]).select_related("broadcast")
    return rows.filter(pk=send.pk, state=state).first()


def _next_moment() -> datetime | None:
    going = Q(broadcast__status=Broadcast.Status.SENDING) | Q(state=State.RUNNING) | Q(is_under_way=True)
    waiting = PlatformSend.objects.open().filter(going).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()


def _in(time: timedelta) -> CombinedExpression:
    """So long from now by the database's clock, by which it is claimed."""
    return Now() + time
