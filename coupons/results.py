"""What came of a coupon: who got, opened and used it, what it cost and what was bought with it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from accounts import current
from coupons.models import Coupon

LONGEST, SHORTEST = 92, 30  # days of the chart
COUNTED_TO = 10_000  # beyond it, a list says “10,000+”
FIGURES = """
SELECT
    (SELECT count(*) FROM coupons_ticket WHERE coupon_id = %(coupon)s AND withdrawn_at IS NULL),
    (SELECT count(*) FROM coupons_ticket
     WHERE coupon_id = %(coupon)s AND withdrawn_at IS NULL AND opened_at IS NOT NULL),
    (SELECT count(*) FROM coupons_ticket
     WHERE coupon_id = %(coupon)s AND withdrawn_at IS NULL AND used_count > 0),
    count(*), coalesce(sum(discount_yen), 0), coalesce(sum(coalesce(cost_yen, discount_yen)), 0),
    coalesce(sum(greatest(amount_yen - coalesce(discount_yen, 0), 0)), 0), count(amount_yen),
    count(*) FILTER (WHERE cost_yen IS NULL AND discount_yen IS NULL)
FROM coupons_redemption WHERE coupon_id = %(coupon)s AND cancelled_at IS NULL"""
BY_DAY = """
SELECT day, sum(got)::int, sum(used)::int, sum(cost)::bigint, sum(revenue)::bigint FROM (
    SELECT (got_at AT TIME ZONE %(zone)s)::date AS day, 1 AS got, 0 AS used, 0 AS cost, 0 AS revenue
    FROM coupons_ticket WHERE coupon_id = %(coupon)s AND withdrawn_at IS NULL AND got_at >= %(since)s
    UNION ALL
    SELECT (at AT TIME ZONE %(zone)s)::date, 0, 1, coalesce(cost_yen, discount_yen, 0),
           coalesce(greatest(amount_yen - coalesce(discount_yen, 0), 0), 0)
    FROM coupons_redemption WHERE coupon_id = %(coupon)s AND cancelled_at IS NULL AND at >= %(since)s
) AS happened GROUP BY day"""
SOME = """
SELECT coupon.id,
       (SELECT count(*) FROM (SELECT FROM coupons_ticket AS ticket
                              WHERE ticket.coupon_id = coupon.id LIMIT %(most)s) AS counted),
       (SELECT count(*) FROM (SELECT FROM coupons_redemption AS used WHERE used.coupon_id = coupon.id
                              AND used.cancelled_at IS NULL LIMIT %(most)s) AS counted)
FROM unnest(%(coupons)s::int[]) AS coupon (id)"""


@dataclass(frozen=True)
class Figures:
    """Sums over a coupon's life, in people, uses and yen. `revenue` is after the discount, of `orders` of
    which the amount is known; of `unknown` uses the cost is not.
    """

    given: int
    opened: int
    people: int
    uses: int
    discount: int
    cost: int
    revenue: int
    orders: int
    unknown: int


@dataclass(frozen=True)
class Day:
    day: date
    given: int = 0
    used: int = 0
    cost: int = 0
    revenue: int = 0


def of(coupon: Coupon) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"coupon": coupon.pk})
        return Figures(*(int(value) for value in cursor.fetchone()))


def by_day(coupon: Coupon, *, days: int = LONGEST) -> list[Day]:
    """Each day since the coupon started, by the client's calendar: the last `days` at most, 30 at least."""
    zone = ZoneInfo(current.tenant().time_zone)
    today = timezone.now().astimezone(zone).date()
    begun = min(_begin(coupon, zone), today - timedelta(days=SHORTEST - 1))
    first = max(begun, today - timedelta(days=days - 1))
    since = datetime.combine(first, time.min, zone)
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, {"coupon": coupon.pk, "zone": str(zone), "since": since})
        known = {row[0]: Day(*row) for row in cursor.fetchall()}
    every = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return [known.get(each, Day(each)) for each in every]


def some(coupons: list[Coupon]) -> dict[int, tuple[int, int]]:
    """How many got and used each, counted no further than COUNTED_TO."""
    with connection.cursor() as cursor:
        cursor.execute(SOME, {"coupons": [each.pk for each in coupons], "most": COUNTED_TO})
        return {number: (given, used) for number, given, used in cursor.fetchall()}


def _begin(coupon: Coupon, zone: ZoneInfo) -> date:
    return (coupon.started_at or timezone.now()).astimezone(zone).date()
