"""Mails are written down in the engine's transaction, and handed to the mail server a moment later."""

from collections.abc import Iterable
from datetime import timedelta

from accounts import board
from broadcasts.models import LinkClick, TrackedLink
from composing.variables import VARIABLE
from linking.models import Link
from scenarios.engine.acting import Go, Stay, Then, Turn, Wait
from scenarios.engine.people import Person
from scenarios.flow.steps import Send
from scenarios.mails import consents
from scenarios.models import MailSend, MailSettings
from scenarios.texts import filling

KIND = "scenario_mails"  # on the work board
NOBODY, NO_CONSENT, NO_SENDER = "no_customer", "no_consent", "no_sender"  # what came of the step
CLICKED = "clicked"


def queue(step: Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Owe these people the mail of the step. They stay until it has left; who cannot get one goes on.

    Whether LINE also sends them something is not asked. Who agreed to no mails gets none; a tester, who is
    one of the team, is not asked.
    """
    customers = _customers(people)
    thens: dict[int, Then] = {}
    agreed = consents.given_by(set(customers.values()))
    has_sender = MailSettings.present() is not None
    had = _had(step, people)
    for person in people:
        customer = customers.get(person.entry_id)
        if person.entry_id in had:
            thens[person.entry_id] = Go()
        elif customer is None:
            thens[person.entry_id] = Go(what=NOBODY)
        elif not has_sender or step.mail is None:
            thens[person.entry_id] = Go(what=NO_SENDER)
        elif customer not in agreed and not person.is_test:
            thens[person.entry_id] = Go(what=NO_CONSENT)
        else:
            thens[person.entry_id] = Stay()
    owed = [person for person in people if isinstance(thens[person.entry_id], Stay)]
    _owe(step, owed, customers, turn, leads_on=True)
    return thens


def queue_beside(step: Send, people: list[Person], turn: Turn) -> None:
    """Owe the mail to those of them who may get one, who are led on by the LINE message of the same step."""
    customers = _customers(people)
    agreed = consents.given_by(set(customers.values()))
    if step.mail is None or MailSettings.present() is None:
        return
    owed = [
        person
        for person in people
        if (customer := customers.get(person.entry_id)) and (person.is_test or customer in agreed)
    ]
    _owe(step, owed, customers, turn, leads_on=False)


def queue_unless_clicked(step: Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    """The same for those to whom LINE has sent the step and who have opened none of its links since.

    LINE does not tell who opened a message, only who tapped a link of ours.
    """
    clicked = _who_clicked(step, people)
    rest = [person for person in people if person.friend_id not in clicked]
    thens: dict[int, Then] = {
        person.entry_id: Go(what=CLICKED) for person in people if person.friend_id in clicked
    }
    return thens | (queue(step, rest, turn) if rest else {})


def wait_for_click(step: Send, person: Person, turn: Turn) -> Wait:
    """How long a mail waits for a click after LINE's message left at `arrived_at`."""
    return Wait(person.arrived_at + timedelta(hours=step.mail_after_hours or 0))


def _owe(step: Send, people: list[Person], customers: dict[int, int], turn: Turn, *, leads_on: bool) -> None:
    if not people:
        return
    values = filling.packed(_names(step), people)
    MailSend.objects.bulk_create(
        (
            MailSend(
                entry_id=person.entry_id,
                scenario_id=person.scenario_id,
                version_id=person.version_id,
                step=step.id,
                customer_id=customers[person.entry_id],
                values=values[person.entry_id],
                leads_on=leads_on,
                is_test=person.is_test,
                due_at=turn.now,
            )
            for person in people
        ),
        ignore_conflicts=True,
    )
    board.call(KIND)


def _customers(people: Iterable[Person]) -> dict[int, int]:
    """Who they are in the client's books, by entry: a friend is whoever they are linked to now."""
    friends = {person.friend_id for person in people if person.friend_id}
    links = Link.objects.active().filter(friend__in=friends)
    linked = dict(links.values_list("friend", "customer"))
    found = {}
    for person in people:
        customer = linked.get(person.friend_id) if person.friend_id else person.customer_id
        if customer:
            found[person.entry_id] = customer
    return found


def _who_clicked(step: Send, people: Iterable[Person]) -> set[int]:
    """Friends who tapped a link of the step since they came to it."""
    since = {person.friend_id: person.arrived_at for person in people if person.friend_id}
    owners = {f"scenario:{person.scenario_id}" for person in people}
    links = TrackedLink.objects.filter(owner__in=owners, part=step.id)
    clicks = LinkClick.objects.filter(link__in=links, friend_id__in=since).values_list("friend_id", "at")
    return {friend for friend, at in clicks if friend and at >= since[friend]}


def _had(step: Send, people: Iterable[Person]) -> set[int]:
    """Of whom the step's mail has left already, or cannot."""
    over = MailSend.objects.filter(entry__in=[person.entry_id for person in people], step=step.id)
    open_ones = [MailSend.State.PENDING, MailSend.State.CLAIMED]
    return set(over.exclude(state__in=open_ones).values_list("entry", flat=True))


def _names(step: Send) -> set[str]:
    texts = (step.mail or {}).values()
    return {name for text in texts for name, _fallback in VARIABLE.findall(text)}
