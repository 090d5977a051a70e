"""Scenarios as their list shows them: each with how many are inside, came in, reached the goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts import current
from billing import ledger
from billing.ledger import Total
from scenarios.engine import refusals
from scenarios.models import Scenario

DAYS = 30
MOST = 100_000  # that is counted of one scenario: beyond it a list says “more”

# Index scans that end at MOST rows, so that the list is as fast with a million people inside.
COUNTED = f"""
SELECT scenario.id,
  (SELECT count(*) FROM (SELECT 1 FROM scenarios_entry entry WHERE entry.scenario_id = scenario.id
    AND entry.state IN ('waiting', 'sending') AND NOT entry.is_test LIMIT {MOST + 1}) counted),
  recent.entered, recent.reached
FROM scenarios_scenario scenario, LATERAL (
  SELECT count(*) AS entered, count(counted.goal_at) AS reached FROM (
    SELECT entry.goal_at FROM scenarios_entry entry WHERE entry.scenario_id = scenario.id
    AND entry.entered_at >= %s AND NOT entry.is_test LIMIT {MOST + 1}) counted) recent
WHERE scenario.id = ANY(%s)"""  # noqa: S608  (numbers of ours)


@dataclass(frozen=True)
class Count:
    """A count, or that it is more than MOST."""

    number: int

    @property
    def is_more(self) -> bool:
        return self.number > MOST

    @property
    def shown(self) -> int:
        return min(self.number, MOST)


@dataclass(frozen=True)
class Row:
    """`entered` and `reached` are of the last DAYS days; `cost` of all time, None if nothing was booked."""

    scenario: Scenario
    inside: Count
    entered: Count
    reached: Count
    cost: Total | None
    is_refused: bool  # LINE takes a message of it for nobody


def found(*, status: str = "", text: str = "") -> QuerySet[Scenario]:
    """Of a status, without one all that are not archived; by a part of the name."""
    rows = Scenario.objects.filter(status=status) if status else Scenario.objects.kept()
    return rows.filter(name__icontains=text) if text else rows


def rows(scenarios: Sequence[Scenario]) -> list[Row]:
    """As many queries for many as for one."""
    counted = _counted([each.pk for each in scenarios], timezone.now() - timedelta(days=DAYS))
    costs = ledger.by_owners(current.tenant().pk, [each.ledger_owner for each in scenarios])
    refused = set(refusals.scenarios().values_list("pk", flat=True))
    return [
        _row(each, counted.get(each.pk, (0, 0, 0)), costs.get(each.ledger_owner), each.pk in refused)
        for each in scenarios
    ]


def inside(scenario: Scenario) -> Count:
    return Count(_counted([scenario.pk], timezone.now())[scenario.pk][0])


def _row(scenario: Scenario, counts: tuple[int, int, int], cost: Total | None, is_refused: bool) -> Row:
    inside, entered, reached = (Count(number) for number in counts)
    return Row(scenario, inside, entered, reached, cost, is_refused)


def _counted(numbers: list[int], since: datetime) -> dict[int, tuple[int, int, int]]:
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [since, numbers])
        return {pk: (inside, entered, reached) for pk, inside, entered, reached in cursor.fetchall()}
