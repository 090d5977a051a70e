"""What LINE's answers and our own counts say about a channel, side by side. Asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from billing.quota import QuotaStatus
from channels.models import Channel, ChannelCheck
from line.errors import LineError, Rejected, Unauthorized

Kind, State = ChannelCheck.Kind, ChannelCheck.State
Present = Mapping[str, ChannelCheck]
LOW = 0.1  # of the month's messages
QUIET_FOR = timedelta(days=3)
MESSAGES_THAT_STIR = 100  # so many sent without any answer are no longer chance
WRONG_SIGNATURES = 5
SIGNATURES_FORGOTTEN_AFTER = timedelta(hours=1)


class Finding(NamedTuple):
    """One state of one side of a channel; its words are in findings.py."""

    state: ChannelCheck.State
    finding: str
    detail: dict = {}  # noqa: RUF012  (never written to)


@dataclass(frozen=True)
class Heard:
    """LINE's answers, an error where it refused or kept silent.

    `test` is what is wrong with the webhook, "" if nothing, None if LINE was not asked to test it. `login` is
    an error, None if all is well, False where there is no Login channel.
    """

    access: LineError | None
    info: dict | LineError | None = None
    lists_followers: bool | LineError | None = None
    endpoint: dict | LineError | None = None
    test: str | None = None
    login: LineError | bool | None = False


@dataclass(frozen=True)
class Counted:
    """Our own figures: the month's messages, those of three days, and when the last event came in."""

    quota: QuotaStatus
    sent_lately: int
    last_event_at: datetime | None


def judge(
    channel: Channel, heard: Heard, counted: Counted, before: Present, now: datetime
) -> dict[str, Finding | None]:
    """A finding for each side of which something is known; None for what this channel does not have."""
    judged: dict[str, Finding | None] = {Kind.ACCESS: access(heard.access)}
    if heard.access is None and not isinstance(heard.endpoint, LineError):
        judged[Kind.WEBHOOK] = webhook(channel, heard.endpoint)
    if not isinstance(heard.login, LineError) or isinstance(heard.login, Unauthorized):
        judged[Kind.LOGIN] = login(heard.login)
    judged[Kind.QUOTA] = quota(counted.quota)
    noted = before.get(Kind.SIGNATURES)
    judged[Kind.EVENTS] = events(channel, counted, now) if channel.receives else None
    judged[Kind.SIGNATURES] = signatures(channel, noted, now) if channel.receives else None
    return judged


def access(error: LineError | None) -> Finding:
    """A suspended account has no documented answer: whatever LINE refuses after the token is taken for it."""
    if error is None:
        return Finding(State.GOOD, "access_ok")
    if isinstance(error, Unauthorized):
        return Finding(State.BAD, "access_refused")
    if isinstance(error, Rejected):
        return Finding(State.BAD, "account_refused", {"reason": error.message[:200]})
    return Finding(State.WARNING, "line_silent")


def webhook(channel: Channel, endpoint: dict | None) -> Finding:
    address = endpoint["endpoint"] if endpoint else ""
    if not channel.receives:
        return _webhook_of_others(address, is_ours=address == channel.webhook_url)
    if endpoint is None:
        return Finding(State.BAD, "webhook_missing")
    if address != channel.webhook_url:
        return Finding(State.BAD, "webhook_elsewhere", {"endpoint": address})
    if not endpoint["active"]:
        return Finding(State.BAD, "webhook_off")
    if channel.webhook_problem:
        return Finding(State.BAD, "webhook_unreachable", {"reason": channel.webhook_problem})
    return Finding(State.GOOD, "webhook_ok")


def login(error: LineError | bool | None) -> Finding | None:
    if error is False:
        return None
    return Finding(State.BAD, "login_refused") if error else Finding(State.GOOD, "login_ok")


def quota(status: QuotaStatus) -> Finding:
    if status.limit is None or status.remaining is None:
        return Finding(State.GOOD, "quota_ok")
    if not status.remaining:
        return Finding(State.BAD, "quota_used_up")
    if status.remaining < status.limit * LOW:
        figures = {"remaining": f"{status.remaining:,}", "limit": f"{status.limit:,}"}
        return Finding(State.WARNING, "quota_low", figures)
    return Finding(State.GOOD, "quota_ok")


def events(channel: Channel, counted: Counted, now: datetime) -> Finding:
    """Silence alone says nothing: a quiet account has quiet days. Silence after many messages does."""
    heard_at = counted.last_event_at or channel.connected_at
    if now - heard_at > QUIET_FOR and counted.sent_lately >= MESSAGES_THAT_STIR:
        return Finding(State.WARNING, "events_quiet")
    return Finding(State.GOOD, "events_ok")


def signatures(channel: Channel, before: ChannelCheck | None, now: datetime) -> Finding:
    """Compares with the count that was noted when all was well."""
    count, at = channel.bad_signature_count, channel.bad_signature_at
    base = before.detail.get("count", count) if before else count
    if at and now - at < SIGNATURES_FORGOTTEN_AFTER and count - base >= WRONG_SIGNATURES:
        return Finding(State.WARNING, "signatures_wrong", {"count": base, "more": count - base})
    return Finding(State.GOOD, "signatures_ok", {"count": count if _is_over(at, now) else base})


def _is_over(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at >= SIGNATURES_FORGOTTEN_AFTER


def _webhook_of_others(address: str, *, is_ours: bool) -> Finding:
    if is_ours:
        return Finding(State.WARNING, "webhook_here_unasked")
    if address:
        return Finding(State.GOOD, "webhook_of_others", {"endpoint": address})
    return Finding(State.GOOD, "webhook_none_needed")
