"""Figures as people read them: by unit, in the client's currency."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from agency_figures.wording import figure
from planning.metrics import registry
from planning.metrics.registry import Adds, Metric, Unit
from planning.models import Kpi
from planning.purses import Purse
from planning.standing import Standing


def of_metric(metric: Metric, value: Decimal | None, purse: Purse) -> str:
    return figure(value, metric.unit, purse.of(metric), is_each=metric.ratio is not None)


def of_standing(found: Standing, value: Decimal | None, purse: Purse) -> str:
    is_each = bool(found.metric and found.metric.ratio)
    return figure(value, found.unit, purse.of(found.metric), is_each=is_each)


def name(kpi: Kpi) -> str:
    metric = registry.get(kpi.metric)
    return kpi.name or str(metric.label if metric else kpi.metric)


def signed(text: str, value: Decimal) -> str:
    """With a plus before what is more."""
    return f"+{text}" if value > 0 else text


def basis(told: dict, metric: Metric, factor: Decimal | None, purse: Purse) -> str:
    """How a proposed target was reckoned, with its arithmetic; empty if this reader may not see it.

    `factor` is by what LINE's cost is multiplied for this reader.
    """
    values = [(label, _seen(Decimal(value), metric, factor)) for label, value in told["values"]]
    if any(value is None for _label, value in values):
        return ""
    listed = " · ".join(
        f"{label.replace('-', '/') if told['from'] == 'months' else label} {of_metric(metric, value, purse)}"
        for label, value in values
    )
    middle = sorted(value for _label, value in values if value is not None)
    half = len(middle) // 2
    median = middle[half] if len(middle) % 2 else (middle[half - 1] + middle[half]) / 2
    change = Decimal(told["factor"]) - 1
    words = {
        "values": listed,
        "median": of_metric(metric, median, purse),
        "change": f"{change * 100:+.0f} %".replace("-", "−"),
        "result": of_metric(metric, median * (1 + change), purse),
        "count": len(values),
    }
    if told["from"] == "months":
        text = _("Median of %(count)s months: %(median)s; %(change)s = %(result)s (%(values)s)")
    else:
        text = _("Median of %(count)s campaigns: %(median)s; %(change)s = %(result)s (%(values)s)")
    return text % words


def typed(value: Decimal | None, unit: str) -> str:
    """As it stands in a field: shares in per cent, no separators."""
    if value is None:
        return ""
    shown = value * 100 if unit == Unit.SHARE else value
    text = f"{shown.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(value: Decimal | None, unit: str) -> Decimal | None:
    """What was typed in such a field."""
    return value / 100 if value is not None and unit == Unit.SHARE else value


def unit_of(kpi: Kpi) -> str:
    metric = registry.get(kpi.metric)
    return metric.unit if metric else kpi.unit


def is_rate(kpi: Kpi) -> bool:
    metric = registry.get(kpi.metric)
    return bool(metric and metric.adds == Adds.RATIO)


def _seen(value: Decimal, metric: Metric, factor: Decimal | None) -> Decimal | None:
    if not metric.power:
        return value
    if factor is None:
        return None
    return value * factor if metric.power > 0 else value / factor
