"""What steps of time do: wait, wait for an event, end. All clocks are the client's.

Whoever is asked again is asked from what the step says now, so a step that was changed holds for those who
stand at it. What has passed already holds nobody: they go on at once.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcasts.timing import clock
from events import registry
from scenarios.engine import acting, dates, exits
from scenarios.engine.acting import Go, Leave, Then, Turn, Wait
from scenarios.engine.people import Person
from scenarios.flow import steps
from scenarios.models import Entry

MOST_OF_A_TEST = timedelta(minutes=1)
# What happens while somebody is on their way to a step wakes nobody: they look again by themselves.
LOOKED_AGAIN = timedelta(seconds=5)
HAPPENED, TIMED_OUT = "happened", "timed_out"
NO_DATE = "no_date"  # what came of a wait for a date that somebody does not have


def wait(step: steps.Wait, people: list[Person], turn: Turn) -> dict[int, Then]:
    """On when the time has come. Who does not have the date it waits for leaves: it is not for them."""
    if step.date is None:
        return {
            person.entry_id: _until(after(step, person.arrived_at, turn.zone), person, turn)
            for person in people
        }
    of = steps.DateOf(**step.date)
    days = dates.of(of.field, people, turn)
    return {person.entry_id: _until_date(of, days.get(person.entry_id), person, turn) for person in people}


def after(step: steps.Wait, arrived_at: datetime, zone: ZoneInfo) -> datetime:
    """When somebody goes on who came to a step that waits for no date.

    Days are of the calendar: so many days later at the same time by the clock, or at the step's own. A time
    alone is the next at which the clock shows it.
    """
    if step.minutes is not None:
        return arrived_at.astimezone(UTC) + timedelta(minutes=step.minutes)
    local = arrived_at.astimezone(zone)
    at = time.fromisoformat(step.at) if step.at else local.time()
    moment = clock.moment(local.date() + timedelta(days=step.days or 0), at, zone)
    if step.days is None and moment < arrived_at:
        moment = clock.moment(local.date() + timedelta(days=1), at, zone)
    return moment


def on_date(of: steps.DateOf, day: date, arrived_at: datetime, zone: ZoneInfo) -> datetime:
    """When somebody goes on who has this date; it may be over. One that comes round every year never is."""
    at, days = time.fromisoformat(of.at), timedelta(days=of.days)
    if not of.yearly:
        return _moment(_moved(day, days), at, zone)
    first = arrived_at.astimezone(zone).date()
    moment = clock.moment(dates.yearly(day, first - days) + days, at, zone)
    if moment < arrived_at:
        tomorrow = first + timedelta(days=1)
        moment = clock.moment(dates.yearly(day, tomorrow - days) + days, at, zone)
    return moment


def for_event(step: steps.Await, people: list[Person], turn: Turn) -> dict[int, Then]:
    """On as soon as they have done it since they came here, or when its time is over."""
    there = exits.happened(people, step.event, step.where, "event.at >= person.arrived_at")
    return {
        person.entry_id: Go(HAPPENED) if person.entry_id in there else _for_event(step, person, turn)
        for person in people
    }


def end(step: steps.End, people: list[Person], turn: Turn) -> dict[int, Then]:
    return {person.entry_id: Go() for person in people}


def time_out(step: steps.Await, arrived_at: datetime, zone: ZoneInfo) -> datetime:
    """When the time of a step that waits for an event is over."""
    return after(steps.Wait(minutes=step.minutes, days=step.days), arrived_at, zone)


def _for_event(step: steps.Await, person: Person, turn: Turn) -> Then:
    over = time_out(step, person.arrived_at, turn.zone)
    then = _until(over, person, turn)
    if not isinstance(then, Wait):
        return Go(TIMED_OUT)
    event = registry.canonical(step.event)
    soon = over if person.waits_for == event else min(over, turn.now + LOOKED_AGAIN)
    return Wait(min(soon, then.until or soon), event=event)


def _until_date(of: steps.DateOf, day: date | None, person: Person, turn: Turn) -> Then:
    if day is None:
        return Leave(Entry.Reason.FINISHED, NO_DATE)
    return _until(on_date(of, day, person.arrived_at, turn.zone), person, turn)


def _until(moment: datetime, person: Person, turn: Turn) -> Then:
    """Those who only try a scenario out wait a minute at most."""
    if person.is_test:
        moment = min(moment, person.arrived_at + MOST_OF_A_TEST)
    return Go() if moment <= turn.now else Wait(moment)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first and the last days of the calendar, by which shops mean “never”, are not days everywhere."""
    try:
        return clock.moment(day, at, zone)
    except OverflowError:
        return datetime.combine(day, at, UTC)


def _moved(day: date, days: timedelta) -> date:
    try:
        return day + days
    except OverflowError:
        return day


acting.register("wait", wait)  # type: ignore[arg-type]
acting.register("await", for_event)  # type: ignore[arg-type]
acting.register("end", end)  # type: ignore[arg-type]
