"""The condition on clicks in what scenarios sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.leaves.clicked import LONGEST_ADDRESS
from scenarios.flow import reading, words
from scenarios.models import Scenario
from segments.kinds import HIGHEST_ROW, MOST_DAYS, Text, Whole
from segments.leaves import MESSAGES, Leaf, Moment, Query, given, register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Pairs = list[tuple[object, StrOrPromise]]

OFFERED = 500
CLICKED = """
SELECT click.friend_id FROM broadcasts_trackedlink link
JOIN broadcasts_linkclick click ON click.link_id = link.id
WHERE click.friend_id IS NOT NULL AND link.owner <> '' AND """


def _scenarios() -> "Pairs":
    return list(Scenario.objects.kept().values_list("pk", "name")[:OFFERED])


def _steps(number: object) -> "Pairs":
    """Those of a scenario that send, in words; of an archived one too."""
    found = Scenario.objects.filter(pk=number).first() if isinstance(number, int) else None
    if found is None:
        return []
    flow = reading.parse(found.flow)
    said = words.of_flow(flow).steps
    return [(step.id, said[step.id] or step.label) for _path, step in flow.walk() if step.type == "send"]


@register
@dataclass(frozen=True)
class ClickedInScenario(Leaf):
    """Friends who clicked a link in a message of a scenario: there each has links of their own.

    Without `scenario` that of any counts; `step` is the id of one that sends. `link` is the address as it was
    written. `within_days` counts the client's calendar days before today, today included.
    """

    type = "scenario_clicked"
    label = gettext_lazy("Clicked in a scenario’s message")
    hint = gettext_lazy("By scenario, message and link")
    group = MESSAGES
    scenario: int | None = given(
        Whole(1, HIGHEST_ROW),
        default=None,
        label=gettext_lazy("Scenario (any, if empty)"),
        options=_scenarios,
    )
    step: str | None = given(Text(20), default=None, label=gettext_lazy("Message (any, if empty)"))
    link: str | None = given(
        Text(LONGEST_ADDRESS), default=None, label=gettext_lazy("Address of the link (any, if empty)")
    )
    within_days: int | None = given(
        Whole(0, MOST_DAYS),
        default=None,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days"),
    )

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        """Messages are those of the scenario that is chosen."""
        number = said.get("scenario")
        return {"step": {"options": lambda: _steps(number)} if number else None}

    def query(self, moment: Moment) -> Query:
        asked: list[tuple[str, object]] = [("starts_with(link.owner, %s)", "scenario:")]
        if self.scenario is not None:
            asked = [("link.owner = %s", f"scenario:{self.scenario}")]
        if self.step is not None:
            asked.append(("link.part = %s", self.step))
        if self.link is not None:
            asked.append(("link.url = %s", self.link))
        if self.within_days is not None:
            asked.append(("click.at >= %s", moment.day_begins(self.within_days)))
        where = " AND ".join(condition for condition, _value in asked)
        return Query(CLICKED + where, [value for _condition, value in asked])

    def topics(self) -> set[str]:
        return {"events:clicked"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        numbers = {leaf.scenario for leaf in leaves if leaf.scenario}
        return dict(Scenario.objects.filter(pk__in=numbers).values_list("pk", "name"))

    def missing(self, known: dict) -> str:
        if self.scenario is None or self.scenario in known:
            return ""
        return _("there is no scenario %(number)s") % {"number": self.scenario}

    def words(self, known: dict) -> str:
        about = [self._where(known), *([self.link] if self.link else [])]
        if self.within_days is not None:
            about.append(_("in the last %(days)s days") % {"days": self.within_days})
        return _("clicked in %(message)s") % {"message": ", ".join(about)}

    def _where(self, known: dict) -> str:
        if self.scenario is None:
            return _("a message of any scenario")
        name = known.get(self.scenario) or _("deleted scenario")
        if self.step is None:
            return _("a message of the scenario “%(name)s”") % {"name": name}
        step = dict(_steps(self.scenario)).get(self.step, self.step)
        return _("“%(message)s” of the scenario “%(name)s”") % {"message": step, "name": name}
