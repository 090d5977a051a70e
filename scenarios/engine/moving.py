"""Moving people from one version of a scenario to another."""

from django.db.models.functions import Now

from scenarios.engine import leaving
from scenarios.flow import program, reading
from scenarios.flow.program import Program
from scenarios.models import Entry, Scenario, Version
from scenarios.models.entry import EntryQuerySet


def move(scenario: Scenario, version: Version) -> int:
    """Lead everyone inside on in this version, at the step where they stand; how many.

    Whose step is not in it any more is out. Whose step says something else now is asked again by that, and
    gets what it says, unless LINE was asked already.
    """
    inside = Entry.objects.inside().real().filter(scenario=scenario).exclude(version=version)
    new = program.of(reading.parse(version.flow))
    leaving.leave(inside.exclude(step__in=new.steps), Entry.Reason.GONE)
    leaving.put_back(inside)
    for before in Version.objects.filter(entries__in=inside).distinct():
        theirs = inside.filter(version=before, step__in=_changed(program.of(reading.parse(before.flow)), new))
        _ask_again(theirs)
    return inside.update(version=version)


def _changed(before: Program, after: Program) -> list[str]:
    """Steps that say something else, apart from what their ways lead to."""
    return [name for name, step in after.steps.items() if name in before.steps and step != before.steps[name]]


def _ask_again(entries: EntryQuerySet) -> None:
    """Whoever waits looks again now; of a paused scenario, once it goes on."""
    waiting = entries.filter(state=Entry.State.WAITING)
    waiting.filter(held_at=None).update(due_at=Now())
    waiting.exclude(held_at=None).update(held_at=Now())
