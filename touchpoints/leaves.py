"""Who is in a class of a touchpoint plan, as a condition of segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from segments.kinds import Choice, Whole
from segments.leaves import GATHERED, Leaf, Moment, Query, given, register
from segments.tree import All, AnyOf, Node, Not
from touchpoints import basis, conditions
from touchpoints.models import TouchClass

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFFERED = 200
NOW, START, SENDING = "now", "start", "sending"
AT = {
    NOW: gettext_lazy("now, or when its period was closed"),
    START: gettext_lazy("when the period’s first message was begun"),
    SENDING: gettext_lazy("now, by the sends known when that was begun"),
}


def _offered() -> "list[tuple[object, StrOrPromise]]":
    rows = TouchClass.objects.filter(period__closed_at=None, period__plan__removed_at=None)
    found = rows.select_related("period__plan").only("name", "kind", "period__plan__name")[:OFFERED]
    return [(each.pk, f"{each.period.plan.name} › {each.label}") for each in found]


def topic(of: int) -> str:
    """The version of who is kept of a class."""
    return f"touchpoint:{of}"


@register
@dataclass(frozen=True)
class InClass(Leaf):
    """Friends in a class of a touchpoint plan: those who meet its condition and none of a class before it.

    `at` is `now` (once its period is closed: as it was then), `start` (who was in it when the period's first
    message was begun), or `sending` (now, but by the sends by which the period was begun: so drafts ask).
    """

    type = "touchpoint"
    label = gettext_lazy("Class of a touchpoint plan")
    hint = gettext_lazy("Who responds in one way, now or in an earlier period")
    group = GATHERED
    is_tried = False  # who is kept of a class is one array, read whole
    touchpoint: int = given(
        Whole(1, 2**31 - 1), name="class", label=gettext_lazy("Class"), options=lambda: _offered()
    )
    at: str = given(
        Choice(tuple(AT)), default=NOW, label=gettext_lazy("As of"), options=lambda: list(AT.items())
    )

    def stands_for(self, moment: Moment) -> Node | None:
        """None where it is kept who was in it."""
        found = self._class()
        if found is None:
            return Not(All(()))
        if self.at == START or not found.period.is_open:
            return None
        sends = (basis.begun if self.at == SENDING else basis.present)(found.period, moment)
        classes = found.period.ordered()
        place = [each.pk for each in classes].index(found.pk)
        asked = [conditions.of(each, found.period, sends, moment) for each in classes[: place + 1]]
        return All((asked[-1], Not(AnyOf(tuple(asked[:-1]))))) if place else asked[-1]

    def query(self, moment: Moment) -> Query:
        kept = "start_members" if self.at == START else "end_members"
        stored = TouchClass.objects.filter(pk=self.touchpoint).values_list(kept, flat=True).first()
        people = BitMap.deserialize(bytes(stored)) if stored else BitMap()
        numbers = f"{{{','.join(map(str, people))}}}"  # read faster than a list
        return Query("SELECT unnest(%s::int[])", [numbers])

    def topics(self) -> set[str]:
        return {topic(self.touchpoint)}

    def _class(self) -> TouchClass | None:
        rows = TouchClass.objects.filter(pk=self.touchpoint).select_related("period__plan")
        return rows.defer("start_members", "end_members").first()

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        rows = TouchClass.objects.filter(pk__in={leaf.touchpoint for leaf in leaves})
        found = rows.select_related("period__plan").only("name", "kind", "period__plan__name")
        return {each.pk: each for each in found}

    def missing(self, known: dict) -> str:
        if self.touchpoint in known:
            return ""
        return _("there is no class %(number)s of a touchpoint plan") % {"number": self.touchpoint}

    def words(self, known: dict) -> str:
        found = known.get(self.touchpoint)
        if found is None:
            return _("in a deleted class of a touchpoint plan")
        said = {"class": found.label, "plan": found.period.plan.name}
        if self.at == START:
            return _("in the class “%(class)s” of “%(plan)s” when its period was begun") % said
        return _("in the class “%(class)s” of “%(plan)s”") % said
