"""Whether targets agree with each other: rate × whole has to come to the target of the part. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planning.metrics import registry
from planning.metrics.registry import Metric
from planning.standing import Standing

TOLERANCE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`whole` × `rate` gives `gives`, but the target of `part` is another: the three do not agree."""

    rate: Metric
    part: Metric
    whole: Metric
    rate_target: Decimal
    part_target: Decimal
    whole_target: Decimal

    @property
    def gives(self) -> Decimal:
        return self.whole_target * self.rate_target


def contradictions(standings: Sequence[Standing]) -> list[Contradiction]:
    """Of the targets of one tree in one window, as their reader sees them."""
    targets = {each.kpi.metric: each.target for each in standings if each.target is not None and each.metric}
    found = []
    for code, rate_target in targets.items():
        metric = registry.get(code)
        if metric is None or metric.ratio is None:
            continue
        part, whole = (registry.get(name) for name in metric.ratio)
        if part is None or whole is None or not targets.keys() >= {part.code, whole.code}:
            continue
        told = Contradiction(metric, part, whole, rate_target, targets[part.code], targets[whole.code])
        if not agrees(told.gives, told.part_target):
            found.append(told)
    return found


def agrees(gives: Decimal, target: Decimal) -> bool:
    """Whether the two are the same but for what rounding and rough planning make."""
    return abs(gives - target) <= TOLERANCE * max(abs(gives), abs(target))
