"""Triggers by what people do, and by a program's call."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routes.models import Route
from scenarios.flow.reading import triggers
from scenarios.triggers.kinds import Happening, Occurrence, Trigger
from segments.kinds import HIGHEST_ROW, Choice, Text, Whole
from segments.leaves import Query, given
from segments.types import occurrences

WHO = {
    "any": gettext_lazy("Anybody who adds the account"),
    "new": gettext_lazy("Who adds it for the first time"),
    "returned": gettext_lazy("Who had blocked it and comes back"),
}
ADDED = {"new": {"followed"}, "returned": {"unblocked"}, "any": {"followed", "unblocked"}}
ARRIVALS = "changed:arrivals"  # a visit may be joined with its follow after we have heard of that
BY_ROUTE = """
 AND EXISTS (SELECT FROM routes_arrival arrival
             WHERE arrival.friend_id = event.friend_id AND arrival.followed_at = event.at
               AND arrival.route_id = %s)"""


def _routes() -> list:
    return list(Route.objects.values_list("pk", "name"))


@triggers.register
@dataclass(frozen=True)
class FriendAdded(Happening):
    """Somebody adds the account, by one route or by any.

    Whom LINE only lists as a follower, without telling us of the moment, is not let in.
    """

    type = "friend_added"
    label = gettext_lazy("Friend added")
    hint = gettext_lazy("Somebody adds the account, by any route or by one")
    who: str = given(
        Choice(tuple(WHO)), default="any", label=gettext_lazy("Who"), options=lambda: list(WHO.items())
    )
    route: int | None = given(
        Whole(1, HIGHEST_ROW), default=None, label=gettext_lazy("Only by this route"), options=_routes
    )

    def types(self) -> set[str]:
        return ADDED[self.who]

    def topics(self) -> set[str]:
        return super().topics() | ({ARRIVALS} if self.route else set())

    def which(self) -> Query:
        sql, params = "event.type = ANY(%s)", [sorted(self.types())]
        return Query(sql + BY_ROUTE, [*params, self.route]) if self.route else Query(sql, params)

    def words(self) -> str:
        said = str(WHO[self.who])
        if self.route is None:
            return said
        name = Route.objects.filter(pk=self.route).values_list("name", flat=True).first()
        return _("%(who)s, by the route “%(route)s”") % {"who": said, "route": name or _("deleted route")}


@triggers.register
@dataclass(frozen=True)
class Linked(Occurrence):
    """A friend is linked to a customer, in whatever way."""

    type = "linked"
    label = gettext_lazy("ID link is made")
    hint = gettext_lazy("A friend is linked to a customer")

    @property
    def _event(self) -> str:
        return "linked"


@triggers.register
@dataclass(frozen=True)
class Happened(Occurrence):
    """A person does something: any type of event, with what must be true of it."""

    type = "event"
    label = gettext_lazy("An event")
    hint = gettext_lazy("A cart, an order, a visit: anything that stands on the timeline")
    event: str = given(Text(60), label=gettext_lazy("Event"), options=occurrences.known_types)
    where: list[dict] | None = occurrences.where()

    @property
    def _event(self) -> str:
        return self.event

    @property
    def _where(self) -> list[dict] | None:
        return self.where

    def words(self) -> str:
        known = {
            "labels": occurrences.labels_of([self.event]),
            "names": occurrences.names_in([self.where]),
        }
        return occurrences.event_words(self.event, self.where, known)


@triggers.register
@dataclass(frozen=True)
class Called(Trigger):
    """A program lets people in by API, or somebody by hand."""

    type = "api"
    label = gettext_lazy("Call by API, or by hand")
    hint = gettext_lazy("A program says who comes in, and with what values; or somebody of the team")
