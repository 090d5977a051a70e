"""Conditions about invitations: who has invited friends, and who was invited by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.models import Programme
from referrals.work import TOPIC
from segments.kinds import HIGHEST_ROW, Choice, Whole
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFFERED = 200  # in the form, the newest
MOST_FRIENDS = 100_000
COUNTED, ANY = "counted", "any"
STATES = {
    COUNTED: gettext_lazy("that counts"),
    ANY: gettext_lazy("that led to a new friend"),
}


def _offered() -> "list[tuple[object, StrOrPromise]]":
    return list(Programme.objects.published().values_list("pk", "name")[:OFFERED])


def _programme() -> Any:
    return given(
        Whole(1, HIGHEST_ROW),
        default=None,
        label=gettext_lazy("Referral programme"),
        options=lambda: _offered(),
    )


def _state() -> Any:
    return given(
        Choice(tuple(STATES)),
        default=COUNTED,
        label=gettext_lazy("An invitation"),
        options=lambda: list(STATES.items()),
    )


@dataclass(frozen=True)
class OfReferrals(Leaf):
    """What conditions about invitations have in common."""

    group = BEHAVIOUR

    @property
    def number(self) -> int | None:
        return getattr(self, "programme")  # noqa: B009  (a field of each condition, declared there)

    def topics(self) -> set[str]:
        return {TOPIC}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        named = {leaf.number for leaf in leaves if leaf.number is not None}
        return dict(Programme.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}

    def missing(self, known: dict) -> str:
        if self.number is None or self.number in known:
            return ""
        return _("there is no referral programme %(number)s") % {"number": self.number}

    def called(self, known: dict) -> str:
        """Where, as it stands in a sentence."""
        if self.number is None:
            return _("any referral programme")
        return _("“%(name)s”") % {"name": known.get(self.number) or _("a deleted programme")}

    def which(self, state: str) -> tuple[str, list]:
        sql, params = " AND referral.is_credited AND referral.followed_at IS NOT NULL", []
        if state == COUNTED:
            sql += " AND referral.state = 'counted'"
        if self.number is not None:
            sql, params = sql + " AND referral.programme_id = %s", [self.number]
        return sql, params


@register
@dataclass(frozen=True)
class HasInvited(OfReferrals):
    """Friends by whose links others became friends, `at_least` so many; without `programme`, in any.

    `state` is `counted` (those that count) or `any` (also those that wait, or were taken back).
    """

    type = "has_invited"
    label = gettext_lazy("Has invited friends")
    hint = gettext_lazy("By whose link others became friends, and how many")
    fresh = {"at_least": 1}
    programme: int | None = _programme()
    state: str = _state()
    at_least: int = given(
        Whole(1, MOST_FRIENDS), default=1, label=gettext_lazy("At least"), unit=gettext_lazy("friends")
    )

    def query(self, moment: Moment) -> Query:
        which, params = self.which(self.state)
        sql = (
            "SELECT part.friend_id FROM referrals_participant part"  # noqa: S608  (our own constants)
            " JOIN referrals_referral referral ON referral.participant_id = part.id"
            f" WHERE true{which} GROUP BY part.friend_id HAVING count(*) >= %s"
        )
        return Query(sql, [*params, self.at_least])

    def words(self, known: dict) -> str:
        said = {"programme": self.called(known), "count": f"{self.at_least:,}"}
        if self.state == COUNTED:
            return _("invited %(count)s or more friends who count, in %(programme)s") % said
        return _("invited %(count)s or more friends, in %(programme)s") % said


@register
@dataclass(frozen=True)
class WasInvited(OfReferrals):
    """Friends who came by the link of another; without `programme`, of any.

    `state` is `counted` (those that count) or `any` (also those that wait, or were taken back).
    """

    type = "was_invited"
    label = gettext_lazy("Was invited by a friend")
    hint = gettext_lazy("Who came by the link of another friend")
    fresh = {"state": ANY}
    programme: int | None = _programme()
    state: str = _state()

    def query(self, moment: Moment) -> Query:
        which, params = self.which(self.state)
        sql = f"SELECT referral.friend_id FROM referrals_referral referral WHERE true{which}"  # noqa: S608
        return Query(sql, params)

    def words(self, known: dict) -> str:
        said = {"programme": self.called(known)}
        if self.state == COUNTED:
            return _("was invited by a friend and counts, in %(programme)s") % said
        return _("was invited by a friend, in %(programme)s") % said
