"""The step that mails people of the team, in the language of each. Each is told once at most."""

import logging
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from accounts import current
from accounts.models import User
from scenarios.acts import errands
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow import reading
from scenarios.flow.steps import Notify
from scenarios.mails import posting
from scenarios.mails.posting import Mailbox
from scenarios.models import Errand

logger = logging.getLogger(__name__)
State = Errand.State
LEASE = timedelta(minutes=2)  # longer than a mail may take
AGAIN = timedelta(minutes=2)
TRIED_FOR = timedelta(days=1)
NO_ACCESS = gettext_noop("They may not see scenarios of this client any more.")
NO_STEP = gettext_noop("The step is no longer there.")

# What a worker that died had begun may have left: it is not repeated.
CLAIM = """
UPDATE scenarios_errand AS errand
SET state = CASE WHEN errand.state = 'open' THEN 'under_way' ELSE 'unknown' END,
    due_at = CASE WHEN errand.state = 'open' THEN %(until)s::timestamptz END,
    ended_at = CASE WHEN errand.state = 'open' THEN NULL ELSE now() END, tries = least(tries + 1, 30000)
WHERE id = (SELECT id FROM scenarios_errand
            WHERE kind = 'notify' AND state IN ('open', 'under_way') AND due_at <= %(now)s
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, state
"""


def tell(step: Notify, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Nobody waits for the mail server."""
    for user in dict.fromkeys(step.users):
        errands.owe(Errand.Kind.NOTIFY, step.id, people, turn, user=user)
    return {person.entry_id: Go() for person in people}


def do_due(seconds: float) -> None:
    """Send what is due in this client, for some seconds. Two at once share it."""
    over = monotonic() + seconds
    due = Errand.objects.filter(kind=Errand.Kind.NOTIFY, state__in=errands.OPEN, due_at__lte=timezone.now())
    if not due.exists():
        return
    with posting.open_mailbox() as mailbox:
        if mailbox is None:
            due.update(due_at=timezone.now() + AGAIN)
        while mailbox and monotonic() < over and (claimed := _claim()):
            pk, state = claimed
            if state == State.UNDER_WAY:
                _send(Errand.objects.select_related("entry__version", "entry__friend").get(pk=pk), mailbox)


def _claim() -> tuple[int, str] | None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE})
        return cursor.fetchone()


def _send(errand: Errand, mailbox: Mailbox) -> None:
    user = User.objects.filter(pk=errand.user_id or 0, is_active=True).first()
    if user is None or not user.has_perm("scenarios.view_scenario"):
        return _end(errand, State.FAILED, NO_ACCESS)
    step = _step(errand)
    if step is None:
        return _end(errand, State.FAILED, NO_STEP)
    outcome = mailbox.post(_mail(errand, step, user))
    if outcome.may_be_tried_again and timezone.now() < errand.created_at + TRIED_FOR:
        rows = Errand.objects.filter(pk=errand.pk, state=State.UNDER_WAY)
        rows.update(state=State.OPEN, due_at=timezone.now() + AGAIN, problem=outcome.problem[:300])
        return None
    states = {posting.TAKEN: State.DONE, posting.UNKNOWN: State.UNKNOWN}
    return _end(errand, states.get(outcome.end, State.FAILED), outcome.problem)


def _end(errand: Errand, state: Errand.State, problem: str) -> None:
    rows = Errand.objects.filter(pk=errand.pk, state=State.UNDER_WAY)
    rows.update(state=state, problem=problem[:300], due_at=None, ended_at=timezone.now())
    if state != State.DONE:
        logger.warning("scenario.not_notified", extra={"errand": errand.pk, "state": state})


def _step(errand: Errand) -> Notify | None:
    flow = reading.parse(errand.entry.version.flow)
    found = (step for _path, step in flow.walk() if step.id == errand.step)
    return next((step for step in found if isinstance(step, Notify)), None)


def _mail(errand: Errand, step: Notify, user: User) -> EmailMessage:
    client = current.tenant()
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}"
    entry = errand.entry
    with translation.override(user.language), timezone.override(client.time_zone):
        context = {
            "client": client,
            "entry": entry,
            "scenario": entry.scenario,
            "text": step.text,
            "friend": entry.friend,
            "address": f"{prefix}/friends/{entry.friend_id}/" if entry.friend_id else "",
        }
        text = render_to_string("scenarios/mails/notify.txt", context)
    return EmailMessage(" ".join(step.subject.split()), text, to=[user.email])


acting.register("notify", tell)  # type: ignore[arg-type]
