"""Stretches of days of a client's calendar, and which part of a month's amount falls on them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

STEP = Decimal("0.0001")  # to which the ledger keeps money
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, month: date) -> "Period":
        """The month that begins on this day."""
        return cls(month, after(month) - DAY)

    @property
    def months(self) -> list[date]:
        """The first day of each month that it touches, in order of time."""
        found = [self.first.replace(day=1)]
        while (following := after(found[-1])) <= self.last:
            found.append(following)
        return found

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it."""
        start, end = (datetime.combine(day, time.min, zone) for day in (self.first, self.last + DAY))
        return start, end

    def within(self, month: date) -> "Period":
        """Its days in a month that it touches."""
        whole = Period.of_month(month)
        return Period(max(self.first, whole.first), min(self.last, whole.last))

    def part(self, amount: Decimal, month: date) -> Decimal:
        """What of a month's amount falls on its days, spread evenly, to four decimals.

        Parts of periods that follow each other sum to the part of both, and in the end to the amount.
        """
        days = self.within(month)
        return _until(amount, month, days.last) - _until(amount, month, days.first - DAY)


def month_of(text: str) -> date:
    """The first day of the month that is written so: `2026-11`."""
    return date.fromisoformat(f"{text}-01")


def after(month: date) -> date:
    """The first day of the month that follows."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(month: date, count: int = 1) -> date:
    """The first day of the month that came so many months before."""
    for _month in range(count):
        month = (month.replace(day=1) - DAY).replace(day=1)
    return month


def _until(amount: Decimal, month: date, day: date) -> Decimal:
    days = (after(month) - month).days
    over = min(max((day - month).days + 1, 0), days)
    return amount if over == days else (amount * over / days).quantize(STEP, ROUND_HALF_UP)
