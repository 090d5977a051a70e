"""What became of notices: given up, booked, told on the timeline; and the people who waited for it led on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import board, current
from accounts.reasons import reason
from billing import ledger
from billing.ledger import NewEntry
from billing.models import LedgerEntry
from events import outbox, timeline
from events.timeline import NewEvent
from scenarios.models import NoticeSend, Scenario
from scenarios.notices.work import COUNTS
from scenarios.work import KIND

State = NoticeSend.State
AT_ONCE = 500
DELIVERED = "notice_delivered"  # the type of event

# Whoever waits at the step is asked again at once.
WAKE = """
UPDATE scenarios_entry AS entry SET due_at = least(entry.due_at, %(now)s)
FROM scenarios_noticesend AS notice
WHERE notice.id = ANY(%(ids)s) AND entry.id = notice.entry_id AND entry.step = notice.step
  AND entry.state = 'waiting'"""


def finish(now: datetime) -> None:
    """Write down what time has decided, and book what was delivered; twice is once."""
    _lose_claims()
    _give_up(now)
    while _book_some():
        pass


def wake(ids: Sequence[int]) -> None:
    """Lead on, in the caller's transaction, those who wait at the step of one of these."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(WAKE, {"ids": list(ids), "now": timezone.now()})
        if cursor.rowcount:
            outbox.call(KIND)


def _lose_claims() -> None:
    """Whoever claimed these has died: LINE may have been asked, or not."""
    lost = NoticeSend.objects.filter(state=State.CLAIMED, due_at__lte=Now())
    lost.update(
        state=State.UNKNOWN,
        due_at=F("first_tried_at") + NoticeSend.WITHIN,
        sealed_phone=None,
        error=reason(gettext_noop("The worker that asked LINE has died.")),
    )


@transaction.atomic
def _give_up(now: datetime) -> None:
    """What was not delivered within 24 hours is not; people wait no longer for what nobody knows."""
    held = NoticeSend.objects.select_for_update(skip_locked=True).order_by("pk")
    over = list(held.filter(state=State.ACCEPTED, due_at__lte=now).values_list("pk", flat=True)[:AT_ONCE])
    NoticeSend.objects.filter(pk__in=over).update(state=State.NOT_DELIVERED, due_at=None)
    unknown = list(held.filter(state=State.UNKNOWN, due_at__lte=now).values_list("pk", flat=True)[:AT_ONCE])
    NoticeSend.objects.filter(pk__in=unknown).update(due_at=None)
    stale = held.filter(state=State.PENDING, created_at__lte=now - NoticeSend.WITHIN)
    late = list(stale.values_list("pk", flat=True)[:AT_ONCE])
    NoticeSend.objects.filter(pk__in=late).update(state=State.CANCELLED, due_at=None, sealed_phone=None)
    wake([*over, *unknown, *late])


@transaction.atomic
def _book_some() -> bool:
    """Book some that were delivered: LINE charges these only. False if there is none."""
    unbooked = NoticeSend.objects.filter(state=State.DELIVERED, booked_at=None)
    rows = list(unbooked.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    if not rows:
        return False
    names = _names(rows)
    timeline.record(_event(row, names[row.pk]) for row in rows if row.friend_id or row.customer_id)
    NoticeSend.objects.filter(pk__in=[row.pk for row in rows]).update(booked_at=timezone.now())
    wake([row.pk for row in rows])
    board.call(COUNTS)
    ledger.post_notices(current.tenant().pk, [_entry(row, names[row.pk]) for row in rows])
    return True


def _names(rows: Sequence[NoticeSend]) -> dict[int, str]:
    """What each belongs to, for people: its scenario, or all that programs asked for."""
    scenarios = Scenario.objects.only("name").in_bulk({row.scenario_id for row in rows if row.scenario_id})
    by_program = _("Notification messages by API")
    found = {number: scenario.name for number, scenario in scenarios.items()}
    return {row.pk: found.get(row.scenario_id or 0, by_program) for row in rows}


def _event(row: NoticeSend, name: str) -> NewEvent:
    return NewEvent(
        DELIVERED,
        row.delivered_at or timezone.now(),
        friend_id=row.friend_id,
        customer_id=row.customer_id,
        properties={"name": row.label or name},
        key=f"notice:{row.pk}",
    )


def _entry(row: NoticeSend, name: str) -> NewEntry:
    return NewEntry(
        kind=LedgerEntry.Kind.NOTICE,
        reference=row.reference,
        label=name,
        messages=1,
        accepted_at=row.delivered_at or timezone.now(),
    )
