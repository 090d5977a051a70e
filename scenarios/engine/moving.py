"""Moving people from one version of a scenario to another."""

from scenarios.engine import leaving
from scenarios.flow import program, reading
from scenarios.models import Entry, Scenario, Version


def move(scenario: Scenario, version: Version) -> int:
    """Lead everyone inside on in this version, at the step where they stand; how many.

    Whose step is not in it any more is out.
    """
    inside = Entry.objects.inside().filter(scenario=scenario).exclude(version=version)
    steps = program.of(reading.parse(version.flow)).steps
    leaving.leave(inside.exclude(step__in=steps), Entry.Reason.GONE)
    return inside.update(version=version)
