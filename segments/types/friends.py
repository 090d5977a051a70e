"""Leaves about the friendship itself: whom a message reaches, tags, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.models import Tag
from segments.kinds import MOST_DAYS, Unfit, Whole
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
        return {"friends"}


@register
@dataclass(frozen=True)
class Tagged(Leaf):
    """Friends with a tag."""

    type = "tag"
    label = gettext_lazy("Tag")
    group = FRIENDS
    tag: int = given(Whole(1, 2**31 - 1))

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
    group = FRIENDS
    days_at_least: int | None = given(Whole(0, MOST_DAYS), default=None)
    days_less_than: int | None = given(Whole(1, MOST_DAYS), default=None)

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

    def words(self, known: dict) -> str:
        said = {"least": self.days_at_least, "less": self.days_less_than}
        if self.days_less_than is None:
            return _("friend for %(least)s days or more") % said
        if self.days_at_least is None:
            return _("friend for less than %(less)s days") % said
        return _("friend for %(least)s days or more and less than %(less)s") % said
