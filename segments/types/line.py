"""Leaves that only LINE can judge: what it guesses of people (みなし属性), and the audiences it holds.

Who it guesses them of we never learn, so there is no query: `segments/reaching/` knows the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import Several, Step, Unfit, Whole
from segments.leaves import LINE, Leaf, Moment, Query, given, register
from segments.models import LineAudience
from segments.reaching import areas, line_audiences, platform
from segments.reaching.platform import Demographic, Recipient

ESTIMATED = gettext_lazy("Estimated by LINE; people of whom LINE does not know it are left out either way.")
GENDERS = {"male": gettext_lazy("Men"), "female": gettext_lazy("Women")}
SYSTEMS = {"ios": "iOS", "android": "Android"}
LARGEST_LINE_ID = 2**63 - 1


@dataclass(frozen=True)
class OfLine(Leaf):
    """A condition that only LINE can judge."""

    group = LINE
    is_platform: ClassVar[bool] = True

    def query(self, moment: Moment) -> Query:
        raise NotImplementedError("only LINE knows")

    def topics(self) -> set[str]:
        return set()


@register
@dataclass(frozen=True)
class LineGender(OfLine):
    """People whom LINE takes for men, or for women."""

    type = "line_gender"
    label = gettext_lazy("Gender")
    hint = ESTIMATED
    fresh = {"in": ["female"]}
    genders: list[str] = given(
        Several(platform.GENDERS),
        name="in",
        label=gettext_lazy("Gender"),
        options=lambda: list(GENDERS.items()),
    )

    def line(self) -> Demographic:
        return Demographic.one_of(platform.GENDER, self.genders)

    def words(self, known: dict) -> str:
        return _("%(values)s by LINE’s estimate") % {"values": _listed(GENDERS, self.genders)}


@register
@dataclass(frozen=True)
class LineAge(OfLine):
    """People of an age by LINE's estimate, in steps of five years from 15 to 70."""

    type = "line_age"
    label = gettext_lazy("Age")
    hint = ESTIMATED
    fresh = {"at_least": 20, "less_than": 40}
    at_least: int | None = given(
        Step(platform.AGES), default=None, label=gettext_lazy("At least"), unit=gettext_lazy("years old")
    )
    less_than: int | None = given(
        Step(platform.AGES), default=None, label=gettext_lazy("Less than"), unit=gettext_lazy("years old")
    )

    def check(self) -> None:
        if self.at_least is None and self.less_than is None:
            raise Unfit(_("needs at_least or less_than"))
        if self.at_least and self.less_than and self.at_least >= self.less_than:
            raise Unfit(_("at_least must be below less_than"))

    def line(self) -> Demographic:
        return Demographic.between(platform.AGE, _step("age", self.at_least), _step("age", self.less_than))

    def words(self, known: dict) -> str:
        said = {"least": self.at_least, "most": (self.less_than or 0) - 1, "less": self.less_than}
        if self.less_than is None:
            return _("%(least)s years or older by LINE’s estimate") % said
        if self.at_least is None:
            return _("younger than %(less)s by LINE’s estimate") % said
        return _("%(least)s to %(most)s years old by LINE’s estimate") % said


@register
@dataclass(frozen=True)
class LineArea(OfLine):
    """People who live in one of these prefectures, by LINE's estimate. Codes are LINE's: jp_13 is Tokyo."""

    type = "line_area"
    label = gettext_lazy("Region")
    hint = ESTIMATED
    fresh = {"in": ["jp_13"]}
    areas: list[str] = given(
        Several(platform.AREAS),
        name="in",
        label=gettext_lazy("Region"),
        options=lambda: list(areas.NAMES.items()),
    )

    def line(self) -> Demographic:
        return Demographic.one_of(platform.AREA, self.areas)

    def words(self, known: dict) -> str:
        return _("living in %(values)s by LINE’s estimate") % {"values": _listed(areas.NAMES, self.areas)}


@register
@dataclass(frozen=True)
class LineSystem(OfLine):
    """People who use LINE on an iPhone, or on Android."""

    type = "line_os"
    label = gettext_lazy("Smartphone")
    hint = ESTIMATED
    fresh = {"in": ["ios"]}
    systems: list[str] = given(
        Several(platform.SYSTEMS),
        name="in",
        label=gettext_lazy("System"),
        options=lambda: list(SYSTEMS.items()),
    )

    def line(self) -> Demographic:
        return Demographic.one_of(platform.SYSTEM, self.systems)

    def words(self, known: dict) -> str:
        return _("uses LINE on %(values)s") % {"values": _listed(SYSTEMS, self.systems)}


@register
@dataclass(frozen=True)
class LineFriendPeriod(OfLine):
    """Days since the account was added, as LINE knows them: also of friends whose day we do not know."""

    type = "line_friend_period"
    label = gettext_lazy("Days as a friend, by LINE")
    hint = gettext_lazy("LINE knows it also of friends whose first day is not known here.")
    fresh = {"days_at_least": 30}
    days_at_least: int | None = given(
        Step(platform.DAYS), default=None, label=gettext_lazy("At least"), unit=gettext_lazy("days")
    )
    days_less_than: int | None = given(
        Step(platform.DAYS), default=None, label=gettext_lazy("Less than"), unit=gettext_lazy("days")
    )

    def check(self) -> None:
        if self.days_at_least is None and self.days_less_than is None:
            raise Unfit(_("needs days_at_least or days_less_than"))
        if self.days_at_least and self.days_less_than and self.days_at_least >= self.days_less_than:
            raise Unfit(_("days_at_least must be below days_less_than"))

    def line(self) -> Demographic:
        return Demographic.between(
            platform.PERIOD, _step("day", self.days_at_least), _step("day", self.days_less_than)
        )

    def words(self, known: dict) -> str:
        said = {"least": self.days_at_least, "less": self.days_less_than}
        if self.days_less_than is None:
            return _("friend for %(least)s days or more by LINE’s count") % said
        if self.days_at_least is None:
            return _("friend for less than %(less)s days by LINE’s count") % said
        return _("friend for %(least)s days or more and less than %(less)s by LINE’s count") % said


@register
@dataclass(frozen=True)
class LineAudienceIs(OfLine):
    """People on an audience made in LINE's console or ad tools: chat tags, ways of adding, web visitors, …"""

    type = "line_audience"
    label = gettext_lazy("Audience of LINE’s console")
    hint = gettext_lazy(
        "Chat tags, ways in which friends came, visitors of a site: made in LINE, read from there."
    )
    audience: int = given(
        Whole(1, LARGEST_LINE_ID), label=gettext_lazy("Audience"), options=line_audiences.options
    )

    def line(self) -> Recipient:
        found = LineAudience.objects.filter(pk=self.audience).first()
        restricted = found is None or found.is_restricted
        return Recipient(
            audience_id=self.audience, is_restricted=restricted, name=found.name if found else ""
        )

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return LineAudience.objects.in_bulk({leaf.audience for leaf in leaves})

    def missing(self, known: dict) -> str:
        if self.audience not in known:
            return _("LINE lists no audience %(audience)s") % {"audience": self.audience}
        if known[self.audience].status != "READY":
            return _("LINE does not have the audience “%(name)s” ready") % {"name": known[self.audience].name}
        return ""

    def words(self, known: dict) -> str:
        found = known.get(self.audience)
        return _("on LINE’s audience “%(name)s”") % {"name": found.name if found else _("deleted audience")}


def _step(word: str, value: int | None) -> str | None:
    return None if value is None else f"{word}_{value}"


def _listed(names: dict, values: Sequence[str]) -> str:
    return _(" or ").join(str(names[value]) for value in values)
