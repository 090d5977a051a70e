"""Conditions about lotteries and point campaigns: who drew, who won what, who entered, who gets points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prizes import topics
from prizes.models import Lottery, PointCampaign, Prize
from segments.kinds import MOST_DAYS, Choice, Unfit, Whole, YesNo
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Offered = list[tuple[object, StrOrPromise]]

OFFERED = 200  # in the form, the newest
NUMBER = Whole(1, 2**31 - 1)
ENTERED, ELIGIBLE, NOT_ELIGIBLE, HANDED_OUT = "entered", "eligible", "not_eligible", "done"
PLACES = {
    ENTERED: gettext_lazy("Has entered"),
    ELIGIBLE: gettext_lazy("Gets points, by the approved list"),
    NOT_ELIGIBLE: gettext_lazy("Entered and gets none, by the approved list"),
    HANDED_OUT: gettext_lazy("The points were handed out"),
}
LISTED = """
SELECT row.friend_id FROM prizes_deliveryrow AS row JOIN prizes_deliverylist AS list ON list.id = row.list_id
WHERE list.campaign_id = %s AND list.state = 'approved' AND """
ON_LIST = {
    ELIGIBLE: "row.place IS NOT NULL",
    NOT_ELIGIBLE: "row.place IS NULL",
    HANDED_OUT: "row.result = 'done'",
}


def _lotteries() -> "Offered":
    drawn = Lottery.objects.exclude(status=Lottery.Status.DRAFT)
    return list(drawn.values_list("pk", "name")[:OFFERED])


def _prizes() -> "Offered":
    rows = Prize.objects.exclude(lottery__status=Lottery.Status.DRAFT).order_by("-lottery", "position")
    found = rows.values_list("pk", "name", "lottery__name")[:OFFERED]
    return [(number, f"{lottery}: {name}") for number, name, lottery in found]


def _campaigns() -> "Offered":
    opened = PointCampaign.objects.exclude(status=PointCampaign.Status.DRAFT)
    return list(opened.values_list("pk", "name")[:OFFERED])


@register
@dataclass(frozen=True)
class Drew(Leaf):
    """Friends who drew in a lottery; without `lottery`, in any.

    `won` tells those who won something, or nothing, in one of their turns; `prize` names what they won.
    `within_days` counts the client's calendar days before today, today included.
    """

    type = "drew"
    label = gettext_lazy("Drew in a lottery")
    hint = gettext_lazy("Who drew, and who won what")
    group = BEHAVIOUR
    lottery: int | None = given(NUMBER, default=None, label=gettext_lazy("Lottery"), options=_lotteries)
    won: bool | None = given(YesNo(), default=None, label=gettext_lazy("Won something"))
    prize: int | None = given(NUMBER, default=None, label=gettext_lazy("Prize"), options=_prizes)
    within_days: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("In the last"), unit=gettext_lazy("days")
    )

    def check(self) -> None:
        if self.prize is not None and self.won is False:
            raise Unfit(_("a prize goes with those who won"))

    def query(self, moment: Moment) -> Query:
        wheres, params = ["true"], list[object]()
        for column, value in (("lottery_id", self.lottery), ("prize_id", self.prize)):
            if value is not None:
                wheres.append(f"{column} = %s")
                params.append(value)
        if self.won is not None:
            wheres.append("prize_id IS NOT NULL" if self.won else "prize_id IS NULL")
        if self.within_days is not None:
            wheres.append("drawn_at >= %s")
            params.append(moment.day_begins(self.within_days))
        return Query(f"SELECT friend_id FROM prizes_draw WHERE {' AND '.join(wheres)}", params)  # noqa: S608

    def topics(self) -> set[str]:
        return {"events:drew"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def crossed(self, before: Moment, after: Moment) -> Query | None:
        if self.within_days is None:
            return None
        edges = [moment.day_begins(self.within_days) for moment in (before, after)]
        return Query("SELECT friend_id FROM prizes_draw WHERE drawn_at >= %s AND drawn_at < %s", edges)

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        lotteries = [leaf.lottery for leaf in leaves if leaf.lottery is not None]
        prizes = [leaf.prize for leaf in leaves if leaf.prize is not None]
        found = dict[tuple[str, int], str]()
        for kind, rows, numbers in (
            ("lottery", Lottery.objects, lotteries),
            ("prize", Prize.objects, prizes),
        ):
            named = rows.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
            found |= {(kind, number): name for number, name in named}
        return found

    def missing(self, known: dict) -> str:
        if self.lottery is not None and ("lottery", self.lottery) not in known:
            return _("there is no lottery %(number)s") % {"number": self.lottery}
        if self.prize is not None and ("prize", self.prize) not in known:
            return _("there is no prize %(number)s") % {"number": self.prize}
        return ""

    def words(self, known: dict) -> str:
        said = {
            "lottery": _named(known.get(("lottery", self.lottery)), self.lottery, _("any lottery")),
            "prize": _named(known.get(("prize", self.prize)), self.prize, ""),
            "days": self.within_days,
        }
        if self.prize is not None:
            words = _("won %(prize)s in %(lottery)s") % said
        elif self.won is None:
            words = _("drew in %(lottery)s") % said
        else:
            words = (_("won in %(lottery)s") if self.won else _("drew a blank in %(lottery)s")) % said
        if self.within_days is None:
            return words
        return _("%(words)s in the last %(days)s days") % {"words": words, "days": self.within_days}


@register
@dataclass(frozen=True)
class TookPart(Leaf):
    """Friends who entered a point campaign; or who, by its approved list, get points or none."""

    type = "point_campaign"
    label = gettext_lazy("Point campaign")
    hint = gettext_lazy("Who entered, and who gets points")
    group = BEHAVIOUR
    fresh = {"as": ENTERED}
    campaign: int | None = given(
        NUMBER, default=None, label=gettext_lazy("Point campaign"), options=_campaigns
    )
    place: str = given(
        Choice(tuple(PLACES)),
        name="as",
        default=ENTERED,
        label=gettext_lazy("Where they stand"),
        options=lambda: list(PLACES.items()),
    )

    def check(self) -> None:
        if self.campaign is None and self.place != ENTERED:
            raise Unfit(_("needs a point campaign"))

    def query(self, moment: Moment) -> Query:
        if self.campaign is None:
            return Query("SELECT friend_id FROM prizes_pointentry", [])
        if self.place == ENTERED:
            return Query("SELECT friend_id FROM prizes_pointentry WHERE campaign_id = %s", [self.campaign])
        return Query(LISTED + ON_LIST[self.place], [self.campaign])

    def topics(self) -> set[str]:
        if self.place == ENTERED or self.campaign is None:
            return {"events:entered"}
        return {topics.eligible(self.campaign)}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        numbers = {leaf.campaign for leaf in leaves if leaf.campaign is not None}
        rows = PointCampaign.objects.filter(pk__in=numbers)
        return dict(rows.values_list("pk", "name")) if numbers else {}

    def missing(self, known: dict) -> str:
        if self.campaign is None or self.campaign in known:
            return ""
        return _("there is no point campaign %(number)s") % {"number": self.campaign}

    def words(self, known: dict) -> str:
        name = _named(known.get(self.campaign), self.campaign, _("any point campaign"))
        return {
            ENTERED: _("entered %(campaign)s"),
            ELIGIBLE: _("gets points of %(campaign)s"),
            NOT_ELIGIBLE: _("entered %(campaign)s and gets no points"),
            HANDED_OUT: _("was handed out points of %(campaign)s"),
        }[self.place] % {"campaign": name}


def _named(name: str | None, number: int | None, otherwise: str) -> str:
    if number is None:
        return otherwise
    return _("“%(name)s”") % {"name": name or _("deleted")}
