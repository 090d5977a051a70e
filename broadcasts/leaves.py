"""Conditions about our messages: who got them, who clicked in them, how many somebody got.

Who got a message is known of all that went to a list of ours. Whom LINE chose by what only LINE knows, nobody
can say: that is a question for `Opened`, which LINE itself answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts import topics
from broadcasts.models import Batch, Broadcast
from segments.kinds import MOST_DAYS, RowOr, Text, Unfit, Whole, YesNo
from segments.leaves import MESSAGES, Leaf, Moment, Query, given, register
from segments.tree import All, AnyOf, AtLeast, Node, Not

LAST = "last"
WHICH = RowOr((LAST,))
CHOSEN_FROM = 200  # broadcasts offered on the page, newest first; others stay possible
MOST_MESSAGES = 50
NOBODY = Not(All(()))
LONGEST_ADDRESS = 2_000
A_DAY = timedelta(days=1)


def sent() -> QuerySet[Broadcast]:
    """Broadcasts of which LINE has taken something, newest first."""
    taken = Batch.objects.filter(broadcast=OuterRef("pk"), state=Batch.State.ACCEPTED)
    begun = Broadcast.objects.filter(Exists(taken), started_at__isnull=False)
    return begun.order_by("-started_at", "-pk")


def with_own_links() -> QuerySet[Broadcast]:
    """Those in which each friend had links of their own, so that it is known who clicked."""
    return sent().filter(tracks_people=True)


def newest(broadcasts: QuerySet[Broadcast]) -> int | None:
    return broadcasts.values_list("pk", flat=True).first()


def offered() -> list[tuple[object, Any]]:
    """What stands in the menu of messages."""
    named = sent().values_list("pk", "name")[:CHOSEN_FROM]
    return [(LAST, gettext_lazy("The last message")), *named]


def offered_with_links() -> list[tuple[object, Any]]:
    named = with_own_links().values_list("pk", "name")[:CHOSEN_FROM]
    return [(LAST, gettext_lazy("The last message with personal links")), *named]


@dataclass(frozen=True)
class OfBroadcast(Leaf):
    """What conditions have in common that name a broadcast, or the last one."""

    group = MESSAGES

    @property
    def named(self) -> list[int]:
        number = getattr(self, "broadcast", None)
        return [number] if isinstance(number, int) else []

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        numbers = {number for leaf in leaves for number in leaf.named}
        found = Broadcast.objects.filter(pk__in=numbers).annotate(
            urls=ArrayAgg("links__url", filter=Q(links__isnull=False), distinct=True, default=[])
        )
        return {each.pk: each for each in found.only("name", "tracks_people", "started_at")}

    def missing(self, known: dict) -> str:
        unknown = [number for number in self.named if number not in known]
        return _("there is no broadcast %(number)s") % {"number": unknown[0]} if unknown else ""

    def message(self, known: dict) -> str:
        """The broadcast as it stands in a sentence."""
        [number] = self.named
        return f"“{known[number].name}”" if number in known else _("a deleted broadcast")


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
    broadcast: int | str | None = given(
        WHICH, default=None, label=gettext_lazy("Message"), options=lambda: offered()
    )
    within_days: int | None = given(
        Whole(0, MOST_DAYS),
        default=None,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days (calendar days)"),
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

    def stands_for(self, moment: Moment) -> Node | None:
        if self.broadcast == LAST:
            number = newest(sent())
            return NOBODY if number is None else Received(number, self.within_days)
        if self.broadcast is None:
            among = with_own_links() if self.own_links else sent()
            return _any_of(_received_since(moment, self.within_days or 0, among))
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
        said = {"days": self.within_days}
        if self.broadcast is None:
            if self.own_links:
                return _("received a message with personal links within %(days)s days") % said
            return _("received a message within %(days)s days") % said
        said["message"] = _("the last message") if self.broadcast == LAST else self.message(known)
        if self.within_days is None:
            return _("received %(message)s") % said
        return _("received %(message)s within %(days)s days") % said


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
        unit=gettext_lazy("days (calendar days)"),
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
        return super().missing(known) or _unknown_clicks(self, known) or self._unknown_link(known)

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


@register
@dataclass(frozen=True)
class Messages(Leaf):
    """How many messages somebody got in some days: broadcasts, welcomes, and what was written to them.

    Counted is what LINE counts as a message; free replies are none. `within_days` counts the client's
    calendar days before today, today included. Messages to people whom LINE chose are not known of anyone.
    """

    type = "messages"
    label = gettext_lazy("Number of messages received")
    hint = gettext_lazy("Of all that LINE counts; at most 0: not messaged")
    group = MESSAGES
    fresh = {"count_at_most": 0, "within_days": 3}
    count_at_least: int | None = given(
        Whole(1, MOST_MESSAGES), default=None, label=gettext_lazy("Messages (at least)")
    )
    count_at_most: int | None = given(
        Whole(0, MOST_MESSAGES), default=None, label=gettext_lazy("Messages (at most)")
    )
    within_days: int = given(
        Whole(0, MOST_DAYS),
        default=30,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days (calendar days)"),
    )

    def check(self) -> None:
        if self.count_at_least is None and self.count_at_most is None:
            raise Unfit(_("needs count_at_least or count_at_most"))
        if self.count_at_most is not None and self.count_at_most < (self.count_at_least or 0):
            raise Unfit(_("count_at_most is less than count_at_least"))

    def stands_for(self, moment: Moment) -> Node:
        bounds: list[Node] = []
        if self.count_at_least is not None:
            bounds.append(self._at_least(self.count_at_least, moment))
        if self.count_at_most is not None:
            bounds.append(Not(self._at_least(self.count_at_most + 1, moment)))
        return All(tuple(bounds))

    def _at_least(self, times: int, moment: Moment) -> AtLeast:
        """Each broadcast is one part; of messages sent one by one the first, the second and so on."""
        one_by_one = [OneByOne(nth, self.within_days) for nth in range(1, times + 1)]
        return AtLeast(times, (*_received_since(moment, self.within_days, sent()), *one_by_one))

    def words(self, known: dict) -> str:
        said = {"least": self.count_at_least, "most": self.count_at_most, "days": self.within_days}
        if self.count_at_most == 0:
            return _("not messaged in %(days)s days") % said
        if self.count_at_least is None:
            return _("%(most)s messages or fewer in %(days)s days") % said
        if self.count_at_most is None:
            return _("%(least)s messages or more in %(days)s days") % said
        return _("%(least)s to %(most)s messages in %(days)s days") % said


@dataclass(frozen=True)
class OneByOne(Leaf):
    """Friends to whom we pushed so many single messages in some days. Not for trees: `Messages` asks it."""

    type = "one_by_one"
    count_at_least: int = given(Whole(1, MOST_MESSAGES + 1))
    within_days: int = given(Whole(0, MOST_DAYS))

    def query(self, moment: Moment) -> Query:
        pushed = (
            "SELECT conversation_id AS friend_id FROM chats_sending"
            " WHERE state = 'sent' AND way = 'push' AND sent_at >= %s"
            " UNION ALL SELECT friend_id FROM linking_linkduty"
            " WHERE kind = 'welcome' AND state = 'done' AND ended_at >= %s"
        )
        since = moment.day_begins(self.within_days)
        sql = f"SELECT friend_id FROM ({pushed}) AS pushed GROUP BY friend_id HAVING count(*) >= %s"  # noqa: S608
        return Query(sql, [since, since, self.count_at_least])

    def topics(self) -> set[str]:
        return {"pushes"}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()


def _received_since(moment: Moment, days: int, among: QuerySet[Broadcast]) -> list[Node]:
    """Who got each of the broadcasts that were sent in these days, today included.

    The days are asked for only where a broadcast may have begun before them: of all others the answer never
    changes again, so that it is remembered for good.
    """
    edge = moment.day_begins(days)
    # A request under way when a broadcast was cancelled may be accepted a little after its end.
    late = Q(finished_at=None) | Q(finished_at__gte=edge - A_DAY)
    rows = among.filter(late).values_list("pk", "started_at")
    return [Received(pk, None if begun >= edge else days) for pk, begun in rows]


def _any_of(parts: list[Node]) -> Node:
    return AnyOf(tuple(parts)) if parts else NOBODY


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
