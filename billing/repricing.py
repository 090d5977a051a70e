"""Entries that put a month right when its prices have changed: each owner pays what its places cost now.

An entry is never edited, and its messages keep their places in the month's order. What is added for an owner
is the difference between what its places cost by the prices in force and what is booked for it so far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from billing import plans
from billing.models import LedgerEntry, MonthUsage, NoticePrice
from billing.plans import Terms
from billing.pricing import Part, PartKind, Price, price_accepted, price_notices

NO_END = 2**62
# What the places of each owner cost now, less what is booked; only where they differ.
DIFFERENCES = """
WITH entry AS (
  SELECT split_part(reference, '/', 1) AS owner, kind = 'notice' AS is_notice, parts, currency, messages,
    least(sent_before, sent_before::bigint + messages) AS low,
    greatest(sent_before, sent_before::bigint + messages) AS high
  FROM public.billing_ledgerentry WHERE tenant_id = %(tenant)s AND month = %(month)s
), due AS (
  SELECT owner, is_notice, %(currency)s AS currency, band.kind, band.unit_price,
    sign(messages) * (least(high, band.finish) - greatest(low, band.start)) AS count
  FROM entry JOIN unnest(%(kinds)s::text[], %(starts)s::bigint[], %(ends)s::bigint[], %(prices)s::numeric[])
    AS band(kind, start, finish, unit_price) ON low < band.finish AND high > band.start
  WHERE NOT is_notice
  UNION ALL
  SELECT owner, is_notice, %(notice_currency)s, %(notice_kind)s, %(notice_price)s::numeric, messages
  FROM entry WHERE is_notice
  UNION ALL
  SELECT owner, is_notice, currency, part.kind, part.unit_price, -part.count
  FROM entry, jsonb_to_recordset(parts) AS part(kind text, count bigint, unit_price numeric)
)
SELECT owner, is_notice, currency, kind, unit_price, sum(count)::bigint FROM due
GROUP BY owner, is_notice, currency, kind, unit_price HAVING sum(count) <> 0
ORDER BY owner, is_notice, currency, unit_price
"""


@dataclass(frozen=True)
class MonthPrices:
    """By which a client's entries of one month are priced."""

    usage: MonthUsage
    terms: Terms

    @cached_property
    def notice(self) -> NoticePrice | None:
        return plans.notice_price(self.usage.tenant_id, self.usage.month)

    def of_next(self, messages: int) -> Price:
        """Of so many messages after all that is booked; below zero: of taking back the last ones."""
        return price_accepted(self.terms.tariff, self.usage.messages, messages)

    def of_notices(self, messages: int) -> Price:
        return price_notices(self.notice.unit_price if self.notice else None, messages)

    def currency(self, *, is_notice: bool) -> str:
        return self.notice.currency if is_notice and self.notice else self.terms.tariff.currency

    def hold(self) -> bool:
        """Whether all that is booked is priced by them."""
        usage, table = self.usage, self.terms.table
        if not usage.messages and not usage.notice_count:
            return usage.amount == usage.notice_amount == 0
        return (
            usage.price_table_id == (table.pk if table else None)
            and usage.agrees_with(price_accepted(self.terms.tariff, 0, usage.messages))
            and (not usage.notice_count or usage.notice_amount == self.of_notices(usage.notice_count).amount)
        )


class Difference(NamedTuple):
    """What must be added for an owner, in one currency."""

    owner: str
    is_notice: bool
    currency: str
    price: Price


def differences(prices: MonthPrices) -> Iterator[Difference]:
    """What each owner of the month lacks, or has too much, by these prices; nothing for those that agree."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, _parameters(prices))
        rows = cursor.fetchall()
    for (owner, is_notice, currency), parts in groupby(rows, key=lambda row: row[:3]):
        price = Price(tuple(Part(PartKind(kind), count, unit) for *_owner, kind, unit, count in parts))
        yield Difference(owner, is_notice, currency, price)


def labels(usage: MonthUsage) -> dict[str, str]:
    """What the owners of the month are called."""
    return LedgerEntry.objects.of_month(usage.tenant_id, usage.month).labels_by_owner()


def _parameters(prices: MonthPrices) -> dict[str, Any]:
    bands = list(prices.terms.tariff.bands())
    [notice] = prices.of_notices(1).parts
    return {
        "tenant": prices.usage.tenant_id,
        "month": prices.usage.month,
        "currency": prices.currency(is_notice=False),
        "kinds": [band.kind.value for band in bands],
        "starts": [band.start for band in bands],
        "ends": [NO_END if band.end is None else band.end for band in bands],
        "prices": [band.unit_price for band in bands],
        "notice_currency": prices.currency(is_notice=True),
        "notice_kind": notice.kind.value,
        "notice_price": Decimal(notice.unit_price),
    }
