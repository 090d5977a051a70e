"""Manners: whether a person may be sent a message now, beside all else that is sent to them.

Quiet hours and the frequency cap are the client's, the same for broadcasts and scenarios. Notices, and flows
that say so, keep neither waiting for them; what they send counts like all that LINE counts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from broadcasts.choosing import frequency
from broadcasts.models import Broadcast, SendingRules
from broadcasts.sending import quota
from broadcasts.timing import clock, quiet
from scenarios.engine.acting import Go, Then, Turn, Wait
from scenarios.engine.people import Person
from scenarios.flow.steps import Send

CAPPED = "capped"  # what came of the step
DAY = timedelta(days=1)


def of(step: Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Who must not be sent this now, by entry: until when they wait, or that they go on without it.

    Who may be is not in it, nor who only tries the scenario out. Where there is a cap nobody else of this
    client lays out a send until the caller's transaction ends, so that two sends at one moment are two; the
    people with the highest priority take the last messages of their days.
    """
    real = [person for person in people if not person.is_test]
    if not real or _is_notice(step, turn):
        return {}
    if quiet := in_quiet_hours(step, real, turn):
        return quiet
    if turn.flow.manners.ignores_cap or step.by == "mail":
        return {}
    return _capped(step, real, turn)


def in_quiet_hours(step: Send, people: Iterable[Person], turn: Turn) -> dict[int, Then]:
    """Who waits for the end of the quiet hours, by entry: nobody where it is not quiet, nobody who tries."""
    ends = quiet_until(step, turn)
    if ends is None:
        return {}
    return {person.entry_id: Wait(ends) for person in people if not person.is_test}


def quiet_until(step: Send, turn: Turn) -> datetime | None:
    """The end of the quiet hours that it is now, if the step keeps them."""
    if _is_notice(step, turn) or turn.flow.manners.ignores_quiet_hours:
        return None
    return quiet.until(turn.now)


def _is_notice(step: Send, turn: Turn) -> bool:
    return (step.nature or turn.flow.manners.nature) == Broadcast.Nature.NOTICE


def _capped(step: Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    rules = SendingRules.present()
    reached = [person for person in people if person.friend_id]
    if not rules.cap_count or not reached:
        return {}
    quota.hold()
    had = frequency.counts({person.friend_id for person in reached if person.friend_id}, rules)
    held: dict[int, Then] = {}
    for person in _in_order(reached):
        assert person.friend_id
        if had[person.friend_id] >= rules.cap_count:
            held[person.entry_id] = _when_capped(step, person, turn, rules)
        else:
            had[person.friend_id] += 1
    return held


def _in_order(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.priority, person.arrived_at, person.entry_id))


def _when_capped(step: Send, person: Person, turn: Turn, rules: SendingRules) -> Then:
    """Waiting ends when all they had had as they came is too old to count: others came before them since."""
    is_over = turn.now >= person.arrived_at + rules.cap_days * DAY
    if step.when_capped == "skip" or is_over:
        return Go(what=CAPPED)
    return Wait(_tomorrow(person, turn))


def _tomorrow(person: Person, turn: Turn) -> datetime:
    """At the hour at which it was their turn: the count can change with the calendar day only."""
    at = person.arrived_at.astimezone(turn.zone).time()
    return clock.moment(turn.now.astimezone(turn.zone).date() + DAY, at, turn.zone)
