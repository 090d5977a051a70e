"""The link rate: linked people as a share of friends, and of customers; now and at the end of each day.

A friend counts while they have not blocked the account. Days are the client's and are kept as they were when
they ended; days from before are worked out of the timeline. Who was a friend or a customer before we
heard of them counts from the day on which we did.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q

from accounts import board, current
from accounts.models import Due
from customers.models import Customer
from friends.models import Friend
from invitations import counting
from invitations.models import LinkDay
from linking.models import Link

KIND = "link_days"
DAYS_BACK = 365
AFTER_MIDNIGHT = timedelta(minutes=5)  # webhooks of the last minutes are in by then
# All spans of time in which somebody was a friend, a link or a customer, as changes by one on the days on
# which they begin and end: one pass over the data for any number of days.
CHANGES = """
WITH friendship AS MATERIALIZED (
    SELECT friend_id, at AS since, next AS until
    FROM (SELECT friend_id, type, at, lead(at) OVER (PARTITION BY friend_id ORDER BY at) AS next
          FROM events_event WHERE type IN ('followed', 'blocked') AND friend_id IS NOT NULL) told
    WHERE type = 'followed'
    UNION ALL
    SELECT friend.id, friend.created_at, CASE WHEN friend.status = 'blocked'
        THEN greatest(friend.created_at, friend.blocked_at) END
    FROM friends_friend friend
    WHERE friend.status <> 'unknown' AND NOT EXISTS (
        SELECT FROM events_event told WHERE told.type = 'followed' AND told.friend_id = friend.id)),
linked AS (
    SELECT link.entry, greatest(friendship.since, linked_at) AS since,
        least(friendship.until, unlinked_at) AS until
    FROM linking_link link JOIN friendship USING (friend_id)
    WHERE friendship.since < coalesce(unlinked_at, 'infinity')
        AND linked_at < coalesce(friendship.until, 'infinity')),
member AS (
    SELECT link.entry, greatest(customer.created_at, linked_at) AS since, unlinked_at AS until
    FROM linking_link link JOIN customers_customer customer ON customer.id = link.customer_id
    WHERE customer.created_at < coalesce(unlinked_at, 'infinity')),
changes (what, entry, at, change) AS (
    SELECT 'friends', '', since, 1 FROM friendship UNION ALL SELECT 'friends', '', until, -1 FROM friendship
    UNION ALL SELECT 'linked_friends', entry, since, 1 FROM linked
    UNION ALL SELECT 'linked_friends', entry, until, -1 FROM linked
    UNION ALL SELECT 'linked_customers', entry, since, 1 FROM member
    UNION ALL SELECT 'linked_customers', entry, until, -1 FROM member
    UNION ALL SELECT 'customers', '', created_at, 1 FROM customers_customer)
SELECT what, entry, width_bucket(at, %s::timestamptz[]), sum(change) FROM changes WHERE at IS NOT NULL
GROUP BY 1, 2, 3"""


@dataclass(frozen=True)
class Rate:
    """How many friends and customers there are, and how many of each are linked.

    `by_entry` has the two counts of linked ones by the entry point at which they linked.
    """

    friends: int
    linked_friends: int
    customers: int
    linked_customers: int
    by_entry: dict[str, tuple[int, int]]

    @property
    def of_friends(self) -> float | None:
        return self.linked_friends / self.friends if self.friends else None

    @property
    def of_customers(self) -> float | None:
        return self.linked_customers / self.customers if self.customers else None


def now() -> Rate:
    """As it is at this moment."""
    there = Count("pk", filter=Q(friend__status=Friend.Status.FRIEND))
    entries = Link.objects.active().order_by().values_list("entry")
    by_entry = entries.annotate(there=there, every=Count("pk"))
    counts = {entry: (friends, customers) for entry, friends, customers in by_entry}
    return Rate(
        friends=Friend.objects.reachable().count(),
        linked_friends=sum(friends for friends, _customers in counts.values()),
        customers=Customer.objects.count(),
        linked_customers=sum(customers for _friends, customers in counts.values()),
        by_entry=counts,
    )


def by_day(first: date, last: date) -> dict[date, Rate]:
    """What is kept of these days, and today as it is at this moment; a day not counted yet is missing."""
    kept = {day.day: _rate(day) for day in LinkDay.objects.filter(day__range=(first, last))}
    today = counting.today()
    return kept | {today: now()} if first <= today <= last else kept


def keep_going() -> None:
    """Begin the daily counting of a client, once."""
    if not Due.objects.filter(tenant=current.tenant().pk, kind=KIND).exists():
        board.call(KIND)


def keep_days() -> None:
    """Keep the days that are over and not kept yet; come back after midnight."""
    seen = board.version(KIND)
    today = counting.today()
    newest = LinkDay.objects.values_list("day", flat=True).first()
    first = newest + timedelta(days=1) if newest else today - timedelta(days=DAYS_BACK)
    if first < today:
        LinkDay.objects.bulk_create(
            [_row(day, rate) for day, rate in history(first, today - timedelta(days=1)).items()],
            ignore_conflicts=True,
        )
    following = datetime.combine(today + timedelta(days=1), time.min, counting.zone()) + AFTER_MIDNIGHT
    board.settle(KIND, following, seen=seen)


def history(first: date, last: date) -> dict[date, Rate]:
    """Each of these days at its end, worked out of the timeline; not those before anybody was there."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    changes = _changes(days)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    found = {}
    for number, day in enumerate(days):
        for key, change in changes[number].items():
            sums[key] += change
        if any(sums.values()):
            found[day] = _of_sums(sums)
    return found


def _changes(days: list[date]) -> dict[int, dict[tuple[str, str], int]]:
    """By how much each sum changes until the end of the day of that number."""
    midnights = [datetime.combine(day + timedelta(days=1), time.min, counting.zone()) for day in days]
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [midnights])
        for what, entry, number, change in cursor.fetchall():
            found[number][what, entry] = int(change)
    return found


def _of_sums(sums: dict[tuple[str, str], int]) -> Rate:
    whole = dict.fromkeys(("friends", "linked_friends", "customers", "linked_customers"), 0)
    for (what, _entry), count in sums.items():
        whole[what] += count
    entries = {entry for (what, entry), count in sums.items() if what.startswith("linked") and count}
    by_entry = {
        entry: (sums.get(("linked_friends", entry), 0), sums.get(("linked_customers", entry), 0))
        for entry in sorted(entries)
    }
    return Rate(**whole, by_entry=by_entry)


def _row(day: date, rate: Rate) -> LinkDay:
    return LinkDay(
        day=day,
        friends=rate.friends,
        linked_friends=rate.linked_friends,
        customers=rate.customers,
        linked_customers=rate.linked_customers,
        by_entry=rate.by_entry,
    )


def _rate(kept: LinkDay) -> Rate:
    counts = {entry: (friends, customers) for entry, (friends, customers) in kept.by_entry.items()}
    return Rate(kept.friends, kept.linked_friends, kept.customers, kept.linked_customers, counts)
