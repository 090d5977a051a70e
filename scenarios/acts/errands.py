"""What steps ask of others: written down in the engine's transaction, and asked for a moment later."""

from collections.abc import Iterable
from datetime import datetime

from accounts import board
from scenarios.engine.acting import Turn
from scenarios.engine.people import Person
from scenarios.models import Errand

WEBHOOKS = "scenario_webhooks"  # on the work board: other companies' servers, which may take their time
ERRANDS = "scenario_errands"  # on the work board: LINE, and the mail server
OPEN = (Errand.State.OPEN, Errand.State.UNDER_WAY)


def owe(
    kind: Errand.Kind,
    step: str,
    people: Iterable[Person],
    turn: Turn,
    *,
    about: str = "",
    user: int | None = None,
) -> None:
    """One errand for each of these people; written again, it is the same one."""
    rows = [
        Errand(
            kind=kind,
            entry_id=person.entry_id,
            scenario_id=person.scenario_id,
            step=step,
            friend_id=person.friend_id,
            user_id=user,
            about=about,
            due_at=turn.now,
        )
        for person in people
    ]
    if rows:
        Errand.objects.bulk_create(rows, ignore_conflicts=True)
        board.call(WEBHOOKS if kind == Errand.Kind.WEBHOOK else ERRANDS)


def next_moment(*kinds: Errand.Kind) -> datetime | None:
    """When the next errand of these kinds is to be tried; None if there is none."""
    waiting = Errand.objects.filter(kind__in=kinds, state__in=OPEN)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()
