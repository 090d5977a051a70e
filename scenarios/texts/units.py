"""Names under which LINE counts what steps send: of the 1,000 a month that broadcasts take theirs from too.

A step keeps its name as long as its version sends, so it takes one in every month in which it does.
"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from broadcasts.results import units
from scenarios.models import Send, StepText, Version

PEOPLE = 20  # whom a step is thought to reach in a month: of fewer LINE tells nothing


def take(version: Version, steps: list[str]) -> dict[str, str]:
    """A name for each of these steps, as far as there are some left for sends to so few.

    Letters, digits and _ only, at most 30: https://developers.line.biz/en/reference/messaging-api/#send-push-message
    """
    most = max(0, units.left() - units.kept_back(PEOPLE))
    return {step: f"musubi_s{version.pk}_{place}" for place, step in enumerate(steps[:most], start=1)}


def used(start: datetime) -> int:
    """Names of ours under which something was, or may yet be, sent in the month that begins then."""
    named = StepText.objects.exclude(unit_name="")
    sent = Send.objects.filter(text=OuterRef("pk"), accepted_at__gte=start)
    runs = Q(version=F("version__scenario__version"), version__scenario__status="running")
    return named.filter(runs | Exists(sent)).count()
