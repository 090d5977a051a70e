"""What is asked of segments, as a marketer would, each beside the SQL that a specialist would write for it.

By hand a question is a query of friend numbers, which may repeat. Its parameters are the client's midnight of
today, and the moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Question:
    """`tree` is the question to us, `by_hand` the same in SQL. `moves`: the answer changes every minute."""

    name: str
    tree: dict
    by_hand: str
    moves: bool = False


def _doers(what: str) -> str:
    """The friend of each event: the one it names, or else who is its customer."""
    return f"""
        SELECT friend_id FROM events_event event WHERE {what} AND friend_id IS NOT NULL
        UNION ALL
        SELECT link.friend_id FROM events_event event
        JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL
        WHERE {what} AND event.friend_id IS NULL"""


def _buyers(what: str, having: str) -> str:
    """Friends by what their customer bought, which always names a customer: summed before it is linked."""
    return f"""
        SELECT link.friend_id FROM linking_link link JOIN (
            SELECT customer_id FROM events_event event WHERE type = 'bought' AND {what}
            GROUP BY customer_id HAVING {having}) buyer USING (customer_id)
        WHERE link.unlinked_at IS NULL"""


CUSTOMERS = """
    SELECT link.friend_id FROM linking_link link
    JOIN {table} ON {table}.{key} = link.customer_id WHERE link.unlinked_at IS NULL AND """
TAGGED = "SELECT friend_id FROM friends_friendtag WHERE tag_id = {}"
LINKED = "SELECT friend_id FROM linking_link WHERE unlinked_at IS NULL"
FRIEND_FOR = (
    "SELECT id FROM friends_friend WHERE status = 'friend' AND followed_at < %(today)s - interval '29 days'"
)
RANK = CUSTOMERS.format(table="customers_customer", key="id") + "attributes ->> 'rank' IN ('gold', 'silver')"
LAST_ORDER = (
    CUSTOMERS.format(table="shops_customertotals", key="customer_id") + "last_at >= {} AND last_at < {}"
)
DAYS = "%(today)s - interval '{} days'"
RECENT_ORDER = LAST_ORDER.format(DAYS.format(90), DAYS.format(29))
OLD_ORDER = LAST_ORDER.format(DAYS.format(90), DAYS.format(59))
VIEWED = _doers("type = 'viewed' AND at >= %(today)s - interval '180 days'")
SPENT = _buyers("at >= %(today)s - interval '365 days'", "sum((properties ->> 'amount')::numeric) >= 10000")
TWICE = _buyers("at >= %(today)s - interval '90 days'", "count(*) >= 2")
MESSAGED = """
    SELECT unnest(friends) FROM broadcasts_batch
    WHERE state = 'accepted' AND accepted_at >= %(today)s - interval '3 days'"""

WISHES = "SET work_mem = '256MB'; SET hash_mem_multiplier = 4; SET parallel_setup_cost = 100"

VIEWED_LEAF = {"type": "events", "event": "viewed", "count_at_least": 1, "within_days": 180}
TWICE_LEAF = {"type": "events", "event": "bought", "count_at_least": 2, "within_days": 90}
SPENT_LEAF = {
    "type": "events",
    "event": "bought",
    "sum": {"property": "amount", "at_least": 10_000},
    "within_days": 365,
}
RECENT_LEAF = {"type": "date", "field": "last_order", "when": "days", "from": -90, "to": -30}
MESSAGES_LEAF = {"type": "messages", "count_at_most": 0, "within_days": 3}
RANK_LEAF = {"type": "customer", "field": "attributes.rank", "op": "in", "value": ["gold", "silver"]}

WHOLE = Question(
    "10 leaves",
    {
        "all": [
            {"any": [{"type": "tag", "tag": 1}, {"type": "linked", "is": True}]},
            {"not": {"type": "tag", "tag": 4}},
            {"type": "friend_for", "days_at_least": 30},
            RANK_LEAF,
            {"not": RECENT_LEAF},
            {"any": [VIEWED_LEAF, TWICE_LEAF]},
            SPENT_LEAF,
            MESSAGES_LEAF,
        ]
    },
    # Only friends with a customer of that rank can be in it, so that “linked” asks for nothing more.
    f"""
        SELECT id FROM ({FRIEND_FOR}) friend
        WHERE id IN ({RANK}) AND id NOT IN ({TAGGED.format(4)}) AND id NOT IN ({RECENT_ORDER})
          AND id IN ({VIEWED} UNION ALL {TWICE}) AND id IN ({SPENT}) AND id NOT IN ({MESSAGED})""",
)

IN_A_CATEGORY = """
    SELECT link.friend_id FROM linking_link link JOIN events_event event USING (customer_id)
    WHERE link.unlinked_at IS NULL AND event.type = 'bought'
      AND event.at >= %(today)s - interval '365 days' AND event.properties ->> 'category' LIKE '部門3 > %%'"""
# Both lines of an order may be of the product: they are used up one after the other.
RUN_OUT = """
    SELECT link.friend_id FROM linking_link link JOIN (
        SELECT DISTINCT ON (customer_id)
            customer_id, (at AT TIME ZONE 'Asia/Tokyo')::date + 30 * pieces AS day
        FROM (
            SELECT customer_id, at, sum((properties ->> 'quantity')::int)::int AS pieces FROM events_event
            WHERE type = 'bought' AND properties ->> 'product' = 'sku-1' GROUP BY customer_id, at) purchase
        ORDER BY customer_id, at DESC) last USING (customer_id)
    WHERE link.unlinked_at IS NULL AND day - (%(today)s AT TIME ZONE 'Asia/Tokyo')::date BETWEEN 0 AND 30"""
BEGUN = "type = 'viewed' AND at >= %(today)s - interval '30 days' AND at <= %(now)s - interval '3 days'"
VIEWED_NOT_BOUGHT = f"""
    SELECT friend_id FROM (
        SELECT event.friend_id, link.customer_id, event.at FROM events_event event
        LEFT JOIN linking_link link ON link.friend_id = event.friend_id AND link.unlinked_at IS NULL
        WHERE {BEGUN} AND event.friend_id IS NOT NULL
        UNION ALL
        SELECT link.friend_id, link.customer_id, event.at FROM events_event event
        JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL
        WHERE {BEGUN} AND event.friend_id IS NULL) begun
    WHERE NOT EXISTS (
        SELECT FROM events_event bought
        WHERE bought.customer_id = begun.customer_id AND bought.type = 'bought'
          AND bought.at > begun.at AND bought.at <= begun.at + interval '3 days')"""
OFTEN = """
    SELECT link.friend_id FROM linking_link link JOIN (
        SELECT customer_id FROM shops_order
        WHERE status NOT IN ('cancelled', 'returned') AND NOT is_test
          AND placed_at >= %(today)s - interval '365 days'
        GROUP BY customer_id HAVING count(*) >= 10) buyer USING (customer_id)
    WHERE link.unlinked_at IS NULL"""

SINGLE = [
    Question("tag", {"type": "tag", "tag": 1}, TAGGED.format(1)),
    Question("rank of the customer", RANK_LEAF, RANK),
    Question(
        "last order 60 to 90 days ago",
        {"type": "date", "field": "last_order", "when": "days", "from": -90, "to": -60},
        OLD_ORDER,
    ),
    Question("viewed in 180 days", VIEWED_LEAF, VIEWED),
    Question("bought twice in 90 days", TWICE_LEAF, TWICE),
    Question("spent 10,000 in 365 days", SPENT_LEAF, SPENT),
    Question(
        "bought of a category in 365 days",
        {"type": "bought", "category": "部門3", "times_at_least": 1, "within_days": 365},
        IN_A_CATEGORY,
    ),
    Question(
        "product used up in 30 days",
        {"type": "run_out", "products": ["sku-1"], "lasts_days": 30, "from_days": 0, "to_days": 30},
        RUN_OUT,
    ),
    Question(
        "viewed, then did not buy in 3 days",
        {
            "type": "sequence",
            "steps": [{"event": "viewed"}, {"event": "bought"}],
            "then_not": True,
            "within": {"days": 3},
            "began_within_days": 30,
        },
        VIEWED_NOT_BOUGHT,
        moves=True,
    ),
    Question("buyers of frequency 5 (RFM)", {"type": "rfm", "frequency": [5]}, OFTEN),
    Question(
        "not messaged in 3 days",
        MESSAGES_LEAF,
        f"SELECT id FROM friends_friend WHERE id NOT IN ({MESSAGED})",
    ),
]


def by_hand(question: Question, times: int) -> tuple[float, int]:
    """Median milliseconds of the SQL, and how many it finds.

    With the memory and the workers it wants, and by the better of two plans: the planner knows little of what
    an expression yields, so that a specialist would try it without nested loops too.
    """
    from django.db import connection

    sql = f"SELECT count(*) FROM friends_friend WHERE status = 'friend' AND id IN ({question.by_hand})"
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(WISHES)
        plans = []
        for loops in ("on", "off"):
            cursor.execute(f"SET enable_nestloop = {loops}")
            plans.append(
                median(milliseconds(lambda: cursor.execute(sql, {"today": today, "now": now}), times))
            )
        found = cursor.fetchone()[0]
        cursor.execute("RESET ALL")
    connection.close()  # with it goes what RESET has taken: the client's schema and role
    return min(plans), found


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """Of each call, after one that is not counted."""
    work()
    return [_once(work) for _ in range(times)]


def _once(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return 1000 * (perf_counter() - began)
