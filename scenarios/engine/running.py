"""A turn of the engine: hear what has happened, lead on whose moment has come, send, store, again."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django.utils import timezone

from accounts import current
from channels.models import Channel
from channels.services import client_for
from scenarios.engine import claims, leading
from scenarios.engine.pushing import Sender
from scenarios.models import Halt
from scenarios.triggers import hearing

logger = logging.getLogger(__name__)
KEEP_EVERY = 1.0


def lead_on(
    seconds: float,
    *,
    keep: Callable[[], None] = lambda: None,
    hand_over: Callable[[], None] = lambda: None,
) -> bool:
    """Do what is due in this client's scenarios for some seconds. Several at once share it.

    `keep` is called about once a second while it lasts. True if the time was up before the work was done:
    `hand_over` has then been called, before the last answers were waited for.
    """
    sender = _sender()
    is_done = _go(sender, time.monotonic() + seconds, keep)
    if not is_done:
        hand_over()
    while sender and sender.chunks:
        sender.store()
    return not is_done


def next_moment() -> datetime | None:
    """When this client's scenarios should be woken next; None if nothing waits."""
    moments = [leading.next_moment(), _next_send(), hearing.next_moment()]
    return min((moment for moment in moments if moment), default=None)


def _next_send() -> datetime | None:
    moment = claims.next_moment()
    halt = Halt.present() if moment else None
    return max(moment, halt.until) if moment and halt else moment


def _sender() -> Sender | None:
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    return Sender(client_for(channel)) if channel and not Halt.present() else None


def _go(sender: Sender | None, deadline: float, keep: Callable[[], None]) -> bool:
    """True if nothing is left to do; False if the time is up."""
    kept = time.monotonic()
    while (now := time.monotonic()) < deadline:
        if now - kept > KEEP_EVERY:
            keep()
            kept = now
        has_heard = _hear_safely(timezone.now())
        had_due = sender.fill() if sender else leading.lead(timezone.now()) > 0
        if not _has_sent(sender) and not (has_heard or had_due):
            return True
    return False


def _hear_safely(moment: datetime) -> bool:
    """What goes wrong here keeps nobody from being led on; exits are asked again before anything is sent."""
    try:
        return hearing.hear(moment)
    except OperationalError:  # the database is away, or two waited for each other: all is done again
        raise
    except Exception:
        logger.exception("scenarios.not_heard")
        return False


def _has_sent(sender: Sender | None) -> bool:
    """Whether anything is under way, or has ended."""
    return sender is not None and (sender.store() or sender.chunks > 0)
