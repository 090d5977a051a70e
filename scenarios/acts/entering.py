"""The step that lets people into another scenario too."""

from scenarios.engine import acting, enrolling
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.enrolling import Newcomer
from scenarios.engine.people import Person
from scenarios.flow.steps import Enter
from scenarios.models import Scenario

HOPS = "scenario_hops"  # in the context: through how many scenarios they were handed on
MOST_HOPS = 5
NOT_RUNNING, LOOPED = "not_running", "looped"  # what came of the step


def let_in(step: Enter, people: list[Person], turn: Turn) -> dict[int, Then]:
    """With what let them in here; whether they may enter is for the other scenario to say.

    Scenarios that hand people on to each other stop doing so after a few times.
    """
    other = Scenario.objects.filter(pk=step.scenario, version__isnull=False).kept().first()
    if other is None:
        return {person.entry_id: Go(what=NOT_RUNNING) for person in people}
    ready = [person for person in people if _hops(person) < MOST_HOPS]
    enrolling.enter(other, [_newcomer(step, person, turn) for person in ready], now=turn.now)
    going = {person.entry_id for person in ready}
    return {person.entry_id: Go(what="" if person.entry_id in going else LOOPED) for person in people}


def _newcomer(step: Enter, person: Person, turn: Turn) -> Newcomer:
    return Newcomer(
        friend_id=person.friend_id,
        customer_id=person.customer_id,
        subject=person.subject,
        context=person.context | {HOPS: _hops(person) + 1},
        key=f"step:{person.entry_id}/{step.id}",
        at=turn.now,
        is_test=person.is_test,
    )


def _hops(person: Person) -> int:
    """What the context says was perhaps written by an integrator: then it counts as none."""
    hops = person.context.get(HOPS)
    return hops if isinstance(hops, int) and hops > 0 else 0


acting.register("scenario", let_in)  # type: ignore[arg-type]
