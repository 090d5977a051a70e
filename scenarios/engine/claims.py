"""Claiming sends that were laid out before: those to be tried again, those a dead worker has left.

Exits are asked again right before LINE is, so that whoever has met one since gets nothing.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from broadcasts.sending.claims import TIMES
from scenarios.engine import exits, leading, leaving, outcomes, people, sending
from scenarios.engine.acting import Turn
from scenarios.engine.claimed import Claimed
from scenarios.engine.people import Person
from scenarios.flow import steps
from scenarios.manners import gate
from scenarios.models import Entry, Scenario, Send, StepText, Version

logger = logging.getLogger(__name__)
State = Send.State

# Both rows, or neither: who is leaving holds the entry first. A lease that ran out is of a worker that died.
OPEN = f"""
SELECT {people.COLUMNS}, entry.state <> 'ended', friend.status, friend.stopped_at, send.id, send.text_id,
    send.step, send.friend_id, send.line_user_id, send.values, send.retry_key,
    send.is_uncertain OR send.state = 'claimed',
    send.first_tried_at <= now() - %(key_life)s
FROM scenarios_send send JOIN scenarios_entry entry ON entry.id = send.entry_id
JOIN scenarios_scenario scenario ON scenario.id = entry.scenario_id
LEFT JOIN friends_friend friend ON friend.id = send.friend_id
WHERE send.state IN ('pending', 'claimed') AND send.due_at <= now()
  AND (scenario.status <> 'paused' OR send.is_test)
ORDER BY send.priority, send.due_at, send.id
LIMIT %(most)s FOR UPDATE OF send, entry SKIP LOCKED"""  # noqa: S608  (our own constant)
TAKE = """
UPDATE scenarios_send SET state = 'claimed', due_at = now() + %(lease)s, attempts = attempts + 1,
    first_tried_at = coalesce(first_tried_at, now()), is_uncertain = is_uncertain OR state = 'claimed'
WHERE id = ANY(%(ids)s)"""


@dataclass(frozen=True, slots=True)
class Open:
    """A send that may be claimed, and whom it is for. `is_doubtful`: LINE may have accepted it already."""

    person: Person
    is_inside: bool
    status: str | None
    stopped_at: datetime | None
    send: Claimed
    is_doubtful: bool
    has_aged: bool | None

    @property
    def obstacle(self) -> str:
        """Why nothing must be sent to them any more, were it not tried yet; "" if nothing is in the way."""
        if self.status is None:
            return sending.NO_FRIEND
        if self.status != "friend":
            return sending.BLOCKED
        return sending.STOPPED if self.stopped_at else ""


@transaction.atomic
def claim(most: int) -> tuple[list[Claimed], int]:
    """Take sends that are due, the most important first; and how many were looked at, `most` of them.

    Whoever has met an exit is out and gets nothing; whom LINE does not reach any more goes on without it.
    What may have arrived is tried again with its key while that lives and the person is inside; else nobody
    knows, and it is never sent again. What was not tried before the quiet hours began waits for their end.
    """
    found = _open(most)
    left, back = _ask_again([each for each in found if each.is_inside])
    found = [each for each in found if each.send.pk not in back]
    unknown = [each for each in found if each.is_doubtful and (each.has_aged or not _may_get(each, left))]
    untried = [each for each in found if not each.is_doubtful]
    gone = [each for each in untried if not _may_get(each, left)]
    passed_by = [each for each in untried if _may_get(each, left) and each.obstacle]
    _close(unknown, State.UNKNOWN)
    _close([*gone, *passed_by], State.CANCELLED)
    _lead_on([*unknown, *passed_by])
    closed = {each.send.pk for each in [*unknown, *gone, *passed_by]}
    taken = [each.send for each in found if each.send.pk not in closed]
    if taken:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, TIMES | {"ids": [send.pk for send in taken]})
    return taken, len(found) + len(back)


def next_moment() -> datetime | None:
    """When the next send is due, by the database's clock."""
    return leaving_yet().order_by("due_at").values_list("due_at", flat=True).first()


