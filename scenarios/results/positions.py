"""Where the people of a scenario are, and which ways they took."""

from dataclasses import dataclass, field

from django.db.models import Count

from scenarios.models import Entry, Passage, Scenario


@dataclass(frozen=True)
class Positions:
    """How many stand at each step, and how many have left each by each way; without those who only try."""

    now: dict[str, int] = field(default_factory=dict)
    passed: dict[tuple[str, str], int] = field(default_factory=dict)


def of(scenario: Scenario) -> Positions:
    inside = Entry.objects.inside().real().filter(scenario=scenario)
    now = inside.order_by().values_list("step").annotate(Count("pk"))
    done = Passage.objects.filter(scenario_id=scenario.pk, entry__is_test=False)
    passed = done.order_by().values_list("step", "via").annotate(Count("pk"))
    return Positions(dict(now), {(step, via): count for step, via, count in passed})
