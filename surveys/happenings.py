"""What surveys write on the timeline, and how it is shown."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from events.registry import EventType
from surveys.models import Survey


def _said(answers: object) -> object:
    """Answers by question as one line."""
    if not isinstance(answers, dict):
        return answers
    given = [each if isinstance(each, list) else [each] for each in answers.values()]
    return " / ".join(", ".join(map(str, each)) for each in given)


ANSWERED = EventType(
    "answered",
    _("Answered a survey"),
    (("survey", _("Survey")), ("name", _("Name")), ("answers", _("What was answered"))),
    says={"answers": _said},
    kinds={"survey": "text", "name": "text"},
)


def names(codes: Iterable[str]) -> dict[str, str]:
    """Surveys by their numbers, as texts; what a program calls its own is left as it is."""
    numbers = {int(code) for code in codes if code.isascii() and code.isdecimal() and len(code) < 10}
    rows = Survey.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
    return {str(number): name for number, name in rows}
