"""Leaves about the acquisition routes by which friends came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routes.joining import TOPIC
from routes.models import Arrival, Route
from segments.kinds import MOST_DAYS, Choice, Whole
from segments.leaves import FRIENDS, Leaf, Moment, Query, given, register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NEWEST, FIRST, ANY = "newest", "first", "any"
Kind = Arrival.Kind
CAME = (Kind.NEW, Kind.RETURNED)
KINDS = (*CAME, Kind.ALREADY)
OFFERED = 500  # routes in the form, the newest
NOT_EARLIER = """NOT EXISTS (
SELECT FROM routes_arrival earlier
WHERE earlier.friend_id = arrival.friend_id AND earlier.kind IN ('new', 'returned')
  AND (coalesce(earlier.followed_at, earlier.at), earlier.id)
      < (coalesce(arrival.followed_at, arrival.at), arrival.id))"""


def _routes() -> "list[tuple[object, StrOrPromise]]":
    return list(Route.objects.values_list("pk", "name")[:OFFERED])


@register
@dataclass(frozen=True)
class CameBy(Leaf):
    """Friends who came by an acquisition route; without `route`, by any.

    `which` arrival: the `newest`, by which they are a friend now; the `first` by which they ever became one;
    or `any`, also when they were a friend already. `as` tells those who were new, had returned, or were
    friends already. `within_days` counts the client's calendar days before today, today included.
    """

    type = "route"
    label = gettext_lazy("Acquisition route")
    hint = gettext_lazy("By which link or QR code they came")
    group = FRIENDS
    fresh = {"which": NEWEST}
    route: int | None = given(Whole(1, 2**31 - 1), default=None, label=gettext_lazy("Route"), options=_routes)
    which: str = given(
        Choice((NEWEST, FIRST, ANY)),
        default=NEWEST,
        label=gettext_lazy("Which arrival"),
        options=lambda: [
            (NEWEST, _("by which they are a friend now")),
            (FIRST, _("the first")),
            (ANY, _("any, also as a friend")),
        ],
    )
    kind: str | None = given(
        Choice(tuple(KINDS)),
        name="as",
        default=None,
        label=gettext_lazy("Came as"),
        options=lambda: [(kind.value, kind.label) for kind in KINDS],
    )
    within_days: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("In the last"), unit=gettext_lazy("days")
    )

    def query(self, moment: Moment) -> Query:
        conditions = ["arrival.kind = ANY(%s)"]
        params: list = [self._kinds()]
        if self.which == NEWEST:
            conditions.append("arrival.is_newest")
        if self.which == FIRST:
            conditions.append(NOT_EARLIER)
        if self.route is not None:
            conditions.append("arrival.route_id = %s")
            params.append(self.route)
        if self.within_days is not None:
            conditions.append("arrival.at >= %s")
            params.append(moment.day_begins(self.within_days))
        where = " AND ".join(conditions)
        return Query(f"SELECT arrival.friend_id FROM routes_arrival arrival WHERE {where}", params)  # noqa: S608

    def _kinds(self) -> list[str]:
        if self.kind is not None:
            return [self.kind] if self.which == ANY or self.kind in CAME else []
        return list(KINDS if self.which == ANY else CAME)

    def topics(self) -> set[str]:
        return {TOPIC}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def crossed(self, before: Moment, after: Moment) -> Query | None:
        if self.within_days is None:
            return None
        edges = [moment.day_begins(self.within_days) for moment in (before, after)]
        return Query("SELECT friend_id FROM routes_arrival WHERE at >= %s AND at < %s", edges)

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        numbers = {leaf.route for leaf in leaves if leaf.route is not None}
        return dict(Route.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}

    def missing(self, known: dict) -> str:
        if self.route is None or self.route in known:
            return ""
        return _("there is no route %(route)s") % {"route": self.route}

    def words(self, known: dict) -> str:
        said = {"route": self._route_words(known), "days": self.within_days}
        words = {
            NEWEST: _("came by %(route)s"),
            FIRST: _("came first by %(route)s"),
            ANY: _("came at any time by %(route)s"),
        }[self.which] % said
        if self.within_days is not None:
            words = _("%(words)s in the last %(days)s days") % {"words": words, "days": self.within_days}
        return f"{words} ({Kind(self.kind).label})" if self.kind else words

    def _route_words(self, known: dict) -> str:
        if self.route is None:
            return _("any route")
        return _("“%(route)s”") % {"route": known.get(self.route) or _("deleted route")}
