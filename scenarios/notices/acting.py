"""The step that sends a notification message: people wait at it until LINE says whether it arrived."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models.functions import Now

from accounts import board
from customers.models import Customer
from linking.models import Link
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn, Wait
from scenarios.engine.people import Person
from scenarios.flow.steps import Notice
from scenarios.models import NoticeSend
from scenarios.notices import content
from scenarios.notices.work import KIND
from scenarios.texts import variables

State = NoticeSend.State
DELIVERED, NOT_DELIVERED = "delivered", "not_delivered"  # the ways out
NO_PHONE = "no_phone"  # what came of the step
GRACE = timedelta(minutes=10)  # whoever settles it wakes them; this is for when nobody did
AGAIN = timedelta(hours=1)


def send(step: Notice, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Write a notice for each who has a telephone number and none of this step yet; the others go on."""
    entries = [person.entry_id for person in people]
    held = {row.entry_id: row for row in NoticeSend.objects.filter(entry__in=entries, step=step.id)}
    fresh = [person for person in people if person.entry_id not in held]
    held |= _write(step, fresh, turn) if fresh else {}
    return {number: _then(held.get(number), turn.now) for number in entries}


def _write(step: Notice, people: Sequence[Person], turn: Turn) -> dict[int | None, NoticeSend]:
    customers = _with_phone(people)
    reached = [person for person in people if person.entry_id in customers]
    written = content.of_step(step)
    names = content.named_variables(written)
    values = variables.values(names, reached) if names else {}
    rows = [
        _row(
            step, person, customers[person.entry_id], content.filled(written, values.get(person.entry_id, {}))
        )
        for person in reached
    ]
    NoticeSend.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        board.call(KIND)
    return {row.entry_id: row for row in rows}


def _row(step: Notice, person: Person, customer_id: int, filled: content.Content) -> NoticeSend:
    """One that LINE would not take with this person's values is refused here, with what is wrong."""
    wrong = content.over_limits(filled)
    return NoticeSend(
        key=f"entry:{person.entry_id}/{step.id}",
        entry_id=person.entry_id,
        scenario_id=person.scenario_id,
        step=step.id,
        friend_id=person.friend_id,
        customer_id=customer_id,
        kind=filled.kind,
        template_key=filled.template_key,
        content=filled.body,
        is_test=person.is_test,
        state=State.REJECTED if wrong else State.PENDING,
        due_at=None if wrong else Now(),
        error=wrong,
    )


def _with_phone(people: Sequence[Person]) -> dict[int, int]:
    """By entry, the customer whose number it goes to: who entered, or whom the friend is linked to."""
    friends = [person.friend_id for person in people if person.friend_id and not person.customer_id]
    linked = dict(Link.objects.active().filter(friend__in=friends).values_list("friend", "customer"))
    wanted = {person.entry_id: person.customer_id or linked.get(person.friend_id or 0) for person in people}
    known = Customer.objects.filter(pk__in=[each for each in wanted.values() if each])
    reachable = set(known.exclude(phone_hash=None).values_list("pk", flat=True))
    return {entry: customer for entry, customer in wanted.items() if customer and customer in reachable}


def _then(notice: NoticeSend | None, now: datetime) -> Then:
    if notice is None:
        return Go(NOT_DELIVERED, NO_PHONE)
    if notice.state == State.DELIVERED:
        return Go(DELIVERED)
    given_up_at = notice.given_up_at()
    is_over = given_up_at is not None and given_up_at <= now
    if notice.state not in NoticeSend.OPEN or (notice.state == State.UNKNOWN and is_over):
        return Go(NOT_DELIVERED, notice.state)
    return Wait(now + AGAIN if is_over else (given_up_at or now + NoticeSend.WITHIN) + GRACE)


acting.register("notice", send)  # type: ignore[arg-type]  # asked with such steps only
