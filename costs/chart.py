"""Spend and revenue month by month, as bars."""

from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.money import written
from costs import pages
from costs.outcomes import Code
from costs.periods import Period, before
from costs.returns import report
from costs.rows import Asked, By, Report, Row
from costs.spending import Eyes

MONTHS = 12
HEIGHT = 100


@dataclass(frozen=True)
class Block:
    """A piece of a bar, from the top; in hundredths of the chart's height."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    x: float
    label: str
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Chart:
    """`most` is what a bar of the whole height stands for."""

    spend: list[Bar]
    revenue: list[Bar]
    most_spend: str
    most_revenue: str
    has_spend: bool
    has_revenue: bool


def of_year(eyes: Eyes, asked: Asked) -> Chart:
    """Twelve months until the last of the period that is asked for."""
    period = asked.period
    year = Period(before(period.last.replace(day=1), MONTHS - 1), period.last)
    found = report(eyes, replace(asked, period=year, by=By.MONTH))
    rows = found.rows[::-1]
    most_spend = max((row.spend.total for row in rows), default=Decimal(0))
    most_revenue = max((_revenue(row) for row in rows), default=Decimal(0))
    return Chart(
        spend=[_spend_bar(place, row, found, most_spend) for place, row in enumerate(rows)],
        revenue=[_revenue_bar(place, row, found, most_revenue) for place, row in enumerate(rows)],
        most_spend=written(most_spend, found.currency),
        most_revenue=written(most_revenue, found.currency),
        has_spend=most_spend > 0,
        has_revenue=most_revenue > 0,
    )


def _revenue(row: Row) -> Decimal:
    measure = row.measures.get(Code.REVENUE)
    return measure.count if measure else Decimal(0)


def _spend_bar(place: int, row: Row, found: Report, most: Decimal) -> Bar:
    spend = row.spend
    pieces = {"line": spend.messages + spend.line_fee, "fees": spend.agency + spend.tool, "ads": spend.ads}
    return _bar(place, row, pages.money(spend.total, found), pieces, most)


def _revenue_bar(place: int, row: Row, found: Report, most: Decimal) -> Bar:
    title = f"{pages.revenue(row, found)} · ROAS {pages.roas(row)}"
    return _bar(place, row, title, {"revenue": _revenue(row)}, most)


def _bar(place: int, row: Row, title: str, pieces: dict[str, Decimal], most: Decimal) -> Bar:
    y, blocks = float(HEIGHT), []
    for kind, amount in pieces.items():
        height = float(max(amount, Decimal(0)) * HEIGHT / most) if most > 0 else 0.0
        y -= height
        blocks.append(Block(kind, round(y, 2), round(height, 2)))
    return Bar(place * 10 + 1, str(row.name), f"{row.name}: {title}", blocks)
