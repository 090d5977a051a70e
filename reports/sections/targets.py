"""Targets against actuals, with lights and what moved them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from costs.periods import Period
from planning import details, moving, standing, trees, windows, wording
from planning.metrics import registry
from planning.models import Kpi
from planning.moving import Moved, Part
from planning.purses import Purse
from planning.standing import Book, Light, Standing, Why
from planning.windows import Window
from reports import blocks
from reports.blocks import Column, Paragraphs, Section, Table
from reports.scope import Scope, text_of
from reports.sections.told import Told, label
from reports.writing import UNITS, number

CODE, TITLE = "targets", gettext_lazy("Targets and actuals")
MOST_MOVED = 4  # indicators of which the report says what moved them
WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN)


def gather(scope: Scope) -> dict | None:
    """Every indicator of the client, or of the campaign, in the order of the tree."""
    campaign = scope.campaign
    window = Window(scope.period, windows.WHOLE if campaign else f"{scope.period.first:%Y-%m}")
    kpis = [kpi for kpi, _depth in trees.ordered(list(Kpi.objects.of(campaign).select_related("campaign")))]
    depths = [depth for _kpi, depth in trees.ordered(kpis)]
    if not kpis:
        return None
    book = Book(scope.eyes, window, kpis, [campaign] if campaign else [])
    found = standing.of(scope.eyes, kpis, window, campaign, book)
    told = [_row(each, depth) for each, depth in zip(found, depths, strict=True)]
    by_light = sorted(
        (place for place, each in enumerate(found) if each.light in WORST_FIRST and each.metric),
        key=lambda place: (WORST_FIRST.index(found[place].light), place),
    )
    for place in by_light[:MOST_MOVED]:
        metric = found[place].metric
        assert metric  # noqa: S101  (those without are left out above)
        moved = moving.of(scope.eyes, metric, campaign, window, book)
        told[place]["moved"] = _moved(moved) if moved else None
    return {"rows": told}


def _row(found: Standing, depth: int) -> dict[str, Any]:
    kpi = found.kpi
    return {
        "name": kpi.name,
        "metric": kpi.metric,
        "depth": depth,
        "unit": str(found.unit),
        "actual": text_of(found.forecast.actual),
        "end": text_of(found.forecast.end),
        "target": text_of(found.target),
        "light": str(found.light),
        "why": str(found.why) if found.why else None,
        "reached": text_of(found.reached),
    }


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "metric": moved.metric.code,
        "now": text_of(moved.now),
        "then": text_of(moved.then),
        "gained": _part(moved.gained),
        "missing": _part(moved.missing),
    }


def _part(part: Part | None) -> list | None:
    return [part.member.name, text_of(part.now), text_of(part.then)] if part else None


def show(data: dict, told: Told) -> Section:
    rows, kinds = [], {}
    for place, row in enumerate(data["rows"]):
        kinds[place] = _kind(row)
        name = "　" * row["depth"] + name_of(row)
        reached = number(row["reached"])
        values = [number(row[key]) for key in ("target", "actual")]
        rows.append([name, *values, None if reached is None else f"{reached:,.0f}%", light(row)])
    columns = [
        Column(_("Indicator"), blocks.TEXT, 3),
        Column(_("Target"), blocks.COUNT, 1.3),
        Column(_("Actual"), blocks.COUNT, 1.3),
        Column(_("Of the target"), blocks.DAY, 1),
        Column(_("On track?"), blocks.TEXT, 2),
    ]
    found: list[blocks.Block] = [Table(columns, rows, kinds=kinds)]
    if moved := [said for row in data["rows"] if row.get("moved") if (said := _said(row, told))]:
        found.append(Paragraphs([_("What moved them")]))
        found.append(Paragraphs(moved, is_list=True))
    return Section(CODE, str(TITLE), found, lead=lead(data))


def name_of(row: dict) -> str:
    return row["name"] or label(row["metric"])


def lead(data: dict) -> str:
    """How many are reached."""
    judged = [row for row in data["rows"] if row["light"] != Light.GREY]
    green = sum(row["light"] == Light.GREEN for row in judged)
    if not judged:
        return _("No target was set for these days.")
    words = {"count": green, "all": len(judged)}
    return _("%(count)s of %(all)s targets are reached, or on the way to it.") % words


def light(row: dict) -> str:
    """Never by colour alone: a sign and words."""
    signs = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.GREY: "–"}
    colour = Light(row["light"])
    words = Why(row["why"]).label if row["why"] else colour.label
    return f"{signs[colour]} {words}"


def _kind(row: dict) -> str:
    metric = registry.get(row["metric"])
    is_each = bool(metric and metric.ratio and row["unit"] == "money")
    return blocks.EACH if is_each else UNITS[row["unit"]]


def _said(row: dict, told: Told) -> str:
    moved = row["moved"]
    metric = registry.get(moved["metric"])
    if metric is None:
        return ""
    parts = {key: _read(moved[key]) for key in ("gained", "missing")}
    known = Moved(metric, _days(told), _days(told), number(moved["now"]), number(moved["then"]), [], None, [])
    own = registry.get(row["metric"]) or metric
    purse = Purse(told.hand.currency, told.hand.currency)
    said = details.moved_in_words(known, own, purse)
    for part, text in (
        (parts["gained"], _("Most came from “%(name)s” (%(amount)s).")),
        (parts["missing"], _("Most is missing from “%(name)s” (%(amount)s).")),
    ):
        if part:
            amount = wording.signed(wording.of_metric(metric, part[1], purse), part[1])
            said += " " + text % {"name": part[0], "amount": amount}
    return f"{name_of(row)}: {said}"


def _days(told: Told) -> Period:
    return Period(told.first, told.last)


def _read(part: list | None) -> tuple[str, Decimal] | None:
    if part is None:
        return None
    name, now, then = part
    return name, (number(now) or Decimal(0)) - (number(then) or Decimal(0))
