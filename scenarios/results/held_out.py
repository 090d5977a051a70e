"""Those who were held out of a scenario by lot, beside those who were not: what its messages really did.

Both are looked at in the same way: did what the goal names happen within its days after they came in.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from broadcasts.choosing import rates
from scenarios.flow.reading import Goal
from scenarios.models import Scenario, Version
from scenarios.results import counts
from segments.types import occurrences

# Only who passed the split of a hold-out group, or was held out by it, is compared, once the days are over
# for them or the goal is reached.
COMPARED = """
WITH did AS ({did})
SELECT entry.reason = 'held_out' AS is_held_out, count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM did WHERE did.friend_id = entry.friend_id
      AND did.at >= entry.since AND did.at < entry.since + make_interval(days => %s)))
FROM scenarios_entry entry
WHERE entry.scenario_id = %s AND NOT entry.is_test AND entry.friend_id IS NOT NULL
  AND (%s::bigint IS NULL OR entry.version_id = %s)
  AND (entry.reason = 'held_out' OR EXISTS (
    SELECT 1 FROM scenarios_passage passage WHERE passage.entry_id = entry.id AND passage.step = ANY(%s)))
GROUP BY 1"""


@dataclass(frozen=True)
class Group:
    people: int
    reached: int

    @property
    def rate(self) -> float | None:
        return self.reached / self.people if self.people else None

    @property
    def range(self) -> tuple[float, float] | None:
        """In which the rate lies with a certainty of 95 %."""
        return rates.likely(self.reached, self.people)

    @property
    def least_percent(self) -> str:
        return f"{100 * self.range[0]:.1f}" if self.range else ""

    @property
    def most_percent(self) -> str:
        return f"{100 * self.range[1]:.1f}" if self.range else ""


@dataclass(frozen=True)
class Compared:
    held_out: Group
    others: Group

    @property
    def more_percent(self) -> float | None:
        """By how many percentage points the others did it more often."""
        if self.held_out.rate is None or self.others.rate is None:
            return None
        return 100 * (self.others.rate - self.held_out.rate)

    @property
    def certainty(self) -> str:
        """How sure it is that the messages made the difference, in words."""
        if not self.held_out.people or not self.others.people:
            return _("Nobody can be compared yet.")
        return rates.words(
            rates.chance(self.held_out.reached, self.held_out.people, self.others.reached, self.others.people)
        )


def compared(
    scenario: Scenario, version: Version | None, *, goal: Goal | None, splits: list[str]
) -> Compared | None:
    """None without a goal, or without steps (`splits`) that hold people out."""
    if goal is None or not splits:
        return None
    did = occurrences.rows(occurrences.which(goal.event, goal.where), occurrences.Query(", event.at", []))
    number = version and version.pk
    rows = counts.ask(
        COMPARED.format(did=did.sql),
        [*did.params, goal.within_days, scenario.pk, number, number, splits],
    )
    groups = {is_held_out: Group(people, reached) for is_held_out, people, reached in rows}
    none = Group(0, 0)
    return Compared(groups.get(True, none), groups.get(False, none))
