"""The people of a class on their way into a scenario, in portions, each in a transaction of its own.

What is left stands in PostgreSQL: a worker that dies costs no more than its portion, two at once take turns,
and a key for each person lets nobody in twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from accounts import board
from accounts.models import User
from scenarios import admitting as scenarios
from scenarios.engine import enrolling
from scenarios.engine.enrolling import Newcomer
from segments import services as segments
from segments.errors import InvalidTree
from touchpoints.errors import MayNotAdmit, NothingPlanned, ScenarioNotRunning
from touchpoints.leaves import SENDING
from touchpoints.models import Admission, TouchClass

logger = logging.getLogger(__name__)
KIND = "touchpoint_admissions"  # on the work board
PORTION = scenarios.MOST
MAY = "scenarios.add_entry"


def check(found: TouchClass) -> None:
    """Raises NothingPlanned, ScenarioNotRunning."""
    if found.scenario is None:
        raise NothingPlanned(name=found.label)
    if found.scenario.status not in enrolling.TAKING:
        raise ScenarioNotRunning(name=found.scenario.name)


def begin(found: TouchClass, *, at: datetime, by: User | None) -> Admission:
    """Let the people who are in the class at that moment in. Raises MayNotAdmit."""
    if by is not None and not by.has_perm(MAY):
        raise MayNotAdmit()
    made = Admission.objects.create(of=found, due_at=at, by_id=getattr(by, "pk", None))
    board.call(KIND, at)
    return made


def stop(found: TouchClass) -> bool:
    """Let nobody more in. False if nobody had entered: then it is as if it had not been started."""
    held = Admission.objects.select_for_update().filter(of=found).first()
    if held is None:
        return False
    if held.entered_count == 0:
        held.delete()
        return False
    Admission.objects.filter(pk=held.pk, finished_at=None, stopped_at=None).update(stopped_at=timezone.now())
    return True


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Let in who is due as long as `go_on`; when to come back, None if nobody is waiting."""
    waiting = Admission.objects.filter(finished_at=None, stopped_at=None).order_by("due_at", "pk")
    while first := waiting.first():
        if first.due_at > timezone.now():
            return first.due_at
        if not go_on():
            return timezone.now()
        _portion(first.pk)
    return None


@transaction.atomic
def _portion(pk: int) -> None:
    rows = Admission.objects.select_for_update(of=("self",)).select_related("of__scenario")
    held = rows.filter(pk=pk, finished_at=None, stopped_at=None).first()
    if held is None:  # stopped, or another worker has ended it
        return
    if held.friends is None:
        try:
            _fix(held)
        except InvalidTree:  # nobody is in a class that cannot be asked any more; others wait behind it
            logger.warning("touchpoints.entry_stopped", extra={"admission": held.pk})
            held.stopped_at = timezone.now()
            held.save(update_fields=["stopped_at"])
            return
    people = BitMap.deserialize(bytes(held.friends or b"") or BitMap().serialize())
    begun = people.rank(held.through)
    portion = people[begun : begun + PORTION]
    if portion and held.of.scenario:
        now = timezone.now()
        held.entered_count += len(enrolling.enter(held.of.scenario, _newcomers(held, portion, now), now=now))
    if begun + len(portion) >= len(people):
        held.finished_at = timezone.now()
    else:
        held.through = portion.max()
    held.save()


def _fix(held: Admission) -> None:
    """Who is in the class at this moment."""
    asked = {"type": "touchpoint", "class": held.of_id, "at": SENDING}
    people = segments.evaluate(asked, exact=True)
    people.run_optimize()
    held.friends, held.count = people.serialize(), len(people)


def _newcomers(held: Admission, portion: BitMap, now: datetime) -> list[Newcomer]:
    return [
        Newcomer(friend, None, subject="", context={}, key=f"touchpoint:{held.of_id}:{friend}", at=now)
        for friend in portion
    ]
