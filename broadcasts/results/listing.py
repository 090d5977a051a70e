"""Sends of a period, or a few that are put side by side: a row of figures each, in an order, with totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from broadcasts.models import Broadcast
from broadcasts.results import figures, rows
from broadcasts.results.rows import Row
from broadcasts.results.seen import Costs

MOST = 300  # sends in one table
FEWEST_COMPARED, MOST_COMPARED = 2, 8
AVERAGE_OF = timedelta(days=180)
SORTED_BY = ("started", "delivered", "opened", "clicked", "clicks", "ordered", "revenue", "blocked", "cost")


@dataclass(frozen=True)
class Send:
    """One line: the send, and its figures by code."""

    broadcast: Broadcast
    rows: dict[str, Row]

    def rank(self, code: str) -> float:
        """Shares are compared where there are any, else numbers; what is not known comes last."""
        if code == "started" and self.broadcast.started_at:
            return self.broadcast.started_at.timestamp()
        row = self.rows.get(code)
        if row is None or row.value is None:
            return -1.0
        share = row.share
        return float(row.value) if share is None or code == "delivered" else share


@dataclass(frozen=True)
class Table:
    sends: list[Send]
    total: dict[str, Row]
    is_cut: bool = False  # there are more than MOST

    @property
    def balance(self) -> list[tuple[str, int, int]]:
        """Of each kind of message: its name, how many sends, how many messages of them were delivered."""
        delivered: dict[str, list[int]] = {nature.value: [] for nature in Broadcast.Nature}
        for send in self.sends:
            delivered[send.broadcast.nature].append(int(send.rows["delivered"].value or 0))
        return [(str(each.label), len(delivered[each]), sum(delivered[each])) for each in Broadcast.Nature]


def begun() -> QuerySet[Broadcast]:
    """All that anything was sent of."""
    unread = ("audience", "holdout", "body", "messages")
    return Broadcast.objects.filter(started_at__isnull=False).select_related("segment").defer(*unread)


def of_period(first: date, last: date, **equal: object) -> QuerySet[Broadcast]:
    """Those that began on these days of the client's calendar, newest first."""
    start, end = datetime.combine(first, time.min), datetime.combine(last, time.max)
    period = timezone.make_aware(start), timezone.make_aware(end)
    found = begun().filter(started_at__range=period)
    return found.filter(**equal).order_by("-started_at", "-pk")


def table(broadcasts: QuerySet[Broadcast], *, costs: Costs | None, sort: str = "") -> Table:
    """In as many queries for many as for one. `sort` is one of SORTED_BY, after a minus the least first."""
    found = list(broadcasts[: MOST + 1])
    sends = [
        Send(each.broadcast, {row.code: row for row in rows.of(each, costs=costs)})
        for each in figures.of_many(found[:MOST])
    ]
    total = rows.total(list(send.rows.values()) for send in sends)
    return Table(_sorted(sends, sort), total, len(found) > MOST)


def average(*, costs: Costs | None) -> dict[str, Row]:
    """What is usual here: the sums of the last half year, so that large sends weigh more."""
    since = timezone.now() - AVERAGE_OF
    return table(begun().filter(started_at__gte=since).order_by("-started_at"), costs=costs).total


def _sorted(sends: Sequence[Send], sort: str) -> list[Send]:
    code = sort.removeprefix("-")
    if code not in SORTED_BY:
        return list(sends)
    return sorted(sends, key=lambda send: send.rank(code), reverse=not sort.startswith("-"))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
