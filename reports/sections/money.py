"""What was spent, what came of it, and what the next month will probably cost."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.timing import calendar
from costs import wording as costs_wording
from costs.grouping import PURPOSES
from costs.outcomes import Code
from costs.rows import Row
from costs.spending import Spend
from reports import blocks
from reports.blocks import Cell, Chart, Column, Paragraphs, Section, Table, Tile, Tiles
from reports.models import Kind
from reports.scope import Scope, text_of
from reports.sections import daily
from reports.sections import told as words
from reports.sections.told import Told, about
from reports.writing import number

COST, COST_TITLE = "cost", gettext_lazy("Cost and forecast")
ORDERS, ORDERS_TITLE = "orders", gettext_lazy("Orders and ROAS")
DEAREST = 12
PARTS = tuple(each.name for each in fields(Spend))


def total_of(scope: Scope) -> Row | None:
    """What all of these days, the campaign or the send cost and brought; None if nothing is known."""
    if scope.of_send:
        return scope.of_send.total
    if scope.campaign:
        assert scope.of_campaign  # noqa: S101  (there is one with a campaign)
        return scope.of_campaign.row(f"campaign:{scope.campaign.pk}")
    return scope.returns.total


def gather_cost(scope: Scope) -> dict | None:
    total = total_of(scope)
    if total is None:
        return None
    found = {
        "total": text_of(total.spend.total),
        "messages": total.messages,
        "each": text_of(total.per_message),
        "parts": {name: text_of(getattr(total.spend, name)) for name in PARTS},
    }
    if scope.kind != Kind.MONTH:
        return found
    rows = sorted(scope.returns.rows, key=lambda row: -row.spend.total)
    dearest = [
        [_name(row), row.kind, row.messages, text_of(row.spend.total)]
        for row in rows[:DEAREST]
        if row.spend.total
    ]
    return found | {"dearest": dearest, "next": _planned(scope), "daily": daily.kept(scope, ["cost"])}


def _name(row: Row) -> str:
    """Of a send its own; of what is paid by purpose, the code of that: it has a name in each language."""
    return str(row.name) if row.kind == "broadcast" else row.key


def _planned(scope: Scope) -> dict:
    """What is planned for the month after: messages, and what they will cost by the contract."""
    period = scope.next_month
    days = calendar.days(period.first, period.last)
    sight = scope.eyes.sight(period.first)
    costs = [sight.of(day.to_cost) for day in days if day.currency]
    count = sum(day.planned for day in days)
    return {"month": f"{period.first:%Y-%m}", "messages": count, "cost": text_of(sum(costs, Decimal(0)))}


def show_cost(data: dict, told: Told) -> Section:
    label = told.cost
    each = number(data["each"])
    tiles = [
        Tile(_("In all"), number(data["total"]), blocks.MONEY),
        Tile(_("Messages sent"), data["messages"]),
        Tile(_("Per message"), each, blocks.EACH),
    ]
    found: list[blocks.Block] = [Tiles(tiles)]
    rows: list[list[Cell]] = [
        [str(costs_wording.PARTS[name]), number(amount)]
        for name, amount in data["parts"].items()
        if number(amount)
    ]
    if rows:
        columns = [Column(_("What it was for"), blocks.TEXT, 3), Column(label, blocks.MONEY)]
        found.append(Table(columns, rows, foot=[_("Total"), number(data["total"])]))
    if data.get("daily") and any(daily.known(data["daily"], "cost")):
        series = daily.series(data["daily"], "cost", label)
        title = _("On which days did messages and ads cost money?")
        found.append(Chart(title, daily.labels(data["daily"]), [series], blocks.MONEY, is_bars=True))
    if data.get("dearest"):
        columns = [
            Column(_("Name"), blocks.TEXT, 3.5),
            Column(_("Messages sent")),
            Column(label, blocks.MONEY),
        ]
        dear: list[list[Cell]] = [
            [_named(name, kind), count, number(amount)] for name, kind, count, amount in data["dearest"]
        ]
        found.append(Table(columns, dear, title=_("What cost most")))
    if planned := data.get("next"):
        said = {
            "month": planned["month"].replace("-", "/"),
            "count": told.hand.written(planned["messages"], blocks.COUNT),
            "cost": told.hand.written(number(planned["cost"]), blocks.MONEY),
        }
        text = _("Planned for %(month)s so far: %(count)s messages, for about %(cost)s beside monthly fees.")
        found.append(Paragraphs([text % said]))
    basis = [_("Amounts are before tax.")]
    if any(
        number(amount) for name, amount in data["parts"].items() if name in ("line_fee", "agency", "tool")
    ):
        basis.append(_("Fees that are paid by the month are shared among the messages of its days."))
    found.append(Paragraphs(basis, is_quiet=True))
    return Section(COST, str(COST_TITLE), found)


def _named(name: str, kind: str) -> str:
    known = PURPOSES | {
        "ads": _("Routes and ads, of no single send"),
        "idle": _("Monthly fees while nothing was sent"),
    }
    return name if kind == "broadcast" else str(known.get(name, name))


def gather_orders(scope: Scope) -> dict | None:
    """Those credited to a send, a scenario or a route, each once; of one send those that its results tell.

    Revenue in another currency than cost is left out, as on the page of returns.
    """
    total = total_of(scope)
    if total is None:
        return None
    spend = total.spend.total
    if scope.kind == Kind.SEND:
        orders, revenue = (
            measure.count if (measure := total.measures.get(code)) else None
            for code in (Code.ORDERS, Code.REVENUE)
        )
    else:
        orders, revenue = (
            sum(scope.days.get(code, {}).values(), Decimal(0)) for code in ("orders", "revenue")
        )
        revenue = None if scope.sells_apart else revenue
    found: dict[str, Any] = {
        "spend": text_of(spend),
        "orders": text_of(orders),
        "revenue": text_of(revenue),
        "roas": text_of(revenue / spend) if revenue is not None and spend > 0 else None,
    }
    if scope.kind == Kind.SEND:
        return found
    return found | {"daily": daily.kept(scope, ["orders"] if scope.sells_apart else ["orders", "revenue"])}


def show_orders(data: dict, told: Told) -> Section:
    orders, revenue, roas = (number(data[code]) for code in ("orders", "revenue", "roas"))
    each = revenue / orders if revenue is not None and orders else None
    tiles = [
        Tile(str(words.ORDERS), orders),
        Tile(str(words.REVENUE), revenue, blocks.MONEY),
        Tile(_("Average order"), each, blocks.MONEY),
        Tile(_("ROAS"), roas, blocks.TIMES, _("revenue for what was spent in all")),
    ]
    found: list[blocks.Block] = [Tiles(tiles)]
    if (days := data.get("daily")) and "revenue" in days["series"] and any(daily.known(days, "revenue")):
        series = daily.series(days, "revenue", str(words.REVENUE))
        title = _("On which days did LINE bring revenue?")
        found.append(Chart(title, daily.labels(days), [series], blocks.MONEY, is_bars=True))
    notes = [_("ROAS is revenue divided by all that was spent: messages, monthly fees and ads.")]
    if "daily" in data:
        notes.insert(0, about("orders"))
    found.append(Paragraphs(notes, is_quiet=True))
    if orders is None:
        lead = _("It is not known which orders came of this.")
    else:
        said = {
            "orders": told.hand.written(orders, blocks.COUNT),
            "revenue": told.hand.written(revenue, blocks.MONEY),
            "roas": told.hand.written(roas, blocks.TIMES),
        }
        lead = _("%(orders)s orders brought %(revenue)s (ROAS %(roas)s).") % said
    return Section(ORDERS, str(ORDERS_TITLE), found, lead)
