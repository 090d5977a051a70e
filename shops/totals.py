"""Totals of customers: always the sum over their orders that count."""

from collections.abc import Iterable

from django.db import connection, transaction

from events import versions

BEGIN = """
INSERT INTO shops_customertotals (customer_id, orders, amount)
SELECT customer_id, 0, 0 FROM unnest(%s::int[]) AS customer_id ORDER BY customer_id ON CONFLICT DO NOTHING"""
# Locked before they are counted: so the next statement sees all that another worker has stored before.
LOCK = "SELECT FROM shops_customertotals WHERE customer_id = ANY(%s) ORDER BY customer_id FOR NO KEY UPDATE"
COUNT = """
UPDATE shops_customertotals AS kept
SET orders = now.orders, amount = now.amount, first_at = now.first_at, last_at = now.last_at
FROM (
    SELECT customer_id, count(id)::int AS orders, coalesce(sum(total - refunded), 0) AS amount,
           min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM unnest(%s::int[]) AS customer_id
    LEFT JOIN (SELECT * FROM shops_order WHERE NOT is_test AND status NOT IN ('cancelled', 'returned'))
         AS counted USING (customer_id)
    GROUP BY customer_id) AS now
WHERE kept.customer_id = now.customer_id"""
DIFFERENT = """
SELECT coalesce(kept.customer_id, now.customer_id)
FROM (SELECT * FROM shops_customertotals WHERE orders > 0) AS kept
FULL JOIN (
    SELECT customer_id, count(*) AS orders, sum(total - refunded) AS amount,
           min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM shops_order
    WHERE customer_id IS NOT NULL AND NOT is_test AND status NOT IN ('cancelled', 'returned')
    GROUP BY customer_id) AS now USING (customer_id)
WHERE (kept.orders, kept.amount, kept.first_at, kept.last_at)
  IS DISTINCT FROM (now.orders, now.amount, now.first_at, now.last_at)
ORDER BY 1"""


@transaction.atomic
def repair(customers: Iterable[int]) -> None:
    """Write the right totals of these customers."""
    people = list(customers)
    recount(people)
    versions.touch("orders", customers=people)


def recount(customers: Iterable[int]) -> None:
    """Bring the totals of these customers up to date, in the caller's transaction."""
    people = sorted(customers)
    if not people:
        return
    with connection.cursor() as cursor:
        for statement in (BEGIN, LOCK, COUNT):
            cursor.execute(statement, [people])


def different() -> list[int]:
    """Customers whose totals are not the sum over their orders. There should be none."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        return [pk for (pk,) in cursor.fetchall()]
