"""What came of sends: opens, clicks, links, orders. What nobody knows is left out, it is not 0.

Orders after a click are those credited to the send (`attribution.credits`), so that each counts once, over
broadcasts and scenarios together. Links, and orders of people it reached, are those of the results of a send,
within 7 days: an order may count for several sends.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from attribution.credits import Sums
from broadcasts.models import Broadcast
from broadcasts.results import figures
from broadcasts.results.figures import Figures
from linking.models import Link


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


def measured(found: Figures, spend: Decimal, orders: Orders, credit: Sums) -> Measures:
    """Everything that is known to have come of a send that cost this, and is credited with so much."""
    told = found.outcome
    counts: dict[str, Any] = {
        Code.OPENS: found.opened,
        Code.CLICKS: found.progress.clicks if found.broadcast.started_at else None,
        Code.CLICKERS: found.clicked,
        Code.LINKS: told and told.linked,
        Code.ORDERS: told and told.orders,
        Code.REVENUE: told and told.revenue,
    }
    if orders == Orders.CLICKED:
        knows = found.broadcast.tracks_people and found.broadcast.started_at is not None
        counts |= dict.fromkeys((Code.ORDERS, Code.REVENUE))
        counts |= {Code.ORDERS: credit.orders, Code.REVENUE: credit.revenue} if knows else {}
    least = {Code.OPENS: found.line.is_least_opened, Code.CLICKERS: _is_least_clicked(found)}
    return {
        code: Measure(Decimal(count), spend, is_least=least.get(Code(code), False))
        for code, count in counts.items()
        if count is not None
    }


def credited(sums: Sums, spend: Decimal) -> Measures:
    """Orders and revenue of something that is credited with so much and cost this."""
    counts = {Code.ORDERS: Decimal(sums.orders), Code.REVENUE: sums.revenue}
    return {code: Measure(count, spend) for code, count in counts.items()}


def repeated(measures: Measures, orders: Orders) -> Measures:
    """Of these, with a mark on all that several sends may have: a person may be linked after several."""
    shared = () if orders == Orders.CLICKED else (Code.ORDERS, Code.REVENUE)
    return measures | _marked(measures, Code.LINKS, *shared)


def _marked(measures: Measures, *codes: Code) -> Measures:
    return {code: replace(measures[code], is_repeated=True) for code in codes if code in measures}


def links_made(start: datetime, end: datetime) -> int:
    """How many friends were linked from the first moment until before the second, whatever brought them."""
    made = Link.objects.filter(linked_at__gte=start, linked_at__lt=end)
    return made.exclude(method=Link.Method.MERGED).values("friend").distinct().count()


def _is_least_clicked(found: Figures) -> bool:
    return not found.broadcast.tracks_people and found.line.is_least_clicked
