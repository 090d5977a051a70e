"""What became of sends: stored in bulk, booked in the same transaction, and people led on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import current
from billing import ledger
from billing.models import LedgerEntry
from broadcasts.sending.outcomes import BACK_OFF, Then, after
from events import versions as data
from line import errors
from line.client import Accepted
from scenarios.engine import going, leaving, refusals, versions
from scenarios.flow import steps
from scenarios.models import Entry, Halt, Scenario, Send

State = Send.State
HALTED_FOR = timedelta(minutes=10)
SENT = "sent"  # what came of the step; else it is the state of the send

# Nearly every outcome: one statement for all.
BOOK = """
UPDATE scenarios_send send
SET state = 'accepted', due_at = NULL, error = '', is_uncertain = false, request_id = ends.request_id,
    accepted_at = CASE WHEN ends.was_earlier THEN send.first_tried_at ELSE ends.at END
FROM jsonb_to_recordset(%s::jsonb) AS ends (id bigint, at timestamptz, request_id text, was_earlier bool)
WHERE send.id = ends.id AND send.state = 'claimed'
RETURNING send.id, send.entry_id, send.scenario_id, send.step, send.friend_id, send.is_test,
    CASE WHEN ends.was_earlier THEN send.first_tried_at END
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt."""

    send_id: int
    then: Then
    at: datetime
    request_id: str = ""
    error: str = ""
    was_earlier: bool = False  # an attempt before this one was accepted
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Booked:
    send_id: int
    entry_id: int
    scenario_id: int
    step: str
    friend_id: int
    is_test: bool
    accepted_at: datetime


def of(send_id: int, end: Accepted | errors.LineError) -> Outcome:
    """What LINE's answer, or its silence, means."""
    now = timezone.now()
    match end:
        case Accepted():
            return Outcome(send_id, Then.BOOK, now, end.request_id)
        case errors.AlreadyAccepted():
            return Outcome(send_id, Then.BOOK, now, end.accepted_request_id or "", was_earlier=True)
    wait = end.retry_after if isinstance(end, errors.RateLimited) else 0.0
    return Outcome(send_id, after(end, friend_count=1), now, error=_reason(end)[:300], wait=wait)


@transaction.atomic
def store(found: Iterable[Outcome]) -> None:
    """Write what became of sends that are still ours; book what was accepted; lead those people on."""
    ends = list(found)
    accepted = [end for end in ends if end.then is Then.BOOK]
    booked = _book(accepted) if accepted else []
    _store_others({end.send_id: end for end in ends if end.then is not Then.BOOK})
    _go_on(booked)
    _post(booked)
    if friends := {each.friend_id for each in booked if not each.is_test}:
        data.touch("pushes", friends=friends)


def settle(send: Send, *, arrived: bool) -> None:
    """A person's verdict on a send that nobody knows of, in the caller's transaction. It is booked if it
    arrived, and never sent again.
    """
    at = send.first_tried_at or timezone.now()
    send.state, send.accepted_at = (State.ACCEPTED, at) if arrived else (State.REJECTED, None)
    send.is_uncertain = False
    send.save(update_fields=["state", "accepted_at", "is_uncertain"])
    if arrived:
        row = Booked(send.pk, send.entry_id, send.scenario_id, send.step, send.friend_id, send.is_test, at)
        _post([row])
        data.touch("pushes", friends=[] if send.is_test else [send.friend_id])


def _book(ends: list[Outcome]) -> list[Booked]:
    rows = [
        {"id": end.send_id, "at": end.at, "request_id": end.request_id, "was_earlier": end.was_earlier}
        for end in ends
    ]
    with connection.cursor() as cursor:
        cursor.execute(BOOK, [orjson.dumps(rows).decode()])
        at = {end.send_id: end.at for end in ends}
        return [
            Booked(send, entry, scenario, step, friend, is_test, earlier or at[send])
            for send, entry, scenario, step, friend, is_test, earlier in cursor.fetchall()
        ]


def _go_on(booked: list[Booked]) -> None:
    """On from where they were sent to; the clock of what follows begins when LINE accepted it."""
    groups: dict[tuple[str, datetime], list[Booked]] = {}
    for each in booked:  # by the minute: of some it was long ago, and only its answer was lost
        groups.setdefault((each.step, _minute(each)), []).append(each)
    for (step, _at), theirs in groups.items():
        at = min(each.accepted_at for each in theirs)
        lead_on([each.entry_id for each in theirs], step, what=SENT, at=at)


