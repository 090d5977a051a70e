"""Leaves about what people did: events on the timeline."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import registry
from segments.kinds import MOST_DAYS, Properties, Scalar, Text, Unfit, Whole
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register

ANY_NUMBER = 2**31 - 1


@register
@dataclass(frozen=True)
class Did(Leaf):
    """Friends of whom an event is recorded so many times; at most 0 is "never".

    An event that names only a customer counts for the friend who is that customer at present. `within_days`
    counts the client's calendar days before today, today included: 1 is since yesterday's midnight.
    """

    type = "events"
    label = gettext_lazy("What they did")
    group = BEHAVIOUR
    event: str = given(Text(60))
    count_at_least: int | None = given(Whole(1, 10_000), default=None)
    count_at_most: int | None = given(Whole(0, 10_000), default=None)
    within_days: int | None = given(Whole(0, MOST_DAYS), default=None)
    where: dict[str, Scalar] | None = given(Properties(), default=None)

    def check(self) -> None:
        if self.count_at_least is None and self.count_at_most is None:
            raise Unfit(_("needs count_at_least or count_at_most"))
        if self.count_at_most is not None and self.count_at_most < (self.count_at_least or 0):
            raise Unfit(_("count_at_most is less than count_at_least"))

    @property
    def is_inverted(self) -> bool:
        """Without a lower bound those are sought who did it more often: who never did has no row."""
        return self.count_at_least is None

    def query(self, moment: Moment) -> Query:
        doers, params = self._doers(moment)
        least, most = self._bounds()
        if (least, most) == (1, ANY_NUMBER):
            return Query(doers, params)
        sql = f"SELECT friend_id FROM ({doers}) AS doer GROUP BY friend_id HAVING count(*) BETWEEN %s AND %s"  # noqa: S608
        return Query(sql, [*params, least, most])

    def _bounds(self) -> tuple[int, int]:
        if self.count_at_least is None:
            return (self.count_at_most or 0) + 1, ANY_NUMBER
        return self.count_at_least, ANY_NUMBER if self.count_at_most is None else self.count_at_most

    def _doers(self, moment: Moment) -> Query:
        """The friend of each event, once per event."""
        what, params = self._what(moment)
        sql = (
            f"SELECT friend_id FROM events_event event WHERE {what} AND friend_id IS NOT NULL"  # noqa: S608
            " UNION ALL"
            " SELECT link.friend_id FROM events_event event"
            " JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL"
            f" WHERE {what} AND event.friend_id IS NULL"
        )
        return Query(sql, params * 2)

    def _what(self, moment: Moment) -> Query:
        sql = "event.type = %s"
        params: list = [registry.canonical(self.event)]
        if self.within_days is not None:
            sql += " AND event.at >= %s"
            params.append(moment.day_begins(self.within_days))
        if self.where:
            sql += " AND event.properties @> %s::jsonb"
            params.append(json.dumps(self.where))
        return Query(sql, params)

    def topics(self) -> set[str]:
        return {"links", f"events:{registry.canonical(self.event)}"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def words(self, known: dict) -> str:
        said = {"event": self._event_words(), "count": self._count_words(), "days": self.within_days}
        if self.within_days is None:
            return _("%(event)s %(count)s") % said
        return _("%(event)s %(count)s within %(days)s days") % said

    def _event_words(self) -> str:
        label = registry.label(registry.canonical(self.event))
        if not self.where:
            return label
        return f"{label} ({', '.join(f'{name}: {value}' for name, value in self.where.items())})"

    def _count_words(self) -> str:
        said = {"least": self.count_at_least, "most": self.count_at_most}
        if self.count_at_most == 0:
            return _("never")
        if self.count_at_least is None:
            return _("%(most)s times or less") % said
        if self.count_at_most is None:
            return _("once or more") if self.count_at_least == 1 else _("%(least)s times or more") % said
        return _("%(least)s to %(most)s times") % said
