"""Who got a message."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts import topics
from broadcasts.leaves.naming import (
    CHOSEN_FROM,
    LAST,
    NOBODY,
    WHICH,
    OfBroadcast,
    any_of,
    newest,
    sent,
    with_own_links,
)
from broadcasts.models import Broadcast
from segments.kinds import MOST_DAYS, Unfit, Whole, YesNo
from segments.leaves import Moment, Query, given, register
from segments.tree import Node

A_DAY = timedelta(days=1)


def offered() -> list[tuple[object, Any]]:
    """What stands in the menu of messages."""
    named = sent().values_list("pk", "name")[:CHOSEN_FROM]
    return [(LAST, gettext_lazy("The last message")), *named]


@register
@dataclass(frozen=True)
class Received(OfBroadcast):
    """Friends to whom a broadcast went, or any of those of some days; LINE took it, whether read or not.

    `within_days` counts the client's calendar days before today, today included. `own_links` asks for those
    in which each friend had links of their own.
    """

    type = "received"
    label = gettext_lazy("Received a message")
    hint = gettext_lazy("Who got a broadcast, or any in the last days")
    fresh = {"broadcast": LAST}
    is_tried = False  # who got it is in the arrays of its batches, which would be read whole
    broadcast: int | str | None = given(
        WHICH, default=None, label=gettext_lazy("Message"), options=lambda: offered()
    )
    within_days: int | None = given(
        Whole(0, MOST_DAYS),
        default=None,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days"),
    )
    own_links: bool | None = given(
        YesNo(),
        default=None,
        label=gettext_lazy("Only with personal links (so that it is known who clicked)"),
    )

    def check(self) -> None:
        if self.broadcast is None and self.within_days is None:
            raise Unfit(_("needs a broadcast or within_days"))
        if self.broadcast is not None and self.own_links is not None:
            raise Unfit(_("own_links goes with within_days alone"))

    def missing(self, known: dict) -> str:
        return super().missing(known) or self._unknown(known)

    def _unknown(self, known: dict) -> str:
        for number in self.named:
            if known[number].is_chosen_by_line:
                return _("nobody knows who got %(message)s, since LINE chose them: ask who opened it") % {
                    "message": self.message(known)
                }
        return ""

    def stands_for(self, moment: Moment) -> Node | None:
        if self.broadcast == LAST:
            number = newest(sent())
            return NOBODY if number is None else Received(number, self.within_days)
        if self.broadcast is None:
            among = with_own_links() if self.own_links else sent()
            return any_of(received_since(moment, self.within_days or 0, among))
        return None

    def query(self, moment: Moment) -> Query:
        sql = (
            "SELECT receiver.id FROM broadcasts_batch batch"
            " CROSS JOIN LATERAL unnest(batch.friends) AS receiver (id)"
            " WHERE batch.broadcast_id = %s AND batch.state = 'accepted'"
            " AND receiver.id <> ALL (batch.rejected)"
        )
        if self.within_days is None:
            return Query(sql, [self.broadcast])
        since = moment.day_begins(self.within_days)
        return Query(f"{sql} AND batch.accepted_at >= %s", [self.broadcast, since])

    def topics(self) -> set[str]:
        return {topics.received(self.broadcast)} if isinstance(self.broadcast, int) else set()

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def words(self, known: dict) -> str:
        said: dict[str, object] = {"days": self.within_days}
        if self.broadcast is None:
            if self.own_links:
                return _("received a message with personal links within %(days)s days") % said
            return _("received a message within %(days)s days") % said
        said["message"] = _("the last message") if self.broadcast == LAST else self.message(known)
        if self.within_days is None:
            return _("received %(message)s") % said
        return _("received %(message)s within %(days)s days") % said


def received_since(moment: Moment, days: int, among: QuerySet[Broadcast]) -> list[Node]:
    """Who got each of the broadcasts that were sent in these days, today included.

    The days are asked for only where a broadcast may have begun before them: of all others the answer never
    changes again, so that it is remembered for good.
    """
    edge = moment.day_begins(days)
    # A request under way when a broadcast was cancelled may be accepted a little after its end.
    late = Q(finished_at=None) | Q(finished_at__gte=edge - A_DAY)
    rows = among.filter(late).values_list("pk", "started_at")
    return [Received(pk, None if begun and begun >= edge else days) for pk, begun in rows]
