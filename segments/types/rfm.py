"""The leaf about classes of buyers: lately, often, much."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import rfm
from segments.kinds import Choice, Several, Unfit
from segments.leaves import SHOP, Leaf, Moment, Query, given, register
from segments.rfm import CLASSES, SCORES


@register
@dataclass(frozen=True)
class Rfm(Leaf):
    """Friends who are buyers of a class, by name or by their scores, by the bounds the client has set.

    Who has not ordered within the days looked at has no class.
    """

    type = "rfm"
    label = gettext_lazy("Class of buyers (RFM)")
    hint = gettext_lazy("By how lately, how often and for how much they ordered")
    group = SHOP
    fresh = {"class": "champions"}
    of_class: str | None = given(
        Choice(tuple(CLASSES)),
        name="class",
        default=None,
        label=gettext_lazy("Class"),
        options=lambda: [(key, each.label) for key, each in CLASSES.items()],
    )
    recency: list[int] | None = given(Several(SCORES), default=None, label=gettext_lazy("Recency"))
    frequency: list[int] | None = given(Several(SCORES), default=None, label=gettext_lazy("Frequency"))
    money: list[int] | None = given(Several(SCORES), default=None, label=gettext_lazy("Money"))

    def check(self) -> None:
        if not self.of_class and not self._scores():
            raise Unfit(_("needs a class, or recency, frequency or money"))
        if self.of_class and (self.recency or self.frequency):
            raise Unfit(_("a class says the recency and the frequency already"), path="class")

    def _scores(self) -> dict[str, list[int]]:
        asked = {"recency": self.recency, "frequency": self.frequency, "money": self.money}
        return {name: scores for name, scores in asked.items() if scores}

    def query(self, moment: Moment) -> Query:
        scored = rfm.scores_of_friends(moment)
        parts = [f"{name} = ANY(%s::int[])" for name in self._scores()]
        params: list = list(self._scores().values())
        if self.of_class:
            parts.append("recency * 10 + frequency = ANY(%s::int[])")
            params.append([recency * 10 + each for recency, each in CLASSES[self.of_class].cells()])
        sql = f"SELECT friend_id FROM ({scored.sql}) AS buyer WHERE {' AND '.join(parts)}"  # noqa: S608
        return Query(sql, [*scored.params, *params])

    def topics(self) -> set[str]:
        return {"links", "orders", rfm.TOPIC}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()

    def words(self, known: dict) -> str:
        names = {"recency": _("Recency"), "frequency": _("Frequency"), "money": _("Money")}
        parts = [str(CLASSES[self.of_class].label)] if self.of_class else []
        for name, scores in self._scores().items():
            told = {"name": names[name], "scores": _(", ").join(map(str, sorted(scores)))}
            parts.append(_("%(name)s %(scores)s") % told)
        return _("buyers: %(class)s") % {"class": _(", ").join(parts)}
