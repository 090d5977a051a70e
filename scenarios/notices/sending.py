"""Asking LINE for notification messages: each once.

A notice is claimed and that committed before LINE is asked. Whatever dies in between leaves a claim that
runs out, and nobody knows then whether LINE took it. What is due and what is leased goes by the database's
clock, LINE's 24 hours by the moments that LINE itself has told.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import board, current, reasons
from accounts.reasons import Reason, reason
from channels import pace
from channels.access import client_for
from channels.models import Channel
from line import rates, wire
from line.calls import Accepted
from line.client import LineClient
from line.errors import LineError, QuotaExhausted, RateLimited, Rejected, Unauthorized
from scenarios.models import Entry, NoticeSend, Scenario
from scenarios.notices import exits, finishing, numbers
from scenarios.notices.work import KIND

logger = logging.getLogger(__name__)
State, Kind = NoticeSend.State, NoticeSend.Kind
AT_ONCE = 100
LEASE = timedelta(seconds=60)  # longer than a request may take: 10 s, and the wait for its turn
TURN = 4.0  # seconds: shorter than the work board waits until it wakes somebody else
NO_TOKEN = timedelta(seconds=30)
UNREACHABLE = 422  # LINE's status where a number leads to nobody
PAUSE = 60.0  # seconds, where LINE does not let us in at all
PATHS = {Kind.TEMPLATE: "/v2/bot/message/pnp/templated/push", Kind.FLEXIBLE: "/bot/pnp/push"}
RATE = rates.of(PATHS[Kind.TEMPLATE]).per_second  # of each of the two; together they keep to one
NO_NUMBER = gettext_noop("No telephone number is known any more.")
NO_ANSWER = gettext_noop("LINE did not answer.")
NOBODY = gettext_noop(
    "LINE reaches nobody by this number: no account has it, or they take no such messages. (422)"
)

CLAIM = """
UPDATE scenarios_noticesend
SET state = 'claimed', attempts = attempts + 1, due_at = clock_timestamp() + %(lease)s,
    first_tried_at = coalesce(first_tried_at, %(now)s)
WHERE id = ANY(%(ids)s) AND state = 'pending' RETURNING id"""
# Word of the delivery may have come before the answer: then only the answer's number is added.
STORE = """
WITH held AS (
    SELECT notice.id, notice.state IN ('claimed', 'unknown') AS is_open
    FROM scenarios_noticesend notice WHERE notice.id = ANY(%(ids)s) ORDER BY notice.id FOR UPDATE)
UPDATE scenarios_noticesend AS notice
SET state = CASE WHEN held.is_open THEN given.state ELSE notice.state END,
    due_at = CASE WHEN NOT held.is_open THEN notice.due_at
        WHEN given.state = 'pending' THEN clock_timestamp() + given.pause * interval '1 second'
        ELSE given.due_at END,
    sealed_phone = CASE WHEN held.is_open AND given.state = 'pending' THEN notice.sealed_phone END,
    accepted_at = coalesce(notice.accepted_at, given.accepted_at),
    request_id = given.request_id, error = given.error
FROM held, jsonb_to_recordset(%(rows)s::jsonb) AS given (
    id bigint, state text, pause float8, due_at timestamptz, accepted_at timestamptz, request_id text,
    error text)
WHERE notice.id = held.id AND given.id = held.id"""

End = Accepted | LineError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of `STORE`; `pause` in seconds until LINE is asked again; `error` as it is kept."""

    id: int
    state: str
    pause: float = 0.0
    due_at: datetime | None = None
    accepted_at: datetime | None = None
    request_id: str = ""
    error: str = ""


def do_due() -> None:
    """Send what is due in this client, for a few seconds; book what LINE has delivered, give up what not.

    It is woken for the rest. Two at once share the work.
    """
    seen = board.version(KIND)
    over = time.monotonic() + TURN
    finishing.finish(timezone.now())
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    try:
        while channel and time.monotonic() < over and _send_some(client_for(channel)):
            board.renew(KIND)
    except LineError as error:
        logger.warning("notices.no_token", extra={"reason": str(error)})
        board.settle(KIND, timezone.now() + NO_TOKEN, seen=seen)
        return
    board.settle(KIND, _next_moment(can_send=channel is not None), seen=seen)


def waiting() -> Q:
    """Those that LINE is still to be asked for: of who is in a scenario that runs, or tries it out."""
    goes_on = Q(entry__scenario__status=Scenario.Status.RUNNING) | Q(is_test=True)
    of_scenarios = Q(entry__state__in=Entry.INSIDE) & goes_on
    return Q(state=State.PENDING) & (Q(scenario_id=None) | of_scenarios)


