"""What the ledger has of a period: by month and by what it was for, in one query however much that is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from billing import months
from billing.models import LedgerEntry
from costs.periods import STEP, Period

# An entry counts on the day on which LINE accepted it. What was booked for a month later, such as a
# correction, counts on that month's last day.
ENTRIES = """
WITH entry AS (
  SELECT month, split_part(reference, '/', {part}) AS owner, kind = %(notice)s AS is_notice,
    messages, paid_count, amount, label, accepted_at,
    least(greatest(accepted_at, month::timestamp AT TIME ZONE %(zone)s),
          (month + interval '1 month') AT TIME ZONE %(zone)s - interval '1 microsecond') AS at
  FROM public.billing_ledgerentry
  WHERE tenant_id = %(tenant)s AND month BETWEEN %(first)s AND %(last)s AND starts_with(reference, %(within)s)
)
SELECT month, owner, is_notice, max(label), min(accepted_at), sum(messages), sum(paid_count), sum(amount),
  coalesce(sum(messages) FILTER (WHERE at >= %(start)s AND at < %(end)s), 0),
  count(*) FILTER (WHERE at >= %(start)s AND at < %(end)s)
FROM entry GROUP BY month, owner, is_notice
ORDER BY month, owner, is_notice
"""
OWNER, PART = ENTRIES.format(part=1), ENTRIES.format(part=2)


@dataclass(frozen=True, slots=True)
class Booked:
    """The entries of one owner in one month. The last two are of the days that were asked for."""

    month: date
    owner: str
    is_notice: bool
    label: str
    begun_at: datetime
    messages: int
    paid: int
    amount: Decimal
    messages_within: int
    entries_within: int

    @property
    def is_within(self) -> bool:
        """Whether any of it falls on those days."""
        return self.entries_within > 0

    def within(self, amount: Decimal) -> Decimal:
        """Of an amount for all of its month, what falls on those days: by messages."""
        if self.messages_within == self.messages:
            return amount if self.is_within else Decimal(0)
        return (amount * self.messages_within / self.messages).quantize(STEP) if self.messages else Decimal(0)


def of_period(tenant_id: int, period: Period) -> list[Booked]:
    """By month and owner, such as `broadcast:7`: every entry of the months that the period touches."""
    return _read(OWNER, tenant_id, period, "")


def parts(tenant_id: int, period: Period, owner: str) -> list[Booked]:
    """Likewise of one owner, by the next part of the reference: the steps of `scenario:7`."""
    return _read(PART, tenant_id, period, f"{owner}/")


def _read(query: str, tenant_id: int, period: Period, within: str) -> list[Booked]:
    zone = months.zone_of(tenant_id)
    start, end = period.moments(zone)
    asked: dict[str, Any] = {
        "tenant": tenant_id,
        "zone": str(zone),
        "notice": LedgerEntry.Kind.NOTICE.value,
        "first": period.months[0],
        "last": period.months[-1],
        "start": start,
        "end": end,
        "within": within,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return [Booked(*row) for row in cursor]
