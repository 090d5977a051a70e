"""What the pages of returns show: rows as cells of text, parts of a spend, figures with their arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.money import UNKNOWN, written
from costs import wording
from costs.outcomes import Code, Measure, Orders
from costs.periods import Period, before
from costs.rows import By, Report, Row
from costs.spending import Line, Spend
from costs.wording import Text

OF_SENDS = (Code.OPENS, Code.CLICKS, Code.LINKS, Code.ORDERS, Code.REVENUE)
OF_ROUTES = (Code.FRIENDS, Code.LINKS, Code.REVENUE)
OF_ALL = (Code.OPENS, Code.CLICKS, Code.CLICKERS, Code.FRIENDS, Code.LINKS, Code.ORDERS)


SORTED_BY = ("messages", "spend", *Code.values, "roas")


@dataclass(frozen=True)
class Preset:
    name: Text
    period: Period
    is_here: bool


@dataclass(frozen=True)
class Cell:
    """`note` is what one of them cost."""

    code: str
    label: Text
    text: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a spend, and what it is."""

    name: Text
    amount: str
    about: Text


@dataclass(frozen=True)
class Figure:
    """A figure, the arithmetic behind it, and what was counted."""

    name: Text
    value: str
    how: str
    about: Text


def presets(shown: Period, today: date) -> list[Preset]:
    """Periods of one click."""
    this = today.replace(day=1)
    found = [
        (_("This month"), Period(this, today)),
        (_("Last month"), Period.of_month(before(this))),
        (_("The last 3 months"), Period(before(this, 2), today)),
        (_("The last 12 months"), Period(before(this, 11), today)),
        (_("The last 30 days"), Period(today - timedelta(days=29), today)),
    ]
    return [Preset(name, period, period == shown) for name, period in found]


def columns(by: By) -> Sequence[Code]:
    return OF_ROUTES if by == By.ROUTE else OF_SENDS


def ordered(report: Report, sort: str) -> list[Row]:
    """The rows by a column, the most first; after a minus the least. What is not known comes last."""
    code = sort.removeprefix("-")
    if code not in SORTED_BY:
        return report.rows
    known = [row for row in report.rows if _rank(row, code) is not None]
    unknown = [row for row in report.rows if _rank(row, code) is None]
    known.sort(key=lambda row: _rank(row, code) or Decimal(0), reverse=not sort.startswith("-"))
    return known + unknown


def money(amount: Decimal, report: Report) -> str:
    return written(amount, report.currency)


def revenue(row: Row, report: Report) -> str:
    measure = row.measures.get(Code.REVENUE)
    return UNKNOWN if measure is None else _mark(measure) + written(measure.count, report.currency)


def cells(row: Row, report: Report) -> list[Cell]:
    """All but the name."""
    by, currency = report.asked.by, report.currency
    found = [] if by == By.ROUTE else [Cell("messages", _("Messages"), f"{row.messages:,}")]
    found.append(Cell("spend", _("Spend"), written(row.spend.total, currency)))
    found += [_cell(code, row.measures.get(code), currency) for code in columns(by)]
    return [*found, Cell("roas", "ROAS", roas(row))]


def roas(row: Row) -> str:
    """Revenue as a share of what was spent for it."""
    measure = row.measures.get(Code.REVENUE)
    share = measure.per_spend if measure else None
    return UNKNOWN if share is None or measure is None else f"{_mark(measure)}{share:,.0%}"


def rewards(row: Row, report: Report) -> Part | None:
    """What stands beside the spend; None where nothing was given."""
    if not row.rewards:
        return None
    return Part(wording.REWARDS, written(row.rewards, report.currency), wording.OF_REWARDS)


def parts(spend: Spend, report: Report, *, shows_net: bool) -> list[Part]:
    """What it is made of, without what is nothing."""
    about: dict[str, Text] = {
        "messages": wording.of_view(report.asked.view),
        "line_fee": wording.MONTHLY,
        "agency": wording.AGENCY if shows_net else wording.AGENCY_OF_GROSS,
        "tool": wording.MONTHLY,
        "ads": wording.ADS,
    }
    amounts = {each.name: getattr(spend, each.name) for each in fields(spend)}
    return [
        Part(wording.PARTS[name], written(amount, report.currency), about[name])
        for name, amount in amounts.items()
        if amount or name == "messages"
    ]


