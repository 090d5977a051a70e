"""How many people stand at each step now, and how many have gone each way: what is drawn beside a flow.

Asked every few seconds while somebody looks, so each count is read from an index alone; those who only try
the scenario out are few, and taken off again. What took long to count, as with a million people inside, is
told again for a while, so that looking costs a small part of a core.
"""

import time
from dataclasses import dataclass, field

from accounts import current
from scenarios.models import Scenario
from scenarios.results import counts

NOW = """
SELECT step, count(*) FROM scenarios_entry
WHERE scenario_id = %(scenario)s AND state IN ('waiting', 'sending') GROUP BY step"""
PASSED = """
SELECT step, via, count(*) FROM scenarios_passage WHERE scenario_id = %(scenario)s GROUP BY step, via"""
NOW_TRYING = """
SELECT step, count(*) FROM scenarios_entry
WHERE scenario_id = %(scenario)s AND is_test AND state IN ('waiting', 'sending') GROUP BY step"""
PASSED_TRYING = """
SELECT passage.step, via, count(*) FROM scenarios_passage passage
JOIN scenarios_entry entry ON entry.id = passage.entry_id
WHERE entry.scenario_id = %(scenario)s AND entry.is_test GROUP BY passage.step, via"""


@dataclass(frozen=True)
class Positions:
    """`now` by step, `passed` by step and way; what is not in them is 0."""

    now: dict[str, int] = field(default_factory=dict)
    passed: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def inside(self) -> int:
        return sum(self.now.values())


LONG = 0.1  # seconds to count, from which on the answer is kept
KEPT = 40  # times as long as it took
MOST_KEPT = 1_000  # scenarios in one process
_kept: dict[tuple[int, int], tuple[float, Positions]] = {}  # until when, on the monotonic clock


def of(scenario: Scenario) -> Positions:
    """Of all versions together: a step keeps its name in all of them."""
    key, began = (current.tenant().pk, scenario.pk), time.monotonic()
    until, kept = _kept.get(key, (0.0, None))
    if kept is not None and began < until:
        return kept
    found = _counted(scenario)
    took = time.monotonic() - began
    if took >= LONG:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (began + took * KEPT, found)
    return found


def _counted(scenario: Scenario) -> Positions:
    trying = dict(_read(NOW_TRYING, scenario))
    passed_trying = {(step, via): count for step, via, count in _read(PASSED_TRYING, scenario)}
    now = {step: count - trying.get(step, 0) for step, count in _read(NOW, scenario)}
    passed = {
        (step, via): count - passed_trying.get((step, via), 0) for step, via, count in _read(PASSED, scenario)
    }
    return Positions(now, passed)


def _read(query: str, scenario: Scenario) -> list[tuple]:
    return counts.read(query, scenario, None)