def lead_on(entries: list[int], step: str, *, what: str, at: datetime | None = None) -> None:
    """On from a sending step whose send is over; where a mail follows if nobody clicks, they wait here."""
    for number, theirs in going.by_version(entries).items():
        sending = versions.program(number).steps.get(step)
        if isinstance(sending, steps.Send) and sending.mail_after_hours:
            patience = timedelta(hours=sending.mail_after_hours if what == SENT else 0)
            going.wait_here(theirs, step, (at or timezone.now()) + patience)
        else:
            going.go_on_in(number, theirs, step, what=what, at=at)


def _store_others(ends: dict[int, Outcome]) -> None:
    if not ends:
        return
    held = Send.objects.select_for_update(of=["self"]).filter(pk__in=ends, state=State.CLAIMED)
    sends = list(held.order_by("pk"))
    kept = _kept_back(sends, ends)
    for send in sends:
        _apply(send, ends[send.pk])
    Send.objects.bulk_update(sends, WRITTEN)
    leaving.put_back(Entry.objects.filter(sends__in=kept))
    if halts := [ends[send.pk] for send in sends if ends[send.pk].then is Then.HALT]:
        _halt(halts[0].error)
    over = [send for send in sends if send.state in {State.REJECTED, State.UNKNOWN}]
    for step, what in sorted({(send.step, send.state) for send in over}):
        lead_on([send.entry_id for send in over if (send.step, send.state) == (step, what)], step, what=what)


def _kept_back(sends: list[Send], ends: dict[int, Outcome]) -> list[Send]:
    """Those whose text LINE takes for nobody: the people stay where they are."""
    blamed = [send for send in sends if ends[send.pk].then is Then.FAIL and not send.is_test]
    stopped = refusals.stop({send: ends[send.pk].error for send in blamed})
    kept = [send for send in blamed if send.text_id in stopped and not send.is_uncertain]
    for send in kept:
        ends[send.pk] = replace(ends[send.pk], then=Then.WAIT)
    return kept


WRITTEN = ["state", "due_at", "error", "is_uncertain", "first_tried_at"]


def _apply(send: Send, end: Outcome) -> None:
    """Unless an attempt may have got through, it is as if there had been none."""
    send.error = end.error
    if end.then in {Then.RETRY, Then.WAIT, Then.HALT}:
        send.state, send.due_at = State.PENDING, Now() + _pause(send, end)  # type: ignore[assignment]
        send.is_uncertain |= end.then is Then.RETRY
        if not send.is_uncertain:
            send.first_tried_at = None
        return
    # An attempt that was not answered may have arrived though this one was refused.
    send.state, send.due_at = State.UNKNOWN if send.is_uncertain else State.REJECTED, None


def _pause(send: Send, end: Outcome) -> timedelta:
    match end.then:
        case Then.HALT:
            return HALTED_FOR
        case Then.WAIT:
            return timedelta(seconds=end.wait)
    return timedelta(seconds=BACK_OFF[min(max(send.attempts, 1), len(BACK_OFF)) - 1])


def _halt(problem: str) -> None:
    """LINE takes nothing more from this client: nobody asks it for a while."""
    until = {"until": Now() + HALTED_FOR, "problem": problem}
    Halt.objects.update_or_create(pk=1, defaults=until)


def _post(booked: list[Booked]) -> None:
    """Book what LINE accepted: one entry for each step and kind of what was stored together."""
    if not booked:
        return
    scenarios = Scenario.objects.filter(pk__in={each.scenario_id for each in booked})
    names = dict(scenarios.values_list("pk", "name"))
    groups: dict[tuple[int, str, bool, datetime], list[Booked]] = {}
    for each in booked:  # by the minute, since a month may begin in between
        groups.setdefault((each.scenario_id, each.step, each.is_test, _minute(each)), []).append(each)
    ledger.post(
        current.tenant().pk,
        [
            ledger.NewEntry(
                kind=LedgerEntry.Kind.TEST if is_test else LedgerEntry.Kind.PUSH,
                reference=f"scenario:{scenario}/step:{step}/send:{min(each.send_id for each in theirs)}",
                label=names.get(scenario, ""),
                messages=len(theirs),
                accepted_at=max(each.accepted_at for each in theirs),
            )
            for (scenario, step, is_test, _minute), theirs in groups.items()
        ],
    )


def _minute(booked: Booked) -> datetime:
    return booked.accepted_at.replace(second=0, microsecond=0)


def _reason(end: errors.LineError) -> str:
    match end:
        case errors.QuotaExhausted():
            return gettext_noop("The messages of this month are used up.")
        case errors.Unauthorized():
            return gettext_noop("LINE did not accept the channel’s secret.")
    return refusals.words(end)
