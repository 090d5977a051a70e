"""Figures day by day as a snapshot keeps them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from planning import prefill, standing
from planning.metrics import registry
from planning.metrics.registry import Adds
from planning.reading import Days
from reports.blocks import Series
from reports.scope import Scope, text_of
from reports.sections.told import label
from reports.writing import number


def kept(scope: Scope, codes: Iterable[str]) -> dict:
    """The days of the period with each figure; a sum of a day without any is 0 once the day is counted."""
    days = standing.days_of(scope.period)
    return {
        "days": [f"{day}" for day in days],
        "series": {code: [_value(scope, code, day) for day in days] for code in codes},
    }


def totals(days: Days, codes: Iterable[str]) -> dict[str, str | None]:
    """What each came to over all of the days."""
    found = {}
    for code in codes:
        metric = registry.get(code)
        found[code] = text_of(prefill.value_of(metric, days)) if metric else None
    return found


def _value(scope: Scope, code: str, day: date) -> str | None:
    metric = registry.get(code)
    value = scope.days.get(code, {}).get(day)
    is_sum = metric is not None and metric.adds == Adds.SUM
    if value is None and is_sum and scope.counted_until and day <= scope.counted_until:
        value = Decimal(0)
    return text_of(value)


def labels(data: dict) -> list[str]:
    """11/3"""
    return [f"{day.month}/{day.day}" for day in map(date.fromisoformat, data["days"])]


def series(data: dict, code: str, name: str = "") -> Series:
    return Series(name or label(code), [number(value) for value in data["series"][code]])


def known(data: dict, code: str) -> list[Decimal]:
    return [value for text in data["series"][code] if (value := number(text)) is not None]
