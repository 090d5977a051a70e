"""What came of each text of an A/B test, and how sure it is that one is better."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Sum
from pyroaring import BitMap

from accounts.reasons import Reason
from broadcasts.choosing import rates
from broadcasts.models import Broadcast, LinkClick, SplitTest, Variant
from broadcasts.results import insight
from broadcasts.results.insight import Told

Metric = SplitTest.Metric
# Who ordered; half of all orders name only the customer, who may be linked to a friend.
BUYERS = """
SELECT DISTINCT coalesce(event.friend_id, link.friend_id)
FROM events_event event
LEFT JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL
WHERE event.type = 'order_placed' AND event.at >= %s
  AND coalesce(event.friend_id, link.friend_id) IS NOT NULL
"""


@dataclass(frozen=True)
class Figure:
    """One text: how many people LINE took it for, and how many of them did what is counted.

    None is not known: LINE hides people below 20, or did not answer.
    """

    variant: Variant
    people: int
    opens: int | None
    clicks: int  # people if each has links of their own, or LINE tells them of all texts; else clicks
    orders: int

    def count(self, metric: str) -> int | None:
        found = {Metric.OPENS: self.opens, Metric.CLICKS: self.clicks, Metric.ORDERS: self.orders}
        return found[Metric(metric)]

    def rate(self, metric: str) -> float | None:
        count = self.count(metric)
        return None if count is None or not self.people else count / self.people

    def range(self, metric: str) -> tuple[float, float] | None:
        """The rate that it may really have, with a certainty of 95 %: Wilson's interval."""
        rate = self.rate(metric)
        if rate is None or rate > 1:
            return None
        return rates.likely(self.count(metric) or 0, self.people)


def of(broadcast: Broadcast, *, asks_line: bool) -> list[Figure]:
    """The figures of all its texts, in order.

    LINE is asked only with `asks_line`, since it takes 60 calls an hour; else its newest copy counts.
    """
    texts = list(broadcast.variants.all())
    people = _people(broadcast)
    clicks = _clicks(broadcast)
    buyers = _buyers(broadcast)
    told = {text.pk: _told(broadcast, text) if asks_line else _copied(text) for text in texts}
    if not broadcast.tracks_people and all(each and each.clicked is not None for each in told.values()):
        clicks = {pk: each.clicked or 0 for pk, each in told.items() if each}
    return [
        Figure(
            variant=text,
            people=people.get(text.pk, 0),
            opens=each.opened if (each := told[text.pk]) else None,
            clicks=clicks.get(text.pk, 0),
            orders=len(buyers & _audience(text)),
        )
        for text in texts
    ]


def best(figures: Sequence[Figure], metric: str) -> Figure | None:
    """The one with the highest rate; None if a rate is not known, all are 0, or two are the highest."""
    rates = [figure.rate(metric) for figure in figures]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(figures) or not any(known) or known.count(max(known)) > 1:
        return None
    return figures[rates.index(max(known))]


def chance(one: Figure, other: Figure, metric: str) -> float | None:
    """How likely two texts that are equally good differ by so much: the two-sided test of two shares."""
    counts = [one.count(metric), other.count(metric)]
    if None in counts or not one.people or not other.people:
        return None
    first, second = min(counts[0] or 0, one.people), min(counts[1] or 0, other.people)
    return rates.chance(first, one.people, second, other.people)


def certainty(figures: Sequence[Figure], metric: str) -> Reason:
    """How sure it is that the best is better than the next, in words; empty while there is no best."""
    winner = best(figures, metric)
    if winner is None:
        return Reason()
    others = [figure for figure in figures if figure is not winner]
    chances = [chance(winner, other, metric) for other in others]
    highest = max((each for each in chances if each is not None), default=1.0) * len(others)
    return rates.words(highest)


def _people(broadcast: Broadcast) -> dict[int, int]:
    rows = broadcast.batches.exclude(variant=None).order_by().values_list("variant")
    return dict(rows.annotate(count=Sum("accepted_count")))


def _clicks(broadcast: Broadcast) -> dict[int, int]:
    clicks = LinkClick.objects.filter(link__broadcast=broadcast, link__variant__isnull=False)
    what = Count("friend_id", distinct=True) if broadcast.tracks_people else Count("pk")
    return dict(clicks.order_by().values_list("link__variant").annotate(count=what))


def _buyers(broadcast: Broadcast) -> BitMap:
    if broadcast.started_at is None:
        return BitMap()
    with connection.cursor() as cursor:
        cursor.execute(BUYERS, [broadcast.started_at])
        return BitMap(friend for (friend,) in cursor.fetchall())


def _told(broadcast: Broadcast, text: Variant) -> Told | None:
    if not text.unit_name or broadcast.started_at is None:
        return None
    return insight.look(text.unit_name, since=broadcast.started_at)


def _copied(text: Variant) -> Told | None:
    copy = text.insights.ready().order_by("-day").first()
    return Told(copy.opened, copy.clicked, copy.delivered, copy.data) if copy else None


def _audience(text: Variant) -> BitMap:
    return BitMap.deserialize(bytes(text.audience)) if text.audience else BitMap()
