"""A report as a table for a file: plain numbers, empty where nothing is known."""

from dataclasses import fields
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from costs import wording
from costs.outcomes import Code
from costs.periods import STEP
from costs.rows import Report, Row
from costs.spending import Spend

COUNTED = (Code.OPENS, Code.CLICKS, Code.CLICKERS, Code.FRIENDS, Code.LINKS, Code.ORDERS)


def of_report(report: Report) -> Sheet:
    """A line for each of its rows, and the total. Amounts have four decimals, and their currency beside."""
    header = [_("Key"), _("Name"), _("Started"), _("Currency"), _("Messages"), _("Spend")]
    header += [str(wording.PARTS[each.name]) for each in fields(Spend)]
    for code in COUNTED:
        header += [str(code.label), str(wording.EACH[code])]
    header += [str(Code.REVENUE.label), str(wording.EACH[Code.REVENUE]), "ROAS"]
    header += [str(wording.REWARDS), _("ROAS with rewards")]
    rows = [_row(row, report.currency) for row in [*report.rows, report.total]]
    return Sheet("returns", _("Return on spend"), header, rows)


def _row(row: Row, currency: str) -> list[Cell]:
    cells: list[Cell] = [
        row.key,
        str(row.name),
        row.begun_at,
        currency,
        row.messages,
        _money(row.spend.total),
    ]
    cells += [_money(getattr(row.spend, each.name)) for each in fields(Spend)]
    for code in COUNTED:
        measure = row.measures.get(code)
        cells += [int(measure.count), _money(measure.each)] if measure else [None, None]
    revenue = row.measures.get(Code.REVENUE)
    cells += [revenue.count, _money(revenue.each), _money(revenue.per_spend)] if revenue else [None] * 3
    return [*cells, _money(row.rewards), _money(row.revenue_per_all)]


def _money(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(STEP, ROUND_HALF_UP)