def leaving_yet() -> QuerySet[Send]:
    """Sends that are not over, without those that wait for their scenario to go on."""
    paused = Scenario.objects.filter(status=Scenario.Status.PAUSED).values("pk")
    return Send.objects.filter(state__in=Send.OPEN).exclude(scenario_id__in=paused, is_test=False)


def _open(most: int) -> list[Open]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN, TIMES | {"most": most})
        return [_read(row) for row in cursor.fetchall()]


def _read(row: tuple) -> Open:
    is_inside, status, stopped_at, *send, is_doubtful, has_aged = row[people.WIDTH :]
    return Open(people.of_row(row), is_inside, status, stopped_at, Claimed(*send), is_doubtful, has_aged)


def _ask_again(found: list[Open]) -> tuple[set[int], set[int]]:
    """Let those go who must leave by now, and take back what must not leave now: entries, and sends."""
    left, back, now = set[int](), set[int](), timezone.now()
    for version in Version.objects.filter(pk__in={each.person.version_id for each in found}):
        theirs = [each for each in found if each.person.version_id == version.pk]
        try:
            with transaction.atomic():
                turn = leading.turn(version, now)
                left |= _leave(theirs, turn)
                back |= _put_back(theirs, left, turn)
        except OperationalError:  # the database is away, or two waited for each other: all is done again
            raise
        except Exception:  # what we did not think of in one flow must not take the others with it
            logger.exception("scenario.broken", extra={"version": version.pk})
            back |= _set_aside(theirs)
    return left, back


def _leave(found: list[Open], turn: Turn) -> set[int]:
    reasons = exits.leaving([each.person for each in found], turn)
    for reason in set(reasons.values()):
        theirs = [entry for entry, why in reasons.items() if why == reason]
        leaving.leave(Entry.objects.filter(pk__in=theirs), reason)
    return set(reasons)


def _put_back(found: list[Open], left: set[int], turn: Turn) -> set[int]:
    """Take back what was not tried before quiet hours began, to be laid out anew after them, and all of what
    LINE takes for nobody.
    """
    untried = [each for each in found if not each.is_doubtful and not each.person.is_test]
    quiet = {name for name in {each.send.step for each in untried} if _is_quiet(name, turn)}
    texts = {each.send.text_id for each in untried}
    refused = set(StepText.objects.refused().filter(pk__in=texts).values_list("pk", flat=True))
    held = [each for each in untried if each.send.step in quiet or each.send.text_id in refused]
    back = {each.send.pk for each in held if each.person.entry_id not in left}
    if back:
        leaving.put_back(Entry.objects.filter(sends__in=back))
    return back


def _is_quiet(name: str, turn: Turn) -> bool:
    step = turn.program.steps.get(name)
    return isinstance(step, steps.Send) and gate.quiet_until(step, turn) is not None


def _set_aside(found: list[Open]) -> set[int]:
    """Who was not sent to yet is led on anew, where what is wrong is told; what may have arrived waits."""
    back = {each.send.pk for each in found}
    Send.objects.filter(pk__in=back).update(due_at=Now() + leading.SET_ASIDE)
    leaving.put_back(Entry.objects.filter(sends__in=back))
    return back


def _may_get(each: Open, left: set[int]) -> bool:
    return each.is_inside and each.person.entry_id not in left


def _close(found: Iterable[Open], state: Send.State) -> None:
    if ids := [each.send.pk for each in found]:
        Send.objects.filter(pk__in=ids).update(state=state, due_at=None)


def _lead_on(found: list[Open]) -> None:
    """On without having been sent it, for all that is known."""
    groups: dict[tuple[str, str], list[int]] = {}
    for each in found:
        what = State.UNKNOWN.value if each.is_doubtful else each.obstacle
        groups.setdefault((each.send.step, what), []).append(each.person.entry_id)
    for (step, what), entries in groups.items():
        outcomes.lead_on(entries, step, what=what)
