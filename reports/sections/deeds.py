"""Scenarios, and what friends did with coupons, surveys, lotteries and point campaigns."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import members
from planning import prefill
from planning.metrics import registry
from reports import blocks
from reports.blocks import Cell, Column, Section, Table
from reports.scope import Scope, text_of
from reports.sections import told as words
from reports.sections.told import Told, label
from reports.writing import number, share

SCENARIOS, SCENARIOS_TITLE = "scenarios", gettext_lazy("Scenarios")
DEEDS, DEEDS_TITLE = "deeds", gettext_lazy("Coupons, surveys, lotteries and points")
OF_SCENARIOS = ("messages", "clicks", "orders", "revenue", "cost")
OF_THINGS = {
    "coupon": ("coupons", "redeemed"),
    "survey": ("answers",),
    "lottery": ("draws",),
    "points": ("entries",),
}
KINDS = {
    "coupon": gettext_lazy("Coupon"),
    "survey": gettext_lazy("Survey"),
    "lottery": gettext_lazy("Lottery"),
    "points": gettext_lazy("Point campaign"),
}
MOST = 50


def gather_scenarios(scope: Scope) -> dict | None:
    """Those that sent or brought anything on these days, the busiest first."""
    codes = [code for code in OF_SCENARIOS if code != "revenue" or not scope.sells_apart]
    rows = _gathered(scope, ["scenario"], codes, "messages")
    return {"rows": rows} if rows else None


def gather_deeds(scope: Scope) -> dict | None:
    codes = [code for codes in OF_THINGS.values() for code in codes]
    rows = _gathered(scope, OF_THINGS, codes, "")
    return {"rows": rows} if rows else None


def _gathered(scope: Scope, kinds: Iterable[str], codes: Iterable[str], first_by: str) -> list[dict]:
    kinds, codes = list(kinds), list(codes)
    owners = [owner for owner in scope.owners if owner.partition(":")[0] in kinds]
    known = members.of(owners)
    rows: list[dict[str, Any]] = []
    for owner in owners:
        values: dict[str, Decimal | None] = {code: _value(scope, owner, code) for code in codes}
        if any(values.values()):
            name = known[owner].name if owner in known else owner
            row: dict[str, Any] = {"kind": owner.partition(":")[0], "name": name}
            rows.append(row | {code: text_of(value) for code, value in values.items()})
    by = first_by or None
    return sorted(rows, key=lambda row: (kinds.index(row["kind"]), -_size(row, by), row["name"]))[:MOST]


def _value(scope: Scope, owner: str, code: str) -> Decimal | None:
    metric = registry.get(code)
    return prefill.value_of(metric, scope.owners[owner]) if metric else None


def _size(row: dict, code: str | None) -> Decimal:
    codes = [code] if code else OF_THINGS[row["kind"]]
    return sum((number(row[each]) or Decimal(0) for each in codes), Decimal(0))


def show_scenarios(data: dict, told: Told) -> Section:
    columns = [
        Column(_("Scenario"), blocks.TEXT, 3.5),
        Column(label("messages")),
        Column(label("clicks")),
        Column(str(words.ORDERS)),
        Column(str(words.REVENUE), blocks.MONEY, 1.3),
        Column(told.cost, blocks.MONEY, 1.3),
    ]
    rows: list[list[Cell]] = [
        [row["name"], *(number(row.get(code)) for code in OF_SCENARIOS)] for row in data["rows"]
    ]
    sums = [_sum(number(row.get(code)) for row in data["rows"]) for code in OF_SCENARIOS]
    said = {"count": len(rows), "messages": told.hand.written(sums[0], blocks.COUNT)}
    lead = _("%(count)s scenarios sent %(messages)s messages by themselves.") % said
    table = Table(columns, rows, foot=[_("Total"), *sums])
    return Section(SCENARIOS, str(SCENARIOS_TITLE), [table], lead)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """Of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def show_deeds(data: dict, told: Told) -> Section:
    """A table for each kind that was used."""
    found: list[blocks.Block] = []
    for kind, codes in OF_THINGS.items():
        rows = [row for row in data["rows"] if row["kind"] == kind]
        if not rows:
            continue
        columns = [Column(str(KINDS[kind]), blocks.TEXT, 3.5), *(Column(label(code)) for code in codes)]
        cells: list[list[Cell]] = [[row["name"], *(number(row[code]) for code in codes)] for row in rows]
        if kind == "coupon":
            columns.append(Column(label("coupon_use"), blocks.SHARE))
            cells = [
                [*row, share(number(each["redeemed"]), number(each["coupons"]))]
                for row, each in zip(cells, rows, strict=True)
            ]
        found.append(Table(columns, cells))
    return Section(DEEDS, str(DEEDS_TITLE), found)
