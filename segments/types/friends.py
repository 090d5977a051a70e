"""Leaves about the friendship itself: whom a message reaches, tags, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.models import Friend, Tag
from friends.services import KNOWN
from segments.kinds import MOST_DAYS, Choice, Unfit, Whole
from segments.leaves import FRIENDS, Leaf, Moment, Query, given, register


@dataclass(frozen=True)
class Reachable(Leaf):
    """Friends a message would reach. Not for trees: every tree is asked within these."""

    type = "reachable"

    def query(self, moment: Moment) -> Query:
        return Query("SELECT id FROM friends_friend WHERE status = 'friend'", [])

    def topics(self) -> set[str]:
        return {"friends"}


@dataclass(frozen=True)
class Known(Leaf):
    """Friends ever known, also those who have blocked the account. Not for trees, as the one above."""

    type = "known"

    def query(self, moment: Moment) -> Query:
        return Query("SELECT id FROM friends_friend", [])

    def topics(self) -> set[str]:
        return {KNOWN}


@register
@dataclass(frozen=True)
class Tagged(Leaf):
    """Friends with a tag."""

    type = "tag"
    label = gettext_lazy("Tag")
    hint = gettext_lazy("Friends with a tag")
    group = FRIENDS
    tag: int = given(
        Whole(1, 2**31 - 1),
        label=gettext_lazy("Tag"),
        options=lambda: list(Tag.objects.values_list("pk", "name")),
    )

    def query(self, moment: Moment) -> Query:
        return Query("SELECT friend_id FROM friends_friendtag WHERE tag_id = %s", [self.tag])

    def topics(self) -> set[str]:
        return {f"tag:{self.tag}"}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return dict(Tag.objects.filter(pk__in={leaf.tag for leaf in leaves}).values_list("pk", "name"))

    def missing(self, known: dict) -> str:
        return "" if self.tag in known else _("there is no tag %(tag)s") % {"tag": self.tag}

    def words(self, known: dict) -> str:
        return _("tagged “%(tag)s”") % {"tag": known.get(self.tag) or _("deleted tag")}


@register
@dataclass(frozen=True)
class FriendFor(Leaf):
    """Days since the friend last added the account, by the client's calendar: yesterday at 23:59 is one day.

    A friend whose day of adding is not known (imported) fits neither bound.
    """

    type = "friend_for"
    label = gettext_lazy("Days as a friend")
    hint = gettext_lazy("How long ago they added the account")
    group = FRIENDS
    fresh = {"days_at_least": 30}
    days_at_least: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("At least"), unit=gettext_lazy("days")
    )
    days_less_than: int | None = given(
        Whole(1, MOST_DAYS), default=None, label=gettext_lazy("Less than"), unit=gettext_lazy("days")
    )

    def check(self) -> None:
        if self.days_at_least is None and self.days_less_than is None:
            raise Unfit(_("needs days_at_least or days_less_than"))

    def query(self, moment: Moment) -> Query:
        sql = "SELECT id FROM friends_friend WHERE status = 'friend'"
        params: list = []
        if self.days_at_least is not None:
            sql += " AND followed_at < %s"
            params.append(moment.day_begins(self.days_at_least - 1))
        if self.days_less_than is not None:
            sql += " AND followed_at >= %s"
            params.append(moment.day_begins(self.days_less_than - 1))
        return Query(sql, params)

    def topics(self) -> set[str]:
        return {"friends"}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()

    def crossed(self, before: Moment, after: Moment) -> Query:
        days = [days - 1 for days in (self.days_at_least, self.days_less_than) if days is not None]
        return _crossed("followed_at", days, before, after)

    def words(self, known: dict) -> str:
        said = {"least": self.days_at_least, "less": self.days_less_than}
        if self.days_less_than is None:
            return _("friend for %(least)s days or more") % said
        if self.days_at_least is None:
            return _("friend for less than %(less)s days") % said
        return _("friend for %(least)s days or more and less than %(less)s") % said


@register
@dataclass(frozen=True)
class Friendship(Leaf):
    """Friends, people who have blocked the account, and people who wrote or signed in without adding it.

    No message reaches the latter two. Days are those of the client's calendar since they added or blocked
    the account, from `days_at_least` to `days_at_most` ago, today being 0; where the day is not known
    neither bound fits.
    """

    type = "friendship"
    label = gettext_lazy("Friendship")
    hint = gettext_lazy("Friends, or those who have blocked the account")
    group = FRIENDS
    fresh = {"is": "blocked"}
    state: str = given(
        Choice(tuple(Friend.Status)),
        name="is",
        label=gettext_lazy("Status"),
        options=lambda: list(Friend.Status.choices),
    )
    days_at_least: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("At least"), unit=gettext_lazy("days ago")
    )
    days_at_most: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("At most"), unit=gettext_lazy("days ago")
    )

    SINCE = {"friend": "followed_at", "blocked": "blocked_at"}

    @property
    def asks_all(self) -> bool:  # type: ignore[override]
        return self.state != Friend.Status.FRIEND

    def check(self) -> None:
        if self._has_days and self.state not in self.SINCE:
            raise Unfit(_("there is no day since when somebody is not a friend"))
        if self.days_at_most is not None and self.days_at_most < (self.days_at_least or 0):
            raise Unfit(_("days_at_most is less than days_at_least"))

    @property
    def _has_days(self) -> bool:
        return (self.days_at_least, self.days_at_most) != (None, None)

    def query(self, moment: Moment) -> Query:
        sql = "SELECT id FROM friends_friend WHERE status = %s"
        params: list = [self.state]
        since = self.SINCE.get(self.state)
        if self.days_at_least is not None:
            sql += f" AND {since} < %s"
            params.append(moment.day_begins(self.days_at_least - 1))
        if self.days_at_most is not None:
            sql += f" AND {since} >= %s"
            params.append(moment.day_begins(self.days_at_most))
        return Query(sql, params)

    def topics(self) -> set[str]:
        return {"friends", KNOWN}

    def valid_until(self, moment: Moment) -> datetime | None:
        return moment.day_ends() if self._has_days else None

    def crossed(self, before: Moment, after: Moment) -> Query | None:
        if not self._has_days:
            return None
        days = [] if self.days_at_least is None else [self.days_at_least - 1]
        days += [] if self.days_at_most is None else [self.days_at_most]
        return _crossed(self.SINCE[self.state], days, before, after)

    def words(self, known: dict) -> str:
        return {"friend": self._friend_words, "blocked": self._blocked_words}.get(
            self.state, lambda: _("not a friend (no message reaches them)")
        )()

    def _friend_words(self) -> str:
        if not self._has_days:
            return _("is a friend")
        return _("added the account %(when)s") % {"when": self._when()}

    def _blocked_words(self) -> str:
        if not self._has_days:
            return _("has blocked the account (no message reaches them)")
        return _("blocked the account %(when)s (no message reaches them)") % {"when": self._when()}

    def _when(self) -> str:
        said = {"least": self.days_at_least, "most": self.days_at_most}
        if self.days_at_most is None:
            return _("%(least)s days ago or earlier") % said
        if not self.days_at_least:
            return _("in the last %(most)s days") % said
        return _("%(least)s to %(most)s days ago") % said


def _crossed(column: str, days_ago: list[int], before: Moment, after: Moment) -> Query:
    """Friends who came over one of these midnights, as time went from one moment to the other."""
    parts = [f"({column} >= %s AND {column} < %s)"] * len(days_ago)
    params = [moment.day_begins(days) for days in days_ago for moment in (before, after)]
    return Query(f"SELECT id FROM friends_friend WHERE {' OR '.join(parts)}", params)  # noqa: S608
