"""What a destination must be told next of a conversion: laid out while the row of the conversion is held.

Of each conversion at most one thing waits. What nobody has tried yet follows what is true; what was tried may
have arrived, so it goes out as it is, and what has changed since follows it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from adplatforms.handing import judging, shapes
from adplatforms.handing.judging import Known
from adplatforms.models import Delivery, Destination, Handover
from adplatforms.models.delivery import Reason

Kind, State = Delivery.Kind, Delivery.State
CHANGED = ["kind", "amount", "state", "reason", "due_at", "ended_at"]


def lay_out(destination: Destination, rows: Collection[Handover], now: datetime) -> None:
    """In the caller's transaction, which holds these rows."""
    last = _last(rows)
    undecided = [row for row in rows if row.state == Handover.State.SKIPPED]
    known = judging.know(undecided) if undecided else Known()
    new: list[Delivery] = []
    changed: list[Delivery] = []
    gone: list[Delivery] = []
    said: list[Handover] = []
    for row in rows:
        before = (row.state, row.reason)
        delivery = last.get(row.pk)
        if delivery is not None and delivery.state == State.WAITING:
            if delivery.begun_at is None and delivery.lease_until is None:
                kept = _follow(destination, row, delivery, now)
                (changed if kept else gone).append(delivery)
        elif delivery is not None and delivery.state == State.SKIPPED:
            if _is_worth_another_look(destination, row, delivery, known, now):
                _reopen(destination, row, delivery, now)
                changed.append(delivery)
        else:
            step = _next(destination, row)
            if step is not None:
                number = delivery.number + 1 if delivery else 1
                due_at = _due(destination, row, step, now)
                new.append(_delivery(destination, row, step, number, due_at))
        if (row.state, row.reason) != before:
            said.append(row)
    Delivery.objects.filter(pk__in=[each.pk for each in gone]).delete()
    Delivery.objects.bulk_update(changed, CHANGED, batch_size=500)
    Delivery.objects.bulk_create(new)
    Handover.objects.bulk_update(said, ["state", "reason"], batch_size=500)


def _last(rows: Iterable[Handover]) -> dict[int, Delivery]:
    """The newest delivery of each conversion, held so that nobody claims it meanwhile."""
    found = Delivery.objects.select_for_update().filter(handover__in=[row.pk for row in rows])
    return {each.handover_id: each for each in found.order_by("handover_id", "number")}


def _next(destination: Destination, row: Handover) -> Delivery.Kind | None:
    """What follows what the destination was told; None if that is all, and the row says so."""
    if row.amount == row.told:
        if row.reason == Reason.NOT_CORRECTED:
            row.reason = ""
        return None
    if row.told is None:
        kind = Kind.CONVERSION
        if row.state == Handover.State.RETRACTED and not shapes.of(destination.kind).revives:
            row.reason = Reason.NOT_CORRECTED
            return None
    else:
        kind = Kind.RETRACTION if row.amount is None else Kind.RESTATEMENT
        if not shapes.of(destination.kind).corrects:
            row.reason = Reason.NOT_CORRECTED
            return None
    row.state, row.reason = Handover.State.WAITING, ""
    return kind


def _follow(destination: Destination, row: Handover, delivery: Delivery, now: datetime) -> bool:
    """Have what waits say what is true; False if it need not be said any more."""
    if row.told is None and row.amount is None:
        if delivery.number > 1:  # it had been taken back before
            row.state = Handover.State.RETRACTED
            return False
        row.state, row.reason = Handover.State.SKIPPED, Reason.UNDONE
        delivery.state, delivery.reason, delivery.ended_at = State.SKIPPED, Reason.UNDONE, now
        return True
    if row.told is not None and row.amount == row.told:
        row.state = Handover.State.TOLD
        return False
    if row.told is not None:
        delivery.kind = Kind.RETRACTION if row.amount is None else Kind.RESTATEMENT
    delivery.amount = row.amount
    delivery.due_at = max(delivery.due_at, _due(destination, row, Kind(delivery.kind), now))
    return True


def _is_worth_another_look(
    destination: Destination, row: Handover, delivery: Delivery, known: Known, now: datetime
) -> bool:
    """Whether what was not sent may be by now: somebody agreed, a click came to be known."""
    if row.amount is None or row.told is not None:
        return False
    return not judging.judge(destination, row, known, now)


def _reopen(destination: Destination, row: Handover, delivery: Delivery, now: datetime) -> None:
    delivery.state, delivery.reason, delivery.ended_at = State.WAITING, "", None
    delivery.kind, delivery.amount = Kind.CONVERSION, row.amount
    delivery.due_at = _due(destination, row, Kind.CONVERSION, now)
    row.state, row.reason = Handover.State.WAITING, ""


def _due(destination: Destination, row: Handover, step: Delivery.Kind, now: datetime) -> datetime:
    """A conversion waits for its order to be cancelled, or not; a correction does not."""
    if step != Kind.CONVERSION:
        return now
    return max(now, row.at + timedelta(hours=destination.delay_hours))


def _delivery(
    destination: Destination, row: Handover, step: Delivery.Kind, number: int, due_at: datetime
) -> Delivery:
    said = {"kind": step, "amount": row.amount, "due_at": due_at}
    return Delivery(handover=row, destination=destination, number=number, **said)
