"""Those who were held out of a scenario by lot, beside those who were not: what its messages really did.

Both are looked at in the same way: did what the goal names happen within its days after they came in.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from broadcasts.choosing import rates
from broadcasts.choosing.comparing import Shares
from scenarios.flow.reading import Goal
from scenarios.models import Scenario, Version
from scenarios.results import counts
from segments.types import occurrences

# Only who passed the split of a hold-out group, or was held out by it, is compared, once the days are over
# for them. A friend who came in several times is looked at from the first. As in `attribution.lift`.
COMPARED = """
WITH did AS ({did}),
compared AS (
    SELECT DISTINCT ON (entry.friend_id)
           entry.friend_id, entry.reason = 'held_out' AS is_held_out, entry.since
    FROM scenarios_entry entry
    WHERE entry.scenario_id = %s AND NOT entry.is_test AND entry.friend_id IS NOT NULL
      AND entry.since <= now() - %s
      AND (%s::bigint IS NULL OR entry.version_id = %s)
      AND (entry.reason = 'held_out' OR EXISTS (
          SELECT 1 FROM scenarios_passage passage
          WHERE passage.entry_id = entry.id AND passage.step = ANY(%s)))
    ORDER BY entry.friend_id, entry.since, entry.id)
SELECT is_held_out, count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM did WHERE did.friend_id = compared.friend_id
      AND did.at >= compared.since AND did.at < compared.since + %s))
FROM compared GROUP BY 1"""


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
    def certainty(self) -> str:
        """What can be said of what the messages did, in words."""
        shares = Shares(self.others.reached, self.others.people, self.held_out.reached, self.held_out.people)
        return shares.said(
            more=_(
                "Of 100 people who were not held out, %(more)s more reached the goal "
                "(with a certainty of 95 %%, between %(least)s and %(most)s)."
            ),
            fewer=_(
                "Of 100 people who were not held out, %(more)s fewer reached the goal "
                "(with a certainty of 95 %%, between %(least)s and %(most)s)."
            ),
            unclear=_(
                "It cannot be told yet whether the messages did anything: the difference may be chance."
            ),
        )


def compared(
    scenario: Scenario, version: Version | None, *, goal: Goal | None, splits: list[str]
) -> Compared | None:
    """None without a goal, or without steps (`splits`) that hold people out."""
    if goal is None or not splits:
        return None
    did = occurrences.rows(occurrences.which(goal.event, goal.where), occurrences.Query(", event.at", []))
    number = version and version.pk
    within = timedelta(days=goal.within_days)
    asked = [*did.params, scenario.pk, within, number, number, splits, within]
    rows = counts.ask(COMPARED.format(did=did.sql), asked)
    groups = {is_held_out: Group(people, reached) for is_held_out, people, reached in rows}
    none = Group(0, 0)
    return Compared(groups.get(True, none), groups.get(False, none))
