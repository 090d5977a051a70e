"""How many people opened what steps sent, as LINE counted them month by month."""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcasts.results.figures import REASONS, Text, Why
from scenarios.models import Scenario, StepInsight, StepText, Version


@dataclass(frozen=True)
class Opened:
    """People who opened, as LINE counts them: of `of` messages, month by month. None: `why` not known."""

    people: int | None = None
    of: int = 0
    is_least: bool = False
    why: Why = Why.AWAITED

    @property
    def reason(self) -> Text:
        return REASONS[self.why]


def of(scenario: Scenario, version: Version | None) -> dict[str, Opened]:
    """By step, of those that send by LINE."""
    texts = StepText.objects.filter(version__scenario=scenario, version__is_trial=False)
    if version:
        texts = texts.filter(version=version)
    names: dict[str, list[str]] = {}
    for step, name in texts.values_list("step", "unit_name"):
        names.setdefault(step, []).append(name)
    copies: dict[str, list[StepInsight]] = {}
    for row in StepInsight.objects.filter(text__in=texts, is_ready=True).select_related("text").defer("data"):
        copies.setdefault(row.text.step, []).append(row)
    return {step: _added(copies.get(step, []), any(named)) for step, named in names.items()}


def _added(rows: Sequence[StepInsight], is_named: bool) -> Opened:
    """Months added up; where LINE hides one there are at least so many."""
    if not rows:
        return Opened(why=Why.AWAITED if is_named else Why.UNNAMED)
    known = [row.opened for row in rows if row.opened is not None]
    delivered = sum(row.delivered for row in rows)
    if not known:
        return Opened(of=delivered, why=Why.HIDDEN)
    return Opened(sum(known), delivered, len(known) < len(rows), Why.KNOWN)
