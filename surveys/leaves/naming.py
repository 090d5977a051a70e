"""What conditions have in common that name a survey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from segments.leaves import BEHAVIOUR, Leaf
from surveys.answering.taking import topic
from surveys.models import Survey

MOST_ROW = 2**31 - 1
CHOSEN_FROM = 200  # surveys offered on the page, newest first; others stay possible


def offered() -> list[tuple[object, Any]]:
    """Surveys that were published."""
    rows = Survey.objects.exclude(status=Survey.Status.DRAFT)
    return list(rows.values_list("pk", "name")[:CHOSEN_FROM])


@dataclass(frozen=True)
class OfSurvey(Leaf):
    """What conditions have in common that name a survey."""

    group = BEHAVIOUR

    @property
    def number(self) -> int:
        return getattr(self, "survey")  # noqa: B009  (a field of each condition, declared there)

    def topics(self) -> set[str]:
        return {topic(self.number)}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return Survey.objects.select_related("version").in_bulk({leaf.number for leaf in leaves})

    def missing(self, known: dict) -> str:
        gone = self.number not in known
        return _("there is no survey %(number)s") % {"number": self.number} if gone else ""

    def called(self, known: dict) -> str:
        """The survey as it stands in a sentence."""
        if self.number not in known:
            return _("a deleted survey")
        return _("“%(name)s”") % {"name": known[self.number].name}