def figures(row: Row, report: Report, *, is_all: bool = False) -> list[Figure]:
    """What each thing that came has cost. `is_all`: the row is of all that happened on some days."""
    found = []
    if row.per_message is not None:
        how = _division(row.spend.sending, f"{row.messages:,}", row.per_message, report.currency)
        found.append(
            Figure(_("Cost per message"), _each(row.per_message, report.currency), how, _("All but ads."))
        )
    known = ((code, row.measures[code]) for code in OF_ALL if code in row.measures)
    found += [_figure(code, measure, report, is_all=is_all) for code, measure in known]
    return [*found, *_of_revenue(row, report, is_all=is_all)]


def monthly(lines: Sequence[Line], report: Report) -> list[dict]:
    """Month by month, how much of what is paid by the month falls on these lines."""
    found = []
    for month in report.months:
        own = [line for line in lines if line.month == month.month]
        if own and month.monthly.total:
            share = sum((line.shared.total for line in own), Decimal(0))
            found.append(
                {
                    "month": month.month,
                    "whole": written(month.monthly.total, report.currency),
                    "messages": sum(line.messages for line in own),
                    "all_messages": month.shared_by,
                    "share": written(share, report.currency),
                }
            )
    return found


def _rank(row: Row, code: str) -> Decimal | None:
    if code == "messages":
        return Decimal(row.messages)
    if code == "spend":
        return row.spend.total
    measure = row.measures.get(Code.REVENUE if code == "roas" else code)
    if measure is None:
        return None
    return measure.per_spend if code == "roas" else measure.count


def _cell(code: Code, measure: Measure | None, currency: str) -> Cell:
    if measure is None:
        return Cell(code, code.label, UNKNOWN)
    if code == Code.REVENUE:
        return Cell(code, code.label, _mark(measure) + written(measure.count, currency))
    note = _each(measure.each, currency) if measure.each is not None else ""
    return Cell(code, code.label, f"{_mark(measure)}{measure.count:,.0f}", note)


def _figure(code: Code, measure: Measure, report: Report, *, is_all: bool) -> Figure:
    how = _division(measure.spend, f"{_mark(measure)}{measure.count:,.0f}", measure.each, report.currency)
    return Figure(wording.EACH[code], _each(measure.each, report.currency), how, _about(code, report, is_all))


def _of_revenue(row: Row, report: Report, *, is_all: bool) -> list[Figure]:
    measure = row.measures.get(Code.REVENUE)
    if measure is None:
        return []
    about, currency = _about(Code.REVENUE, report, is_all), report.currency
    gained, spend = revenue(row, report), written(measure.spend, currency)
    per = UNKNOWN if measure.each is None else written(measure.each, currency, more=2)
    found = [
        Figure(wording.EACH[Code.REVENUE], per, f"{spend} ÷ {gained} = {per}", about),
        Figure(_("Revenue per spend (ROAS)"), roas(row), f"{gained} ÷ {spend} = {roas(row)}", about),
    ]
    return found + ([_with_rewards(row, measure, currency)] if row.rewards else [])


def _with_rewards(row: Row, measure: Measure, currency: str) -> Figure:
    share = row.revenue_per_all
    told = UNKNOWN if share is None else f"{_mark(measure)}{share:,.0%}"
    spend, given = written(row.spend.total, currency), written(row.rewards, currency)
    gained = _mark(measure) + written(measure.count, currency)
    how = f"{gained} ÷ ({spend} + {given}) = {told}"
    return Figure(_("ROAS with rewards"), told, how, wording.OF_REWARDS)


def _about(code: Code, report: Report, is_all: bool) -> Text:
    if code == Code.LINKS and is_all:
        return wording.ALL_LINKS
    if code not in (Code.ORDERS, Code.REVENUE):
        return wording.KNOWN[code]
    if report.asked.by == By.ROUTE and not is_all:
        return wording.SINCE_THEY_CAME
    if report.asked.by == By.SEND and not is_all:
        return wording.OF_ORDERS[Orders(report.orders)]
    return wording.ONCE[Orders(report.orders)]


def _division(spend: Decimal, count: str, each: Decimal | None, currency: str) -> str:
    return f"{written(spend, currency)} ÷ {count} = {_each(each, currency)}"


def _each(amount: Decimal | None, currency: str) -> str:
    return written(amount, currency, more=1)


def _mark(measure: Measure) -> str:
    """At least so many, or at most."""
    if measure.is_repeated:
        return "≤ "
    return "≥ " if measure.is_least else ""
