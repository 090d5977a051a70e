"""Friends, target reach, blocks and growth day by day, as they are kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from costs.periods import Period
from costs.spending import Eyes
from friends import charts
from friends.charts import Chart
from planning import counting, reading
from planning.reading import Days

CHOICES = (30, 90, 365)
CODES = ("friends", "reach", "blocks", "net_growth", "new_friends", "lost", "linked", "links")
LINES = ("friends", "reach", "blocks")


@dataclass(frozen=True, slots=True)
class DayOfFriends:
    """One day; None is not known."""

    day: date
    friends: int | None
    reach: int | None
    blocks: int | None
    net_growth: int | None
    new_friends: int | None
    lost: int | None
    linked: int | None
    links: int | None


@dataclass(frozen=True, slots=True)
class DaysOfFriends:
    """The newest first; `grown` is by how much the friends changed over all of them."""

    length: int
    rows: list[DayOfFriends]
    chart: Chart | None
    grown: int | None


def asked(text: str) -> int:
    """Of how many days; else of 90."""
    return int(text) if text in {str(days) for days in CHOICES} else CHOICES[1]


def of(eyes: Eyes, length: int) -> DaysOfFriends:
    """The last days until yesterday."""
    last = counting.today() - timedelta(days=1)
    return between(eyes, Period(last - timedelta(days=length - 1), last))


def between(eyes: Eyes, period: Period) -> DaysOfFriends:
    days = reading.of_client(eyes, CODES, period)
    length = (period.last - period.first).days + 1
    all_days = [period.last - timedelta(days=back) for back in range(length)]
    rows = [_row(days, day) for day in all_days]
    known = [row for row in rows if any(getattr(row, code) is not None for code in CODES)]
    lines: dict[date, dict[str, int | None]] = {
        row.day: {name: getattr(row, name) for name in LINES} for row in rows
    }
    counts = [row.friends for row in known if row.friends is not None]
    grown = counts[0] - counts[-1] if len(counts) > 1 else None
    return DaysOfFriends(length, known, charts.draw(lines, list(LINES)), grown)


def _row(days: Days, day: date) -> DayOfFriends:
    return DayOfFriends(day, *(_whole(days.get(code, {}).get(day)) for code in CODES))


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
