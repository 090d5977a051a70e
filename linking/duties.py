"""Asking LINE for what follows from a link: welcome, rich menu, taking back what LINE Login allowed.

A duty is claimed for a lease, asked for, settled. Whatever dies is claimed again: menus and permissions may
be asked for twice, and a welcome keeps its key and its bytes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

import orjson
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import board, current
from billing import forecast, ledger
from billing.errors import PlanExceeded
from billing.models import LedgerEntry
from channels.models import Channel
from channels.services import client_for
from events import versions
from friends import signals
from friends.models import Friend
from friends.replies import Given
from line import messages as line_messages
from line import wire
from line.client import LineClient
from line.errors import AlreadyAccepted, LineError, QuotaExhausted, RateLimited, Unauthorized, Unavailable
from linking import grants, welcome
from linking.after import DUTIES
from linking.models import Link, LinkDuty, LinkSettings

logger = logging.getLogger(__name__)
Kind, State, Problem = LinkDuty.Kind, LinkDuty.State, LinkDuty.Problem
Ask = Callable[[], Awaitable[object]]
BATCH = 50
LEASE = timedelta(seconds=30)  # longer than two requests may take
BACK_OFF = [2, 5, 15, 60, 300, 900]  # seconds
TRIED_FOR = timedelta(hours=23)  # LINE remembers a retry key for 24 h
TURN = 4.0  # seconds: shorter than the work board waits until it wakes somebody else
FRIEND_WITHIN = timedelta(minutes=10)  # who adds the account on the way may be known a little later

CLAIM = """
UPDATE linking_linkduty SET due_at = %s, tries = tries + 1
WHERE id IN (SELECT id FROM linking_linkduty WHERE state = 'open' AND due_at <= %s
             ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id"""


class NotYet(Exception):
    """It may become possible soon: they are no friend yet."""


class Void(Exception):
    """There is nothing to do any more; `args[0]` is the problem that keeps it from being done, or ""."""


def do_due() -> None:
    """Do what is due in this tenant, for a few seconds, and be woken for the rest. Two at once share it."""
    seen = board.version(DUTIES)
    over = monotonic() + TURN
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and monotonic() < over and (claimed := _claim()):
        asked = {duty.pk: _prepared(channel, duty) for duty in claimed}
        for duty, end in zip(claimed, wire.run(_ask_all(asked.values())), strict=True):
            _store(duty, end)
    board.settle(DUTIES, _next_moment() if channel else None, seen=seen)


def _claim() -> list[LinkDuty]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, BATCH])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(LinkDuty.objects.filter(pk__in=ids).select_related("friend", "link").order_by("pk"))


def _prepared(channel: Channel, duty: LinkDuty) -> Ask | Exception:
    """What is to be asked of LINE, with all that it needs from the database; or why nothing is."""
    try:
        match duty.kind:
            case Kind.WELCOME:
                return _welcome(client_for(channel), duty)
            case Kind.MENU:
                return _menu(client_for(channel), duty)
        return _deauthorization(channel, duty)
    except (NotYet, Void) as reason:
        return reason


def _welcome(client: LineClient, duty: LinkDuty) -> Ask:
    if duty.body is not None and timezone.now() >= duty.created_at + TRIED_FOR:
        raise Void(Problem.NO_ANSWER)  # asked for by a worker that died; LINE has forgotten the key
    if duty.link.unlinked_at:
        raise Void(Problem.UNLINKED)
    _need_friend(duty)
    if duty.body is None:
        try:
            forecast.check(current.tenant().pk, 1, timezone.now(), is_bulk=False)
        except PlanExceeded as error:
            raise Void(Problem.USED_UP) from error
        duty.body = line_messages.push_body(duty.friend.line_user_id, welcome.messages_for(duty.friend))
        duty.save(update_fields=["body"])
    body, key = bytes(duty.body), duty.key
    return lambda: client.push(body, key)


def _menu(client: LineClient, duty: LinkDuty) -> Ask:
    """The menu that fits the friend now, whichever link the duty came from."""
    user_id, menu = duty.friend.line_user_id, _menu_of(duty)
    duty.body = menu.encode()
    if not menu:
        return lambda: client.unlink_rich_menu_id_from_user(user_id)
    _need_friend(duty)
    return lambda: client.link_rich_menu_id_to_user(user_id, menu)


def _menu_of(duty: LinkDuty) -> str:
    """Which menu the friend is to have; "" is the one of everybody."""
    return LinkSettings.present().linked_menu if _is_linked(duty) else ""


def _need_friend(duty: LinkDuty) -> None:
    if duty.friend.status == Friend.Status.FRIEND:
        return
    if timezone.now() < duty.created_at + FRIEND_WITHIN:
        raise NotYet
    raise Void(Problem.NO_FRIEND)


def _deauthorization(channel: Channel, duty: LinkDuty) -> Ask:
    if _is_linked(duty):
        raise Void("")  # they have linked again, and allowed it again
    held = grants.held(channel, duty.friend_id)
    if held is None:
        raise Void(Problem.EXPIRED)
    return held.take_back


async def _ask_all(asks: Iterable[Ask | Exception]) -> list[Exception | None]:
    async def ask(one: Ask | Exception) -> Exception | None:
        if isinstance(one, Exception):
            return one
        try:
            await one()
        except TimeoutError:
            return Unavailable("no answer in time")
        except LineError as error:
            return error
        return None

    return await asyncio.gather(*map(ask, asks))


@transaction.atomic
def _store(duty: LinkDuty, end: Exception | None) -> None:
    """Write what became of an attempt. One that was settled meanwhile by another stays as it is."""
    asked = bytes(duty.body or b"")
    duty = LinkDuty.objects.select_for_update(of=["self"]).select_related("friend").get(pk=duty.pk)
    if duty.state != State.OPEN:
        return
    now = timezone.now()
    match end:
        case None if duty.kind == Kind.MENU and asked != _menu_of(duty).encode():
            duty.due_at = now  # they were linked or unlinked while LINE was asked
        case None | AlreadyAccepted():
            _close(duty, now, "")
        case NotYet():
            duty.due_at = now + timedelta(seconds=15)
        case Void():
            _close(duty, now, str(end.args[0]))
        case Unavailable() | RateLimited() | Unauthorized() if now < duty.created_at + TRIED_FOR:
            duty.due_at, duty.problem = now + _pause(duty, end), Problem.NO_ANSWER
        case QuotaExhausted():
            _close(duty, now, Problem.USED_UP)
        case _:
            _close(duty, now, getattr(end, "message", "") or Problem.NO_ANSWER)
    duty.save()
    if duty.kind == Kind.WELCOME and (end is None or isinstance(end, AlreadyAccepted)):
        _show(duty, now)
        _book(duty, now)


def _close(duty: LinkDuty, now: datetime, problem: str) -> None:
    """With a problem it will not be done."""
    duty.state, duty.problem, duty.ended_at = State.FAILED if problem else State.DONE, problem[:300], now
    if duty.kind == Kind.DEAUTHORIZE and not _is_linked(duty):
        grants.forget(duty.friend_id)
    if problem:
        logger.warning("link_duty.failed", extra={"duty": duty.pk, "kind": duty.kind})


def _is_linked(duty: LinkDuty) -> bool:
    return Link.objects.active().filter(friend=duty.friend_id).exists()


def _pause(duty: LinkDuty, error: LineError) -> timedelta:
    if isinstance(error, RateLimited):
        return timedelta(seconds=error.retry_after)
    return timedelta(seconds=BACK_OFF[min(duty.tries, len(BACK_OFF)) - 1])


def _show(duty: LinkDuty, now: datetime) -> None:
    """In the talk, as other automatic answers."""
    messages = orjson.loads(bytes(duty.body or b"{}"))["messages"]
    signals.replied.send(sender=None, given=[Given(duty.friend_id, "linking.welcome", None, messages, now)])


def _book(duty: LinkDuty, now: datetime) -> None:
    entry = ledger.NewEntry(
        kind=LedgerEntry.Kind.PUSH,
        reference=f"linking/welcome:{duty.key}",
        label=_("Welcome after ID linking"),
        messages=1,
        accepted_at=now,
    )
    ledger.post(current.tenant().pk, [entry])
    versions.touch("pushes", friends=[duty.friend_id])


def _next_moment() -> datetime | None:
    waiting = LinkDuty.objects.filter(state=State.OPEN)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()
