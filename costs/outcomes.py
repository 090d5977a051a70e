"""What came of sends: opens, clicks, links, orders. What nobody knows is left out, it is not 0.

Links and orders are those of the results of a send: of people it reached, within 7 days. So an order may
count for several sends; `once` counts each for one of them alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast
from broadcasts.results import figures, outcome
from broadcasts.results.figures import Figures
from linking.models import Link
from shops.models import Order

# The orders of sends as their results count them, each given to the send that the person clicked last.
LAST_CLICKED = """
WITH clicked AS (
  SELECT link.broadcast_id, click.friend_id, click.at
  FROM broadcasts_linkclick click JOIN broadcasts_trackedlink link ON link.id = click.link_id
  WHERE link.broadcast_id = ANY(%(sends)s) AND click.friend_id IS NOT NULL
), followed AS (
  SELECT DISTINCT ON (bought.id) bought.id, clicked.broadcast_id, bought.total - bought.refunded AS amount
  FROM clicked
  JOIN broadcasts_broadcast send ON send.id = clicked.broadcast_id
  JOIN linking_link link ON link.friend_id = clicked.friend_id AND link.unlinked_at IS NULL
  JOIN shops_order bought ON bought.customer_id = link.customer_id
    AND bought.placed_at >= clicked.at AND bought.placed_at < coalesce(send.finished_at, now()) + %(within)s
  WHERE NOT bought.is_test AND bought.status <> ALL(%(uncounted)s)
  ORDER BY bought.id, clicked.at DESC, clicked.broadcast_id DESC
)
SELECT broadcast_id, count(*), sum(amount) FROM followed GROUP BY broadcast_id
"""


class Orders(models.TextChoices):
    """Which orders count for a send."""

    CLICKED = "clicked", _("Orders after a click")
    REACHED = "reached", _("Orders of people it reached")


class Code(models.TextChoices):
    """What is counted of what came."""

    OPENS = "opens", _("Opens")
    CLICKS = "clicks", _("Clicks")
    CLICKERS = "clickers", _("People who clicked")
    FRIENDS = "friends", _("New friends")
    LINKS = "links", _("New ID links")
    ORDERS = "orders", _("Orders")
    REVENUE = "revenue", _("Revenue")


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of something came of a spend. `spend` is only of what is known to have brought so many."""

    count: Decimal
    spend: Decimal
    is_least: bool = False  # of a part it is not known
    is_repeated: bool = False  # some may be counted several times

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            self.count + other.count,
            self.spend + other.spend,
            self.is_least or other.is_least,
            self.is_repeated or other.is_repeated,
        )

    @property
    def each(self) -> Decimal | None:
        """What one cost; None where there is none."""
        return self.spend / self.count if self.count else None

    @property
    def per_spend(self) -> Decimal | None:
        """How many came of one yen; None where none was spent."""
        return self.count / self.spend if self.spend > 0 else None


Measures = dict[str, Measure]


class Once(NamedTuple):
    """Orders that no other send has."""

    orders: int
    revenue: Decimal


def added(rows: Iterable[Measures]) -> Measures:
    """All together; where something is not known of one of them, there are at least so many."""
    found: Measures = {}
    listed = list(rows)
    for measures in listed:
        for code, measure in measures.items():
            found[code] = found[code] + measure if code in found else measure
    return {
        code: replace(measure, is_least=measure.is_least or any(code not in row for row in listed))
        for code, measure in found.items()
    }


def against(measures: Measures, spend: Decimal) -> Measures:
    """Orders and revenue set against all of a spend."""
    bought = {Code.ORDERS, Code.REVENUE} & measures.keys()
    return measures | {code: replace(measures[code], spend=spend) for code in bought}


def sends(broadcast_ids: Collection[int]) -> list[Figures]:
    """The results of these broadcasts, as they were last counted."""
    unread = ("audience", "holdout", "body", "messages")
    found = Broadcast.objects.filter(pk__in=broadcast_ids).defer(*unread)
    return figures.of_many(list(found.order_by("-started_at", "-pk")))


def measured(found: Figures, spend: Decimal, orders: Orders) -> Measures:
    """Everything that is known to have come of a send that cost this."""
    told = found.outcome
    is_by_click = orders == Orders.CLICKED
    counts: dict[str, Any] = {
        Code.OPENS: found.opened,
        Code.CLICKS: found.progress.clicks if found.broadcast.started_at else None,
        Code.CLICKERS: found.clicked,
        Code.LINKS: told and told.linked,
        Code.ORDERS: told and (told.clicked_orders if is_by_click else told.orders),
        Code.REVENUE: told and (told.clicked_revenue if is_by_click else told.revenue),
    }
    least = {Code.OPENS: found.line.is_least_opened, Code.CLICKERS: _is_least_clicked(found)}
    return {
        code: Measure(Decimal(count), spend, is_least=least.get(Code(code), False))
        for code, count in counts.items()
        if count is not None
    }


def once(broadcast_ids: Collection[int]) -> dict[int, Once]:
    """Orders after a click, each given to the send that was clicked last before it."""
    asked: dict[str, Any] = {
        "sends": list(broadcast_ids),
        "within": outcome.WITHIN,
        "uncounted": list(Order.UNCOUNTED),
    }
    with connection.cursor() as cursor:
        cursor.execute(LAST_CLICKED, asked)
        return {pk: Once(count, amount) for pk, count, amount in cursor}


def alone(measures: Measures, once: Once | None) -> Measures:
    """Of these, so that sends add up: orders that no other send has. A person may be linked after several."""
    counts = {Code.ORDERS: once.orders if once else 0, Code.REVENUE: once.revenue if once else 0}
    counted = {
        code: replace(measures[code], count=Decimal(counts[code])) for code in counts if code in measures
    }
    return measures | counted | _marked(measures, Code.LINKS)


def repeated(measures: Measures) -> Measures:
    """Of these, with a mark on all that several sends may have."""
    return measures | _marked(measures, Code.LINKS, Code.ORDERS, Code.REVENUE)


def _marked(measures: Measures, *codes: Code) -> Measures:
    return {code: replace(measures[code], is_repeated=True) for code in codes if code in measures}


def links_made(start: datetime, end: datetime) -> int:
    """How many friends were linked from the first moment until before the second, whatever brought them."""
    made = Link.objects.filter(linked_at__gte=start, linked_at__lt=end)
    return made.exclude(method=Link.Method.MERGED).values("friend").distinct().count()


def _is_least_clicked(found: Figures) -> bool:
    return not found.broadcast.tracks_people and found.line.is_least_clicked
