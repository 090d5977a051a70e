"""Handing mails to the mail server: claimed one by one before it is asked, so that none leaves twice.

Whoever has left the scenario meanwhile, or does not agree to mails any more, gets none; while a scenario is
paused its mails wait. A worker that dies over a mail leaves it unknown; it is not repeated. Whether a mail
bounced later is not followed.
"""

import logging

from django.db import connection, transaction
from django.utils import timezone

from accounts import board
from customers import contacts
from customers.models import Customer
from scenarios.engine import exits, going, leading, leaving, people, versions
from scenarios.flow.steps import Send
from scenarios.mails import consents, posting, writing
from scenarios.mails.posting import Mailbox, Outcome
from scenarios.mails.queueing import KIND
from scenarios.models import Entry, MailSend, MailSettings, Scenario, Version
from scenarios.work import KIND as SCENARIOS

logger = logging.getLogger(__name__)
State, Problem = MailSend.State, MailSend.Problem
MAILED, UNKNOWN, FAILED = "mailed", "unknown", "failed"  # what came of the step

CLAIM = """
UPDATE scenarios_mailsend AS mail
SET state = CASE mail.state WHEN 'pending' THEN 'claimed' ELSE 'unknown' END,
    due_at = CASE mail.state WHEN 'pending' THEN %(until)s::timestamptz END,
    attempts = CASE mail.state WHEN 'pending' THEN least(attempts + 1, 30000) ELSE attempts END
WHERE id = (SELECT due.id FROM scenarios_mailsend AS due
            JOIN scenarios_scenario AS scenario ON scenario.id = due.scenario_id
            WHERE due.state IN ('pending', 'claimed') AND due.due_at <= %(now)s
              AND (scenario.status <> 'paused' OR due.is_test)
            ORDER BY due.due_at, due.id LIMIT 1 FOR UPDATE OF due SKIP LOCKED)
RETURNING id
"""


def send_due() -> None:
    """Send what is due in this client, for a few seconds, and be woken for the rest. Two at once share it."""
    paused = Scenario.objects.filter(status=Scenario.Status.PAUSED).values("pk")
    waiting = MailSend.objects.filter(state__in=[State.PENDING, State.CLAIMED])
    posting.send_due(KIND, waiting.exclude(scenario_id__in=paused, is_test=False), _send_one)


def _send_one(mailbox: Mailbox) -> bool:
    send = _claim()
    if send and send.state == State.CLAIMED:
        _send(send, mailbox)
    return send is not None


@transaction.atomic
def _claim() -> MailSend | None:
    """One that is ours to send; or one that is unknown by now, since who claimed it has died."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + posting.LEASE})
        row = cursor.fetchone()
    if row is None:
        return None
    send = MailSend.objects.get(pk=row[0])
    if send.state == State.UNKNOWN:
        _lead_on(send, UNKNOWN)
    return send


def _send(send: MailSend, mailbox: Mailbox) -> None:
    sender, customer = MailSettings.present(), Customer.objects.filter(pk=send.customer_id).first()
    address = contacts.email_of(customer) if customer else ""
    if problem := _why_not(send, sender, address):
        return _end(send, State.CANCELLED if problem == Problem.LEFT else State.FAILED, problem)
    assert sender  # noqa: S101  (else that were the problem)
    step = versions.program(send.version_id).steps[send.step]
    assert isinstance(step, Send)  # noqa: S101  (no other step owes mails)
    return _store(send, mailbox.post(writing.message(send, step, to=address, sender=sender)))


def _why_not(send: MailSend, sender: MailSettings | None, address: str) -> str:
    """Asked at the last moment, of what is true now."""
    if _has_left(send):
        return Problem.LEFT
    if sender is None:
        return Problem.NO_SENDER
    if not address:
        return Problem.NO_ADDRESS
    if not send.is_test and not consents.given_by([send.customer_id]):
        return Problem.NO_CONSENT
    return Problem.TOO_LATE if timezone.now() > send.created_at + posting.TRIED_FOR else ""


@transaction.atomic
def _has_left(send: MailSend) -> bool:
    """Who meets an exit by now leaves. Who went through to the end while the mail waited still gets it,
    unless they met one since.
    """
    entry = Entry.objects.select_for_update().get(pk=send.entry_id)
    if entry.state == Entry.State.ENDED and entry.reason != Entry.Reason.FINISHED:
        return True
    version = Version.objects.select_related("scenario").get(pk=entry.version_id)
    turn = leading.turn(version, timezone.now())
    reasons = exits.leaving(people.read([entry.pk]), turn)
    for reason in reasons.values():
        leaving.leave(Entry.objects.filter(pk=entry.pk), reason)
    return bool(reasons)


def _store(send: MailSend, outcome: Outcome) -> None:
    if again := posting.tried_again_at(outcome, since=send.created_at, attempts=send.attempts):
        rows = MailSend.objects.filter(pk=send.pk, state=State.CLAIMED)
        rows.update(state=State.PENDING, due_at=again, problem=outcome.problem)
        return
    states = {posting.TAKEN: State.SENT, posting.UNKNOWN: State.UNKNOWN}
    _end(send, states.get(outcome.end, State.FAILED), outcome.problem)


@transaction.atomic
def _end(send: MailSend, state: MailSend.State, problem: str) -> None:
    now = timezone.now()
    rows = MailSend.objects.filter(pk=send.pk, state=State.CLAIMED)
    sent = now if state == State.SENT else None
    if not rows.update(state=state, problem=problem[:300], due_at=None, sent_at=sent):
        return  # it took so long that it counts as unknown
    if state not in {State.SENT, State.CANCELLED}:
        logger.warning("scenario.not_mailed", extra={"mail": send.pk, "state": state})
    known = {State.SENT: MAILED, State.UNKNOWN: UNKNOWN}
    _lead_on(send, known.get(state) or (problem if problem in Problem.values else FAILED))


def _lead_on(send: MailSend, what: str) -> None:
    if send.leads_on:
        going.go_on([send.entry_id], send.step, what=what)
        board.call(SCENARIOS)
