"""Where the figures of each day are read: set-based, in the client's time zone.

A day begins at midnight there, also where the clock changes; LINE's own counts are of days in Japan.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts import current
from attribution.models import Model, Point
from billing.models import LedgerEntry
from broadcasts.models import Broadcast
from broadcasts.results import figures
from friends.models import AudienceDay
from invitations.models import LinkDay
from linking.models import Link
from planning.metrics.registry import Fact, Span
from routes.models import AdCost, Arrival
from shops.models import Order, ShopSettings

DAY = timedelta(days=1)
SILENT = timedelta(days=14)  # so long LINE may tell nothing before our own count of friends stands for its
# What the ledger books later for a month, such as a correction, counts on that month's last day.
LEDGER = """
WITH entry AS (
  SELECT split_part(reference, '/', 1) AS owner, kind = %(notice)s AS is_notice, messages, paid_count, amount,
    least(greatest(accepted_at, month::timestamp AT TIME ZONE %(zone)s),
          (month + interval '1 month') AT TIME ZONE %(zone)s - interval '1 microsecond') AS at
  FROM public.billing_ledgerentry
  WHERE tenant_id = %(tenant)s AND month BETWEEN date_trunc('month', %(first)s::date) AND %(last)s)
SELECT owner, (at AT TIME ZONE %(zone)s)::date, sum(messages), sum(messages) FILTER (WHERE is_notice),
  sum(paid_count) FILTER (WHERE NOT is_notice), sum(amount) FILTER (WHERE NOT is_notice),
  sum(amount) FILTER (WHERE is_notice)
FROM entry WHERE at >= %(start)s AND at < %(end)s GROUP BY 1, 2"""
LEDGER_METRICS = ("messages", "notices", "paid", "net", "notice_net")
CLICKS = """
SELECT coalesce('broadcast:' || link.broadcast_id, link.owner), (click.at AT TIME ZONE %(zone)s)::date,
  count(*)
FROM broadcasts_linkclick click JOIN broadcasts_trackedlink link ON link.id = click.link_id
WHERE click.at >= %(start)s AND click.at < %(end)s GROUP BY 1, 2"""
LINKS = """
SELECT '', (linked_at AT TIME ZONE %(zone)s)::date, count(DISTINCT friend_id) FROM linking_link
WHERE linked_at >= %(start)s AND linked_at < %(end)s AND method <> %(merged)s GROUP BY 1, 2"""
ARRIVALS = """
SELECT 'route:' || route_id, (at AT TIME ZONE %(zone)s)::date, count(*) FROM routes_arrival
WHERE kind = %(new)s AND at >= %(start)s AND at < %(end)s GROUP BY 1, 2"""
FRIENDSHIP = """
SELECT (at AT TIME ZONE %(zone)s)::date, count(DISTINCT friend_id) FILTER (WHERE type = 'followed'),
  count(DISTINCT friend_id) FILTER (WHERE type = 'blocked')
FROM events_event
WHERE type IN ('followed', 'blocked') AND friend_id IS NOT NULL AND at >= %(start)s AND at < %(end)s
GROUP BY 1"""
# Events of what people do with a thing of a campaign: the figure, the thing's kind, the property naming it.
DEEDS = {
    "answered": ("answers", "survey", "survey"),
    "coupon_got": ("coupons", "coupon", "coupon"),
    "redeemed": ("redeemed", "coupon", "coupon"),
    "drew": ("draws", "lottery", "lottery"),
    "entered": ("entries", "points", "point_campaign"),
}
DONE = """
SELECT type, properties ->> (%(named)s::jsonb ->> type), (at AT TIME ZONE %(zone)s)::date, count(*)
FROM events_event WHERE type = ANY(%(types)s) AND at >= %(start)s AND at < %(end)s GROUP BY 1, 2, 3"""
ORDERS = """
SELECT (placed_at AT TIME ZONE %(zone)s)::date, count(*),
  sum(total - refunded) FILTER (WHERE currency = %(currency)s),
  count(*) FILTER (WHERE currency <> %(currency)s)
