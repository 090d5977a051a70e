from dataclasses import dataclass
from datetime import date, datetime

from billing import ledger, months, plans
from billing.models import QuotaReading
from billing.plans import Terms


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How much of a month's messages is used and left.

    `limit` is LINE's own where it was read this month, else the plan's; None: none, or not known.
    `used_by_line` and `read_at` are None before the first reading of the month.
    """

    month: date
    terms: Terms
    limit: int | None
    used_by_us: int
    used_outside: int
    used_by_line: int | None
    read_at: datetime | None
    remaining: int | None

    @property
    def used(self) -> int:
        """Our ledger and what others sent from the same account; LINE's count alone lags behind ours."""
        return self.used_by_us + self.used_outside


def record_reading(tenant_id: int, limit: int | None, used: int, at: datetime) -> QuotaReading:
    """Keep what LINE answered about its limit (None: no limit) and its count of the month."""
    month = months.month_of(at, months.zone_of(tenant_id))
    used_by_us = ledger.month_total(tenant_id, month).messages
    return QuotaReading.objects.create(
        tenant_id=tenant_id, read_at=at, limit=limit, used=used, used_by_us=used_by_us
    )


def status(tenant_id: int, at: datetime) -> QuotaStatus:
    """Where the client stands in the month of this moment."""
    zone = months.zone_of(tenant_id)
    month = months.month_of(at, zone)
    terms = plans.terms(tenant_id, month)
    used_by_us = ledger.month_total(tenant_id, month).messages
    reading = QuotaReading.objects.newest(tenant_id, *months.span(month, zone))
    outside = reading.used_outside if reading else 0
    used = used_by_us + outside
    line_limit = reading.limit if reading else None
    rooms = [terms.room(used), None if line_limit is None else max(0, line_limit - used)]
    return QuotaStatus(
        month=month,
        terms=terms,
        limit=_plan_limit(terms) if line_limit is None else line_limit,
        used_by_us=used_by_us,
        used_outside=outside,
        used_by_line=reading.used if reading else None,
        read_at=reading.read_at if reading else None,
        remaining=min((room for room in rooms if room is not None), default=None),
    )


def _plan_limit(terms: Terms) -> int | None:
    return terms.tariff.covered_messages if terms.plan else None
