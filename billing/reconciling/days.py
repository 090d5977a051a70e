"""The days of a month for people: our count, LINE's, what was booked for the difference, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from billing import months
from billing.models import DayCount, LedgerEntry, QuotaReading
from billing.reconciling import facts, words
from billing.reconciling.comparing import Gap, Ours, Why, compare
from billing.reconciling.facts import A_DAY, JAPAN, NOTHING, Booked


@dataclass(frozen=True)
class Line:
    """One kind of message on one day."""

    gap: Gap
    booked: Booked

    @property
    def name(self) -> str:
        return self.gap.name

    @property
    def label(self) -> str:
        return words.kind(self.gap.name)

    @property
    def reasons(self) -> list[str]:
        return words.reasons(self.gap)

    @property
    def is_doubtful(self) -> bool:
        return Why.DOUBTED in self.gap.reasons


@dataclass(frozen=True)
class Row:
    """One day in Japan. `counted_at` is when LINE told its count; None: it has not yet."""

    day: date
    counted_at: datetime | None
    is_asked: bool
    lines: list[Line]

    @property
    def is_counted(self) -> bool:
        return self.counted_at is not None

    @property
    def ours(self) -> int:
        return sum(line.gap.ours for line in self.lines)

    @property
    def by_line(self) -> int | None:
        """None as long as a kind that we have sent is not told."""
        told = [line.gap.lines for line in self.lines if line.gap.lines is not None]
        return sum(told) if self.is_counted and len(told) == len(self.lines) else None

    @property
    def difference(self) -> int | None:
        return None if self.by_line is None else self.by_line - self.ours

    @property
    def outside(self) -> int:
        return sum(line.booked.outside for line in self.lines)

    @property
    def correction(self) -> int:
        return sum(line.booked.correction for line in self.lines)

    @property
    def explained(self) -> list[Line]:
        """The kinds about which there is something to say."""
        return [line for line in self.lines if line.gap.reasons != (Why.AGREES,)]


@dataclass(frozen=True)
class Month:
    """The days of a month until yesterday, the newest first, and what LINE counts of the month as a whole."""

    month: date
    rows: list[Row]
    booked_messages: int  # all of the month in the ledger, at LINE's last answer
    by_hand: int  # corrections by people among it
    reading: QuotaReading | None

    @cached_property
    def ours(self) -> int:
        return sum(row.ours for row in self.rows)

    @cached_property
    def by_line(self) -> int:
        """Of the days whose count LINE has told."""
        return sum(row.by_line or 0 for row in self.rows)

    @cached_property
    def difference(self) -> int:
        return sum(row.difference or 0 for row in self.rows)

    @cached_property
    def outside(self) -> int:
        return sum(row.outside for row in self.rows)

    @cached_property
    def correction(self) -> int:
        return sum(row.correction for row in self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the month: nothing was sent, and LINE was never asked."""
        return not self.ours and not any(row.is_asked for row in self.rows)

    @property
    def waiting(self) -> int:
        """Days that LINE has not counted yet."""
        return sum(not row.is_counted for row in self.rows)

    @property
    def rest(self) -> int | None:
        """What LINE's count of the month has beyond the ledger, or lacks; None: LINE was not asked."""
        return self.reading.used - self.booked_messages if self.reading else None


def of_month(tenant_id: int, month: date, *, today: date) -> Month:
    """The days of the month that are over, in Japan's time. Of the present tenant."""
    first, last = month, min(_last(month), today - A_DAY)
    zone = months.zone_of(tenant_id)
    reading = QuotaReading.objects.newest(tenant_id, *months.span(month, zone))
    rows = _rows(tenant_id, first, last) if first <= last else []
    by_hand = LedgerEntry.objects.referring_to(tenant_id, "adjust:").filter(month=month)
    return Month(
        month=month,
        rows=rows,
        booked_messages=reading.used_by_us + _booked_since(tenant_id, month, reading) if reading else 0,
        by_hand=by_hand.total().messages,
        reading=reading,
    )


def today_of(at: datetime) -> date:
    """Japan's day."""
    return at.astimezone(JAPAN).date()


def _rows(tenant_id: int, first: date, last: date) -> list[Row]:
    known = facts.known(tenant_id, first - A_DAY, last)
    gaps, booked = compare(known), facts.booked(tenant_id, first, last)
    asked = {row.day: row for row in DayCount.objects.between(tenant_id, first, last).defer("counts")}
    return [
        Row(
            each.day,
            counted_at=asked[each.day].read_at if each.lines is not None else None,
            is_asked=each.day in asked,
            lines=_lines(each.day, gaps[each.day] or _uncounted(each.ours), booked),
        )
        for each in reversed(known[1:])
    ]


def _uncounted(ours: Mapping[str, Ours]) -> list[Gap]:
    """What we have sent on a day that LINE has not counted."""
    return [Gap(name, sent.messages, None) for name, sent in ours.items()]


def _lines(day: date, gaps: list[Gap], booked: facts.Bookings) -> list[Line]:
    return [Line(gap, booked.get((day, gap.name), NOTHING)) for gap in gaps if gap.ours or gap.lines]


def _booked_since(tenant_id: int, month: date, reading: QuotaReading) -> int:
    """What was booked beside sends after the reading: it belongs to what LINE counted then."""
    entries = LedgerEntry.objects.referring_to(tenant_id, "outside:", "reconcile:", "adjust:")
    return entries.filter(month=month).total().messages - reading.booked_apart


def _last(month: date) -> date:
    return months.span(month, JAPAN)[1].date() - A_DAY