FROM shops_order
WHERE placed_at >= %(start)s AND placed_at < %(end)s AND NOT is_test AND status <> ALL(%(uncounted)s)
GROUP BY 1"""
CREDITED = """
SELECT credit.owner, (credit.at AT TIME ZONE %(zone)s)::date,
  count(*) FILTER (WHERE point.kind = %(order)s),
  sum(credit.amount) FILTER (WHERE point.kind = %(order)s AND credit.currency = %(currency)s),
  count(*) FILTER (WHERE point.kind <> %(order)s),
  count(*) FILTER (WHERE point.kind = %(order)s AND credit.currency <> %(currency)s)
FROM attribution_credit credit JOIN attribution_point point ON point.id = credit.point_id
WHERE credit.model = point.model AND point.archived_at IS NULL AND credit.model = ANY(%(models)s)
  AND credit.at >= %(start)s AND credit.at < %(end)s
GROUP BY 1, 2"""


def ledger(span: Span) -> Iterator[Fact]:
    """Messages that LINE accepted, and what they cost in net."""
    asked = {"tenant": current.tenant().pk, "notice": LedgerEntry.Kind.NOTICE.value}
    for owner, day, *sums in _rows(LEDGER, span, **asked):
        yield from _several(LEDGER_METRICS, day, sums, owner)


def clicks(span: Span) -> Iterator[Fact]:
    for owner, day, count in _rows(CLICKS, span):
        yield Fact("clicks", day, count, owner.partition("/")[0])


def opens(span: Span) -> Iterator[Fact]:
    """Of broadcasts that began on these days. What LINE hides is left out, with what it is a share of."""
    began = Broadcast.objects.filter(started_at__gte=span.start, started_at__lt=span.end)
    sends = list(began.defer("audience", "holdout", "body", "messages"))
    copies = figures.latest([each.pk for each in sends])
    for send in sends:
        found = figures.added(copies.get(send.pk, []), send)
        if found.opened is not None and send.started_at:
            day = send.started_at.astimezone(span.zone).date()
            yield Fact("opens", day, found.opened, send.ledger_owner)
            yield Fact("opens_of", day, found.delivered, send.ledger_owner)


def links(span: Span) -> Iterator[Fact]:
    yield from _counted("links", LINKS, span, merged=Link.Method.MERGED.value)


def arrivals(span: Span) -> Iterator[Fact]:
    yield from _counted("route_friends", ARRIVALS, span, new=Arrival.Kind.NEW.value)


def deeds(span: Span) -> Iterator[Fact]:
    """Surveys, coupons, lotteries and point campaigns: what people did with them, off the timeline."""
    named = {type_: property_ for type_, (_metric, _kind, property_) in DEEDS.items()}
    for type_, number, day, count in _rows(DONE, span, types=list(DEEDS), named=json.dumps(named)):
        metric, kind, _property = DEEDS[type_]
        yield Fact(metric, day, count, f"{kind}:{number}"[:60] if number else kind)


def orders(span: Span) -> Iterator[Fact]:
    """Those in another currency than the client's count; their amounts are left out."""
    currency = ShopSettings.present().currency
    for day, *sums in _rows(ORDERS, span, uncounted=list(Order.UNCOUNTED), currency=currency):
        yield from _several(("shop_orders", "shop_revenue", "shop_orders_apart"), day, sums)


def credited(span: Span) -> Iterator[Fact]:
    """Orders and other conversions, each for what it is credited to by the model of its conversion point.

    An order of which only the page tag told may be in another currency than the client's: it counts, and its
    amount is left out.
    """
    asked = {"order": Point.Kind.ORDER.value, "models": Model.values}
    currency = ShopSettings.present().currency
    for owner, day, *sums in _rows(CREDITED, span, currency=currency, **asked):
        yield from _several(("orders", "revenue", "conversions", "orders_apart"), day, sums, owner)


