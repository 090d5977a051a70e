"""No more than so many people, or than an amount: how many that is, and who comes first."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from accounts import current
from billing import forecast
from broadcasts.choosing.errors import NoPrice
from broadcasts.models import Broadcast
from broadcasts.sending import quota

LOOKS_BACK = timedelta(days=90)
# Messages somebody clicked in, and who: only of messages in which each friend had links of their own.
CLICKERS = """
SELECT array_agg(friend_id) FROM (
    SELECT click.friend_id, count(DISTINCT link.broadcast_id) AS messages
    FROM broadcasts_linkclick click JOIN broadcasts_trackedlink link ON link.id = click.link_id
    WHERE click.friend_id IS NOT NULL AND click.is_first AND click.at >= %s
    GROUP BY click.friend_id
) AS clicker GROUP BY messages ORDER BY messages DESC
"""


def most(broadcast: Broadcast, people: int, at: datetime | None = None) -> int:
    """How many of so many people may get it when it leaves, by its own limits.

    What other broadcasts under way still need counts as sent before it. Raises NoPrice if there is a limit
    of cost and no price is known.
    """
    limits = [people]
    if broadcast.most_count is not None:
        limits.append(broadcast.most_count)
    if broadcast.most_amount is not None:
        limits.append(_affordable(broadcast, people, at or timezone.now()))
    return min(limits)


def _affordable(broadcast: Broadcast, people: int, at: datetime) -> int:
    before = quota.not_left(Broadcast.objects.exclude(pk=broadcast.pk))
    amount = broadcast.most_amount
    assert amount is not None  # noqa: S101  (the caller has looked)
    count = forecast.affordable(current.tenant().pk, amount, at, most=people, already_scheduled=before)
    if count is None:
        raise NoPrice()
    return count


def by_clicks() -> list[BitMap]:
    """Who clicked in the last 90 days as far as it is known: those who did in most messages first."""
    with connection.cursor() as cursor:
        cursor.execute(CLICKERS, [timezone.now() - LOOKS_BACK])
        return [BitMap(friends) for (friends,) in cursor.fetchall()]
