"""The month beside the client's own past, and beside the agency's anonymous median."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency_figures import medians
from costs.periods import Period, before
from planning import prefill, reading
from planning.metrics import registry
from planning.metrics.registry import Metric, Unit
from planning.reading import Days
from reports import blocks
from reports.blocks import Cell, Column, Paragraphs, Section, Table
from reports.scope import Scope, text_of
from reports.sections.told import Told, label
from reports.writing import UNITS, number

CODE, TITLE = "benchmark", gettext_lazy("Compared with before, and with others")
CODES = (
    *("friends", "new_friends", "lost", "block_rate", "link_rate", "messages", "open_rate", "click_rate"),
    *("orders", "revenue", "cost", "roas", "cost_per_friend", "cost_per_click", "cost_per_order"),
)
OF_REVENUE = ("revenue", "roas")
YEAR = 12


def gather(scope: Scope) -> dict | None:
    """Of each figure the month, the one before, the means of 3 and 12 months, the same month a year ago.

    A mean is of the months that are known, at least two. Months of which nothing was counted are not.
    """
    month = scope.period.first
    months = [before(month, back) for back in range(YEAR + 1)]
    whole = Period(months[-1], scope.period.last)
    days = reading.of_client(scope.eyes, CODES, whole)
    parts = {each: _within(days, Period.of_month(each)) for each in months}
    known = {each for each, part in parts.items() if part}
    if month not in known:
        return None
    rows = []
    for code in CODES:
        metric = registry.get(code)
        if metric is None or (scope.sells_apart and code in OF_REVENUE):
            continue
        values = [_value(metric, parts[each]) if each in known else None for each in months]
        if any(values):
            rows.append({"code": code} | _compared(values) | median_of(scope, month, metric))
    return {"rows": rows, "months": len(known)} if rows else None


def median_of(scope: Scope, month: date, metric: Metric) -> dict:
    """Over the clients of the agency; nothing where fewer than five have it."""
    found = medians.of(scope.tenant.agency_id, month, metric.code, currency=scope.currency)
    if found is None:
        return {}
    until = None if found.is_final else f"{medians.final_on(month)}"
    return {"median": text_of(found.value), "clients": found.clients, "median_until": until}


def _value(metric: Metric, days: Days) -> Decimal | None:
    """0 of a sum that has no row is nothing known where the figure never had one."""
    return prefill.value_of(metric, days)


def _compared(values: list[Decimal | None]) -> dict:
    return {
        "now": text_of(values[0]),
        "before": text_of(values[1]),
        "mean3": text_of(_mean(values[1:4])),
        "mean12": text_of(_mean(values[1 : YEAR + 1])),
        "year": text_of(values[YEAR]),
    }


def _mean(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) / len(known) if len(known) > 1 else None


def _within(days: Days, period: Period) -> Days:
    found = {code: reading.within(series, period) for code, series in days.items()}
    return {code: series for code, series in found.items() if series}


def show(data: dict, told: Told) -> Section:
    columns = [
        Column(_("Figure"), blocks.TEXT, 2.4),
        Column(_("This month")),
        Column(_("Month before")),
        Column(_("Mean of 3 months")),
        Column(_("Mean of 12 months")),
        Column(_("A year ago")),
        Column(_("Agency’s median")),
    ]
    rows: list[list[Cell]] = []
    kinds = {}
    for place, row in enumerate(data["rows"]):
        kinds[place] = _kind(row["code"])
        keys = ("now", "before", "mean3", "mean12", "year", "median")
        rows.append([label(row["code"]), *(number(row.get(key)) for key in keys)])
    notes = [_("Means are of the months that are known, at least two.")]
    if any(row["code"] == "roas" for row in data["rows"]):
        notes.append(_("Cost and ROAS are without fees that are paid by the month."))
    clients = [row["clients"] for row in data["rows"] if row.get("clients")]
    if clients:
        text = _(
            "The median is over the agency’s clients that have the figure (%(count)s or more), rounded to "
            "two digits; no single client can be told from it."
        )
        notes.append(text % {"count": min(clients)})
        if until := next((row["median_until"] for row in data["rows"] if row.get("median_until")), None):
            said = {"day": until.replace("-", "/")}
            notes.append(
                _("The median is provisional until %(day)s, when LINE’s figures of the month are final.")
                % said
            )
    else:
        notes.append(_("The agency’s median is told of five clients or more, once their month is counted."))
    return Section(CODE, str(TITLE), [Table(columns, rows, kinds=kinds), Paragraphs(notes, is_quiet=True)])


def _kind(code: str) -> str:
    metric = registry.get(code)
    if metric is None:
        return blocks.COUNT
    if code == "roas":
        return blocks.TIMES
    return blocks.EACH if metric.ratio and metric.unit == Unit.MONEY else UNITS[metric.unit]
