"""What owners of credits are called, and where their pages are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.addresses import client_page
from broadcasts.models import Broadcast
from routes.models import Route
from scenarios.models import Scenario
from scenarios.results import naming as steps

KINDS = {"broadcast": Broadcast, "scenario": Scenario, "route": Route}


@dataclass(frozen=True, slots=True)
class Name:
    """`address` is empty for what is gone."""

    name: str
    address: str = ""


def of(owners: Iterable[str]) -> dict[str, Name]:
    """Those of all owners, in a query for each kind; what is gone is called by its number."""
    asked = set(owners)
    found = {owner: Name(_unknown(owner)) for owner in asked}
    for kind, model in KINDS.items():
        numbers = [int(owner.partition(":")[2]) for owner in asked if owner.startswith(f"{kind}:")]
        if numbers:
            for pk, name in model._default_manager.filter(pk__in=numbers).values_list("pk", "name"):
                found[f"{kind}:{pk}"] = Name(name, client_page(kind, pk))
    return found


def steps_of(owner: str) -> dict[str, str]:
    """Steps of a scenario by part (`step:x`), in words, in their order."""
    return {f"step:{id_}": words for id_, words in steps.steps(owner).items()}


def _unknown(owner: str) -> str:
    kind, _colon, number = owner.partition(":")
    words = {
        "broadcast": _("Broadcast %(number)s"),
        "scenario": _("Scenario %(number)s"),
        "route": _("Route %(number)s"),
    }
    return words.get(kind, "%(number)s") % {"number": number}
