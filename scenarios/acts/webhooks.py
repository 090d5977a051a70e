"""The step that tells another program. It is told a moment later, at least once, by a signed POST.

The body says who it is and what let them in, as it is when it leaves. A receiver that is away is tried again
for a day, as relays are; it knows a repetition by `webhook-id`.
"""

import time
from collections import Counter
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue

import orjson
from django.db import connection, transaction
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from channels import loops
from customers.models import Customer
from line import wire
from linking.models import Link
from relays import addresses, outside
from relays.errors import BadAddress
from relays.outcomes import AGAIN_AFTER
from relays.outside import Answer
from scenarios.acts import errands, signing
from scenarios.acts.entering import HOPS
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person, read
from scenarios.errors import WebhookUnderWay
from scenarios.flow.steps import Webhook
from scenarios.models import Errand, Scenario

State = Errand.State
BAD_ADDRESS = "bad_address"  # what came of the step
LEASE = timedelta(seconds=30)  # longer than any attempt
AT_ONCE, AT_ONCE_TO_ONE = 64, 8  # requests; to one address
WAIT = 0.2  # seconds for an answer, before it is asked what else is due
KEEP_EVERY = 1.0

CLAIM = """
UPDATE scenarios_errand SET due_at = %(until)s, state = 'under_way', tries = least(tries + 1, 30000)
WHERE id IN (
    SELECT id FROM scenarios_errand
    WHERE kind = 'webhook' AND state IN ('open', 'under_way') AND due_at <= %(now)s
      AND about <> ALL (%(busy)s)
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def tell(step: Webhook, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Nobody waits for the answer."""
    try:
        url = addresses.clean(step.url)
    except BadAddress:
        return {person.entry_id: Go(what=BAD_ADDRESS) for person in people}
    errands.owe(Errand.Kind.WEBHOOK, step.id, people, turn, about=url)
    return {person.entry_id: Go() for person in people}


def send_again(errand: Errand, *, by: User | None) -> None:
    """Try it anew, now and as often as one that is new. Raises WebhookUnderWay if it waits already."""
    with transaction.atomic():
        rows = Errand.objects.filter(pk=errand.pk, kind=Errand.Kind.WEBHOOK).exclude(state__in=errands.OPEN)
        if not rows.update(state=State.OPEN, due_at=timezone.now(), tries=0, ended_at=None, problem=""):
            raise WebhookUnderWay
        activity.record("scenario_webhook.sent_again", errand, by=by)
        board.call(errands.WEBHOOKS)


def send_due(seconds: float) -> bool:
    """Send what is due in this client for some seconds; True if the time was up before the work was done."""
    run = _Run()
    end, kept = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        run.begin()
        if not run.under_way:
            return False
        run.store(WAIT)
        if time.monotonic() - kept > KEEP_EVERY:
            board.renew(errands.WEBHOOKS)
            kept = time.monotonic()
    while run.under_way:
        run.store(WAIT)
    return True


def body_of(errand: Errand) -> bytes:
    """What the receiver is told. Documented with the API (`docs/scenarios.md`)."""
    entry = errand.entry
    link = Link.objects.active().filter(friend=entry.friend_id).select_related("customer").first()
    friend = entry.friend
    [person] = read([entry.pk])  # long numbers as JSON has them, which Django reads otherwise
    return orjson.dumps(
        {
            "id": str(errand.key),
            "type": "scenario.step",
            "at": errand.created_at,
            "client": current.tenant().slug,
            "scenario": _scenario(errand.scenario_id),
            "step": errand.step,
            "entry": {"id": entry.pk, "entered_at": entry.entered_at, "is_test": entry.is_test},
            "friend": {
                "id": friend.pk,
                "line_user_id": friend.line_user_id,
                "display_name": friend.display_name,
            }
            if friend
            else None,
            "customer": _customer(link.customer_id if link else entry.customer_id),
            "subject": entry.subject,
            "context": {name: value for name, value in person.context.items() if name != HOPS},
        }
    )


def _scenario(pk: int) -> dict:
    return {"id": pk, "name": Scenario.objects.values_list("name", flat=True).get(pk=pk)}


def _customer(pk: int | None) -> dict | None:
    customer = Customer.objects.filter(pk=pk).first() if pk else None
    return {"number": customer.number, "name": customer.name} if customer else None


class _Run:
    """Requests under way, and the answers that have come. A slow receiver holds up nobody else."""

    def __init__(self) -> None:
        self._done: SimpleQueue[tuple[Errand, Future[Answer]]] = SimpleQueue()
        self._busy: Counter[str] = Counter()

    @property
    def under_way(self) -> int:
        return self._busy.total()

    def begin(self) -> None:
        """Ask for what is due, as far as there is room for it."""
        now = timezone.now()
        for errand in self._claim(now):
            self._busy[errand.about] += 1
            body = body_of(errand)
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": outside.AGENT,
                "Via": loops.via(),
                **signing.headers(str(errand.key), body, now),
            }
            future = wire.submit(outside.post(errand.about, body, headers))
            future.add_done_callback(partial(self._note, errand))

    def _note(self, errand: Errand, future: Future[Answer]) -> None:
        self._done.put((errand, future))

    def _claim(self, now: datetime) -> list[Errand]:
        busy = [url for url, count in self._busy.items() if count >= AT_ONCE_TO_ONE]
        limit = min(AT_ONCE - self.under_way, AT_ONCE_TO_ONE)
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "busy": busy, "limit": limit})
            ids = [pk for (pk,) in cursor.fetchall()]
        return list(Errand.objects.filter(pk__in=ids).select_related("entry__friend").order_by("pk"))

    def store(self, wait: float) -> None:
        """Wait a little for an answer, and write what has come."""
        try:
            found = [self._done.get(timeout=wait)]
        except Empty:
            return
        while not self._done.empty():
            found.append(self._done.get())
        for errand, future in found:
            self._busy[errand.about] -= 1
            _store(errand, future.result(), timezone.now())


def _store(errand: Errand, answer: Answer, now: datetime) -> None:
    told: dict = {"status": answer.status, "took_ms": answer.took_ms, "problem": answer.error[:300]}
    if answer.is_good:
        told |= {"state": State.DONE, "due_at": None, "ended_at": now}
    elif errand.tries > len(AGAIN_AFTER):
        told |= {"state": State.FAILED, "due_at": None, "ended_at": now}
    else:
        told |= {"state": State.OPEN, "due_at": now + AGAIN_AFTER[errand.tries - 1]}
    Errand.objects.filter(pk=errand.pk, state=State.UNDER_WAY).update(**told)


acting.register("webhook", tell)  # type: ignore[arg-type]
