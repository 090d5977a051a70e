"""What nobody knows is settled by a person: sends that LINE may have accepted, and never answered."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts import activity
from accounts.models import User
from scenarios.engine import outcomes
from scenarios.errors import SendSettled
from scenarios.models import Scenario, Send

VERB = "scenario.send_settled"


def unknown(scenario: Scenario) -> QuerySet[Send]:
    """The sends of the scenario that wait for a person, the newest first."""
    return Send.objects.filter(scenario_id=scenario.pk, state=Send.State.UNKNOWN).order_by("-pk")


@transaction.atomic
def settle(scenario: Scenario, sends: Iterable[int], *, arrived: bool, by: User | None) -> int:
    """Write down of these sends, by number, whether they arrived: all or none of them; how many. Those that
    did are booked; nothing is ever sent again, and there is no way back.

    Raises SendSettled if one of them does not wait for it any more.
    """
    wanted = set(sends)
    held = list(unknown(scenario).select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(held) != len(wanted):
        raise SendSettled()
    for send in held:
        outcomes.settle(send, arrived=arrived)
    activity.record(VERB, scenario, by=by, arrived=arrived, sends=len(held))
    return len(held)
