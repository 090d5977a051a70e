"""What rewards cost in a period: coupons used, prizes won, points handed out. In yen, by what gave them.

It stands apart from what was spent on sending and ads. Revenue is after discounts already, so of
a coupon only what was entered as the cost of a use counts, not the discount.
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from costs.periods import Period

CURRENCY = "JPY"
# A prize that is itself a coupon, a turn or points costs what that costs. Points whose handing out has failed
# cost nothing; the list counts on the day of its approval.
COST = """
SELECT 'coupon:' || coupon.id, sum(used.cost_yen)::numeric FROM coupons_coupon AS coupon
JOIN coupons_redemption AS used ON used.coupon_id = coupon.id AND used.at >= %(start)s AND used.at < %(end)s
WHERE used.cancelled_at IS NULL GROUP BY coupon.id
UNION ALL
SELECT 'lottery:' || win.lottery_id, sum(prize.value_yen)::numeric FROM prizes_prize AS prize
JOIN prizes_win AS win ON win.prize_id = prize.id JOIN prizes_draw AS draw ON draw.id = win.draw_id
WHERE prize.reward IS NULL AND prize.value_yen > 0
  AND draw.drawn_at >= %(start)s AND draw.drawn_at < %(end)s GROUP BY win.lottery_id
UNION ALL
SELECT 'points:' || list.campaign_id,
       (list.points - coalesce((SELECT sum(failed.points) FROM prizes_deliveryrow AS failed
                                WHERE failed.list_id = list.id AND failed.result = 'failed'), 0))
       * list.unit_price + list.fee_yen
FROM prizes_deliverylist AS list
WHERE list.state = 'approved' AND list.approved_at >= %(start)s AND list.approved_at < %(end)s"""


def of_period(period: Period, zone: ZoneInfo) -> dict[str, Decimal]:
    """By the name that campaigns have for each: `coupon:3`, `lottery:2`, `points:1`."""
    start, end = period.moments(zone)
    with connection.cursor() as cursor:
        cursor.execute(COST, {"start": start, "end": end})
        return {owner: cost for owner, cost in cursor.fetchall() if cost}
