"""How much of a month's messages is used and left, by our ledger and by LINE's own answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing import months, plans
from billing.models import LedgerEntry, MonthUsage, QuotaReading
from billing.plans import Terms

READING = "quota"  # the kind of work on the board that asks LINE
# What the ledger holds beside sends begins so: by LINE's counts of days, and by hand.
OUTSIDE = "outside:"
APART = (OUTSIDE, "reconcile:", "adjust:")


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How much of a month's messages is used and left.

    `limit` is LINE's own where it was read this month, else the plan's; None: none, or not known.
    `used_by_line` and `read_at` are None before the first reading of the month. `used_by_us` is the ledger,
    `booked_outside` the part of it that others sent by LINE's daily counts; `used_outside` what others sent
    beyond that, as far as LINE's last answer shows it.
    """

    month: date
    terms: Terms
    limit: int | None
    used_by_us: int
    used_outside: int
    used_by_line: int | None
    read_at: datetime | None
    remaining: int | None
    booked_outside: int = 0
    is_lines_limit: bool = False

    @property
    def used(self) -> int:
        """Our ledger and what others sent from the same account; LINE's count alone lags behind ours."""
        return self.used_by_us + self.used_outside

    @property
    def sent_by_us(self) -> int:
        return self.used_by_us - self.booked_outside

    @property
    def sent_outside(self) -> int:
        """By the account's console or other tools, booked and not booked yet."""
        return self.booked_outside + self.used_outside


@dataclass(frozen=True, slots=True)
class Committed:
    """What sends that are scheduled or under way still need in a month.

    `by_day`: messages by the day, in the client's time zone, on which they will leave, for what is under way
    today. `reserved`: what LINE has set aside for narrowcasts that it is sending now.
    """

    by_day: Mapping[date, int]
    reserved: int = 0

    @property
    def scheduled(self) -> int:
        return sum(self.by_day.values())


_committed: list[Callable[[datetime], Committed]] = []


def register_committed(ask: Callable[[datetime], Committed]) -> None:
    """Have what the present tenant's sends still need in the month of a moment counted in."""
    _committed.append(ask)


def record_reading(tenant_id: int, limit: int | None, used: int, at: datetime) -> QuotaReading:
    """Keep what LINE answered about its limit (None: no limit) and its count of the month."""
    month = months.month_of(at, months.zone_of(tenant_id))
    booked = _booked(tenant_id, month)
    return QuotaReading.objects.create(
        tenant_id=tenant_id,
        read_at=at,
        limit=limit,
        used=used,
        used_by_us=booked.messages,
        booked_apart=booked.apart,
    )


def status(tenant_id: int, at: datetime) -> QuotaStatus:
    """Where the client stands in the month of this moment."""
    zone = months.zone_of(tenant_id)
    month = months.month_of(at, zone)
    terms = plans.terms(tenant_id, month)
    reading = QuotaReading.objects.newest(tenant_id, *months.span(month, zone))
    booked = _booked(tenant_id, month)
    outside = reading.used_outside(booked.apart) if reading else 0
    used = booked.messages + outside
    line_limit = reading.limit if reading else None
    rooms = [terms.room(used), None if line_limit is None else max(0, line_limit - used)]
    return QuotaStatus(
        month=month,
        terms=terms,
        limit=_plan_limit(terms) if line_limit is None else line_limit,
        used_by_us=booked.messages,
        used_outside=outside,
        used_by_line=reading.used if reading else None,
        read_at=reading.read_at if reading else None,
        remaining=min((room for room in rooms if room is not None), default=None),
        booked_outside=booked.outside,
        is_lines_limit=line_limit is not None,
    )


def committed(at: datetime) -> Committed:
    """What all that sends in the present tenant still needs in the month of this moment."""
    told = [ask(at) for ask in _committed]
    days = {day for each in told for day in each.by_day}
    by_day = {day: sum(each.by_day.get(day, 0) for each in told) for day in sorted(days)}
    return Committed(by_day, sum(each.reserved for each in told))


class Booked(NamedTuple):
    """The month's messages in the ledger; those of them beside sends; those of these that others sent."""

    messages: int = 0
    apart: int = 0
    outside: int = 0


def _booked(tenant_id: int, month: date) -> Booked:
    """All of one moment, since they grow."""
    usage = MonthUsage.objects.filter(tenant_id=tenant_id, month=month).annotate(
        apart=_sum(tenant_id, *APART), outside=_sum(tenant_id, OUTSIDE)
    )
    found = usage.values_list("messages", "apart", "outside").first()
    return Booked(*found) if found else Booked()


def _sum(tenant_id: int, *prefixes: str) -> Coalesce:
    entries = LedgerEntry.objects.referring_to(tenant_id, *prefixes).filter(month=OuterRef("month"))
    summed = entries.order_by().values("month").annotate(sum=Sum("messages")).values("sum")
    return Coalesce(Subquery(summed, output_field=models.IntegerField()), Value(0))


def _plan_limit(terms: Terms) -> int | None:
    return terms.tariff.covered_messages if terms.plan else None