def ads(span: Span) -> Iterator[Fact]:
    """What was paid for routes, in yen, spread evenly over the days it was paid for."""
    days: dict[tuple[str, date], Decimal] = {}
    for cost in AdCost.objects.touching(span.period.first, span.period.last).order_by():
        for day in span.days:
            if part := cost.within(day, day):
                key = (f"route:{cost.route_id}", day)
                days[key] = days.get(key, Decimal(0)) + part
    for (owner, day), amount in days.items():
        yield Fact("ads", day, amount, owner)


def people(span: Span) -> Iterator[Fact]:
    """Friends at the end of each day, by LINE's count where there is one; how many came and went."""
    first, last = span.period.first - SILENT, span.period.last
    by_line = {row.day: row for row in AudienceDay.objects.filter(day__range=(first, last))}
    ours = {row.day: row for row in LinkDay.objects.filter(day__range=(first, last))}
    told = {day: (came, left) for day, came, left in _rows(FRIENDSHIP, span)}
    for day in span.days:
        yield from _standing(day, by_line, ours)
        came, left = told.get(day, (0, 0))
        grown = _difference(by_line, day, "added")
        yield from _known("new_friends", day, came if grown is None else grown)
        yield from _known("lost", day, left)


def _standing(day: date, by_line: Mapping[date, AudienceDay], ours: Mapping[date, LinkDay]) -> Iterator[Fact]:
    counted, kept = by_line.get(day), ours.get(day)
    if counted:
        for metric, value in (("reach", counted.reach), ("blocks", counted.blocks), ("ever", counted.added)):
            yield from _told(metric, day, value)
    if kept:
        yield from _told("linked", day, kept.linked_friends)
        yield from _told("known", day, kept.friends)
    now, before = _friends(day, by_line), _friends_before(day, by_line)
    if now is None and before is None and kept:
        now = kept.friends
        before = ours[day - DAY].friends if day - DAY in ours else None
    yield from _told("friends", day, now)
    if now is not None and before is not None:
        yield Fact("net_growth", day, now - before)


def _friends(day: date, by_line: Mapping[date, AudienceDay]) -> int | None:
    row = by_line.get(day)
    return None if row is None or row.added is None or row.blocks is None else row.added - row.blocks


def _friends_before(day: date, by_line: Mapping[date, AudienceDay]) -> int | None:
    """By LINE's newest count before that day. The day itself may still come: LINE counts in the morning."""
    earlier = (_friends(day - back * DAY, by_line) for back in range(1, SILENT.days + 1))
    return next((found for found in earlier if found is not None), None)


def _difference(by_line: Mapping[date, AudienceDay], day: date, field: str) -> int | None:
    before, now = (getattr(by_line.get(each), field, None) for each in (day - DAY, day))
    return None if before is None or now is None else now - before


def _told(metric: str, day: date, value: int | None) -> Iterator[Fact]:
    """Also of nothing, which is not the same as not known."""
    if value is not None:
        yield Fact(metric, day, value)


def _known(metric: str, day: date, value: int) -> Iterator[Fact]:
    if value:
        yield Fact(metric, day, value)


def _several(metrics: Iterable[str], day: date, sums: Iterable, owner: str = "") -> Iterator[Fact]:
    for metric, value in zip(metrics, sums, strict=True):
        if value:
            yield Fact(metric, day, value, owner)


def _counted(metric: str, query: str, span: Span, **asked: Any) -> Iterator[Fact]:
    for owner, day, count in _rows(query, span, **asked):
        yield Fact(metric, day, count, owner)


def _rows(query: str, span: Span, **asked: Any) -> list[tuple]:
    given: dict[str, Any] = {
        "zone": str(span.zone),
        "start": span.start,
        "end": span.end,
        "first": span.period.first,
        "last": span.period.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, given | asked)
        return cursor.fetchall()


ALL = (people, ledger, opens, clicks, links, arrivals, deeds, orders, credited, ads)