def _send_some(client: LineClient) -> bool:
    """Send some of what is due; False if nothing was. Raises LineError before anything was claimed."""
    _call_off_who_left()
    due = list(NoticeSend.objects.filter(waiting(), due_at__lte=Now()).order_by("due_at", "pk")[:AT_ONCE])
    if not due:
        return False
    wire.run(client.have_token())
    staying = exits.without_who_leaves(due, timezone.now())
    digests = numbers.digests(staying)
    _refuse([notice.pk for notice in staying if notice.pk not in digests])
    _wait_for_turn(len(digests))
    claimed = _claim(list(digests))
    asked = [notice for notice in staying if notice.pk in claimed]
    ends = wire.run(_ask_all(client, asked, digests))
    _store([_outcome(notice, end) for notice, end in zip(asked, ends, strict=True)])
    return True


def _call_off_who_left() -> None:
    ended = Q(entry=None) | Q(entry__state=Entry.State.ENDED)
    gone = NoticeSend.objects.filter(ended, state=State.PENDING, scenario_id__isnull=False)
    gone.update(state=State.CANCELLED, due_at=None, sealed_phone=None)


@transaction.atomic
def _refuse(ids: Sequence[int]) -> None:
    """No number is known of these any more."""
    if ids:
        rows = NoticeSend.objects.filter(pk__in=ids, state=State.PENDING)
        rows.update(state=State.REJECTED, due_at=None, error=reason(NO_NUMBER))
        finishing.wake(ids)


def _wait_for_turn(count: int) -> None:
    if count:
        time.sleep(pace.reserve(current.tenant().pk, "notice", count, rate=RATE))


def _claim(ids: list[int]) -> set[int]:
    """Those of these that are ours to ask for. Committed before LINE is asked: it is not asked twice."""
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"ids": ids, "lease": LEASE, "now": timezone.now()}
        cursor.execute(CLAIM, given)
        return {pk for (pk,) in cursor.fetchall()}


async def _ask_all(
    client: LineClient, notices: Sequence[NoticeSend], digests: Mapping[int, str]
) -> list[End]:
    async def ask(notice: NoticeSend) -> End:
        try:
            return await _ask(client, notice, digests[notice.pk])
        except TimeoutError:
            return LineError("no answer in time")
        except LineError as error:
            return error

    return await asyncio.gather(*map(ask, notices))


async def _ask(client: LineClient, notice: NoticeSend, digest: str) -> Accepted:
    content: Any = notice.content
    if notice.kind == Kind.FLEXIBLE:
        return await client.push_by_phone(digest, content, delivery_tag=notice.delivery_tag)
    return await client.push_templated_by_phone(
        digest, notice.template_key, content, delivery_tag=notice.delivery_tag
    )


def _outcome(notice: NoticeSend, end: End) -> Outcome:
    """What LINE surely has not taken is pending again; what it may have taken is unknown."""
    now = timezone.now()
    match end:
        case Accepted():
            given_up_at = now + NoticeSend.WITHIN
            return Outcome(notice.pk, State.ACCEPTED, 0, given_up_at, now, end.request_id)
        case RateLimited():
            return Outcome(notice.pk, State.PENDING, end.retry_after, error=_kept(end))
        case QuotaExhausted() | Unauthorized():
            return Outcome(notice.pk, State.PENDING, PAUSE, error=_kept(end))
        case Rejected():
            return Outcome(notice.pk, State.REJECTED, request_id=end.request_id or "", error=_why(end))
    logger.warning("notice.unknown", extra={"notice": notice.pk})
    return Outcome(notice.pk, State.UNKNOWN, 0, now + NoticeSend.WITHIN, error=_why(end))


def _why(error: LineError) -> str:
    """For people, as it is kept; LINE's own words where we have none."""
    if error.status is None:
        return reasons.said(NO_ANSWER)
    return reasons.said(NOBODY) if error.status == UNREACHABLE else _kept(error)


def _kept(error: LineError) -> str:
    return reasons.fitting(Reason.of(str(error)).kept)


@transaction.atomic
def _store(outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    rows = [{name: getattr(each, name) for name in Outcome.__slots__} for each in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(STORE, {"ids": [each.id for each in outcomes], "rows": orjson.dumps(rows).decode()})
    finishing.wake([each.id for each in outcomes if each.state == State.REJECTED])


def _next_moment(*, can_send: bool) -> datetime | None:
    wanted = Q(state__in=[State.CLAIMED, State.ACCEPTED, State.UNKNOWN])
    if can_send:
        wanted |= waiting()
    rows = NoticeSend.objects.filter(wanted, due_at__isnull=False)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()
