"""Who clicked in a message, and who did not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.leaves.naming import (
    CHOSEN_FROM,
    LAST,
    NOBODY,
    WHICH,
    OfBroadcast,
    newest,
    with_own_links,
)
from broadcasts.leaves.received import Received
from composing.variables import VARIABLE
from segments.kinds import MOST_DAYS, Text, Whole
from segments.leaves import Moment, Query, given, register
from segments.tree import All, Node, Not

LONGEST_ADDRESS = 2_000


def offered_with_links() -> list[tuple[object, Any]]:
    named = with_own_links().values_list("pk", "name")[:CHOSEN_FROM]
    return [(LAST, gettext_lazy("The last message with personal links")), *named]


@register
@dataclass(frozen=True)
class Clicked(OfBroadcast):
    """Friends who clicked a link in a message, as far as it is known who did: where links are personal.

    Without `broadcast` any message counts. `link` is the address as it was written. `within_days` as above.
    """

    type = "clicked"
    label = gettext_lazy("Clicked in a message")
    hint = gettext_lazy("Known for messages with personal links (“know who clicked”)")
    fresh = {"broadcast": LAST}
    broadcast: int | str | None = given(
        WHICH, default=None, label=gettext_lazy("Message"), options=lambda: offered_with_links()
    )
    link: str | None = given(
        Text(LONGEST_ADDRESS), default=None, label=gettext_lazy("Address of the link (any, if empty)")
    )
    within_days: int | None = given(
        Whole(0, MOST_DAYS),
        default=None,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days"),
    )

    def stands_for(self, moment: Moment) -> Node | None:
        if self.broadcast != LAST:
            return None
        number = newest(with_own_links())
        return NOBODY if number is None else Clicked(number, self.link, self.within_days)

    def query(self, moment: Moment) -> Query:
        clicks, params = self._of_any() if self.broadcast is None else self._of_one()
        if self.within_days is None:
            return Query(clicks, params)
        return Query(f"{clicks} AND click.at >= %s", [*params, moment.day_begins(self.within_days)])

    def _of_any(self) -> Query:
        sql = "SELECT click.friend_id FROM events_event click WHERE click.type = 'clicked'"
        sql += " AND click.friend_id IS NOT NULL"
        if self.link is None:
            return Query(sql, [])
        return Query(f"{sql} AND click.properties @> jsonb_build_object('url', %s::text)", [self.link])

    def _of_one(self) -> Query:
        """A friend's first click is in an index of its own; only the days ask for all of them."""
        sql = (
            "SELECT click.friend_id FROM broadcasts_trackedlink link"
            " JOIN broadcasts_linkclick click ON click.link_id = link.id"
            " WHERE link.broadcast_id = %s AND click.friend_id IS NOT NULL"
        )
        if self.within_days is None:
            sql += " AND click.is_first"
        if self.link is None:
            return Query(sql, [self.broadcast])
        return Query(f"{sql} AND link.url = %s", [self.broadcast, self.link])

    def topics(self) -> set[str]:
        return {"events:clicked"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def missing(self, known: dict) -> str:
        unknown = "" if self._is_own_page else _unknown_clicks(self, known)
        return super().missing(known) or unknown or self._unknown_link(known)

    @property
    def _is_own_page(self) -> bool:
        """Whether the link leads to each friend's own page: then it is known in any case who clicked."""
        return self.link is not None and VARIABLE.fullmatch(self.link) is not None

    def _unknown_link(self, known: dict) -> str:
        """Links are made when it is sent; of a draft any address may still come."""
        for number in self.named:
            if self.link and known[number].started_at and self.link not in known[number].urls:
                said = {"message": self.message(known), "link": self.link}
                return _("%(message)s has no link to %(link)s") % said
        return ""

    def words(self, known: dict) -> str:
        said = {"message": self._which(known), "link": self.link, "days": self.within_days}
        if self.within_days is None:
            return (
                _("clicked in %(message)s") if self.link is None else _("clicked %(link)s in %(message)s")
            ) % said
        if self.link is None:
            return _("clicked in %(message)s within %(days)s days") % said
        return _("clicked %(link)s in %(message)s within %(days)s days") % said

    def _which(self, known: dict) -> str:
        if self.broadcast is None:
            return _("any message")
        return _last_with_links() if self.broadcast == LAST else self.message(known)


@register
@dataclass(frozen=True)
class NotClicked(OfBroadcast):
    """Friends who received a broadcast with personal links and clicked none of them."""

    type = "not_clicked"
    label = gettext_lazy("Received a message and did not click")
    hint = gettext_lazy("Known for messages with personal links (“know who clicked”)")
    fresh = {"broadcast": LAST}
    broadcast: int | str = given(WHICH, label=gettext_lazy("Message"), options=lambda: offered_with_links())

    def stands_for(self, moment: Moment) -> Node:
        number = newest(with_own_links()) if self.broadcast == LAST else self.broadcast
        if number is None:
            return NOBODY
        return All((Received(number), Not(Clicked(number))))

    def missing(self, known: dict) -> str:
        return super().missing(known) or _unknown_clicks(self, known)

    def words(self, known: dict) -> str:
        message = _last_with_links() if self.broadcast == LAST else self.message(known)
        return _("received %(message)s and did not click") % {"message": message}


def _unknown_clicks(leaf: OfBroadcast, known: dict) -> str:
    """Why nobody knows who clicked in the broadcast; "" if it is known, or the broadcast not sent yet."""
    for number in leaf.named:
        if known[number].started_at and not known[number].tracks_people:
            return _(
                "nobody knows who clicked in %(message)s, since all got the same links: choose a message "
                "with “know who clicked”, and switch that on for the next one"
            ) % {"message": leaf.message(known)}
    return ""


def _last_with_links() -> str:
    return _("the last message with personal links")
