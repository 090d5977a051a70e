"""Leading people on whose moment has come: some hundred at a time, all in one transaction.

They are locked while it lasts, so that two workers never lead one person; what dies here has written nothing.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from accounts import current, reasons
from scenarios.engine import acting, exits, going, leaving, people, versions
from scenarios.engine.acting import Go, Leave, Stay, Then, Turn, Wait
from scenarios.engine.claimed import Claimed
from scenarios.engine.going import Passed, Standing
from scenarios.engine.people import Person
from scenarios.flow.base import NEXT
from scenarios.flow.program import END
from scenarios.models import Entry, Passage, Version

logger = logging.getLogger(__name__)
State, Reason = Entry.State, Entry.Reason
AT_ONCE = 1_000
SET_ASIDE = timedelta(minutes=5)
BROKEN = gettext_noop("Something went wrong here. It is tried again.")
MOST_HALVINGS = 30  # one in a thousand is found by ten; where all are broken it is not asked of each
LEVELS = 9  # priorities
Group = list[tuple[Person, str]]  # people of one version, with the steps where they stand

# Each priority has its own beginning of the index: no long row of those who wait is looked through. Whoever
# pauses a scenario comes before, or after all that is laid out here.
CLAIM = f"""
SELECT {people.COLUMNS}, entry.step, scenario.status = 'archived',
    scenario.status = 'running' OR entry.is_test AND scenario.status <> 'archived'
FROM (
    SELECT due.id FROM generate_series(1, {LEVELS}) AS level (priority)
    CROSS JOIN LATERAL (
        SELECT id FROM scenarios_entry
        WHERE state = 'waiting' AND due_at <= %(now)s AND priority = level.priority
        ORDER BY due_at LIMIT %(twice)s) AS due
    ORDER BY level.priority LIMIT %(twice)s) AS due
JOIN scenarios_entry entry ON entry.id = due.id
JOIN scenarios_scenario scenario ON scenario.id = entry.scenario_id
WHERE entry.state = 'waiting' AND entry.due_at <= %(now)s
ORDER BY entry.priority, entry.due_at, entry.id
LIMIT %(most)s FOR UPDATE OF entry SKIP LOCKED FOR SHARE OF scenario SKIP LOCKED"""  # noqa: S608  (our own constants)
NEXT_DUE = f"""
SELECT min(due.due_at) FROM generate_series(1, {LEVELS}) AS level (priority)
CROSS JOIN LATERAL (
    SELECT due_at FROM scenarios_entry
    WHERE state = 'waiting' AND due_at IS NOT NULL AND priority = level.priority
    ORDER BY due_at LIMIT 1) AS due"""  # noqa: S608  (our own constant)


def lead(now: datetime, pushes: list[Claimed] | None = None) -> int:
    """Lead on those whose moment has come, the most important first, at most AT_ONCE; how many they were.

    What they are to be sent is added to `pushes`, claimed; without it, it waits to be claimed.
    """
    with transaction.atomic():
        groups = _claim(now)
        known = Version.objects.select_related("scenario").in_bulk(groups)
        for pk, group in groups.items():  # who goes first lays out first
            _lead_safely(known[pk], group, now, pushes)
    return sum(map(len, groups.values()))


def turn(version: Version, now: datetime, pushes: list[Claimed] | None = None) -> Turn:
    """What acts and exits are asked with, for people of this version; its scenario is wanted too."""
    program = versions.of(version)
    zone = ZoneInfo(current.tenant().time_zone)
    return Turn(now=now, zone=zone, version=version, flow=program.flow, program=program, pushes=pushes)


def next_moment() -> datetime | None:
    """When the next of those who wait is due."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_DUE)
        [moment] = cursor.fetchone()
    return moment


def _claim(now: datetime) -> dict[int, Group]:
    """People with the steps where they stand, by version. Those of a paused scenario wait for it to go on;
    who came into one in the moment in which it was archived is out.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "most": AT_ONCE, "twice": 2 * AT_ONCE})
        rows = cursor.fetchall()
    if stopped := [row[0] for row in rows if row[-2]]:
        leaving.leave(Entry.objects.filter(pk__in=stopped), Reason.STOPPED)
    if held := [row[0] for row in rows if not row[-1] and not row[-2]]:
        Entry.objects.filter(pk__in=held).update(held_at=F("due_at"), due_at=None)
    groups: dict[int, Group] = {}
    for row in rows:
        if row[-1]:
            person = people.of_row(row)
            groups.setdefault(person.version_id, []).append((person, row[people.WIDTH]))
    return groups


def _lead_safely(version: Version, group: Group, now: datetime, pushes: list[Claimed] | None) -> None:
    """What breaks for one of them is looked for by halves, so that the others go on."""
    left, halvings = [group], MOST_HALVINGS
    while left:
        some = left.pop()
        if _is_led(version, some, now, pushes):
            continue
        if len(some) > 1 and halvings:
            halvings -= 1
            left += [some[: len(some) // 2], some[len(some) // 2 :]]
        else:
            _set_aside(some, now)


def _is_led(version: Version, group: Group, now: datetime, pushes: list[Claimed] | None) -> bool:
    laid_out: list[Claimed] | None = None if pushes is None else []
    try:
        with transaction.atomic():
            Walk(turn(version, now, laid_out)).go(group)
    except OperationalError:  # the database is away, or two waited for each other: all is done again
        raise
    except Exception:  # what we did not think of in one flow must not take the others with it
        logger.exception("scenario.broken", extra={"version": version.pk})
        return False
    if pushes is not None and laid_out:  # not of what was rolled back
        pushes += laid_out
    return True


def _set_aside(group: Group, now: datetime) -> None:
    aside = {"due_at": now + SET_ASIDE, "problem": BROKEN}
    Entry.objects.filter(pk__in=[person.entry_id for person, _step in group]).update(**aside)


@dataclass
class Walk:
    """People of one version on their way through it; each step is asked once, for all who come to it."""

    turn: Turn
    passed: list[Passed] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    coming: dict[str, list[Person]] = field(default_factory=dict)
    done: dict[tuple[int, str], str] = field(default_factory=dict)

    def go(self, group: Group) -> None:
        """Lead them as far as they come now, and write where they stand then."""
        people_here = [person for person, _step in group]
        self._remember([person.entry_id for person in people_here])
        leaving = exits.leaving(people_here, self.turn)
        for person, step in group:
            if person.entry_id in leaving:
                self._end(person, step, leaving[person.entry_id])
            elif step in self.turn.program.steps:
                self.coming.setdefault(step, []).append(person)
            else:
                self._end(person, step, Reason.FINISHED if step == END else Reason.GONE)
        for _path, each in self.turn.flow.walk():  # whatever follows a step stands behind it
            if here := self.coming.pop(each.id, []):
                self._ask(each.id, here)
        going.write(self.passed, self.standing)

    def _remember(self, entry_ids: list[int]) -> None:
        """Steps that those have done who came from an earlier version, in which they stood elsewhere."""
        if self.turn.version.number > 1:
            rows = Passage.objects.filter(entry__in=entry_ids).values_list("entry", "step", "via")
            self.done = {(entry, step): via for entry, step, via in rows}

    def _ask(self, step_id: str, here: list[Person]) -> None:
        step = self.turn.program.steps[step_id]
        new = [person for person in here if (person.entry_id, step_id) not in self.done]
        thens = acting.ask(step, new, self.turn) if new else {}
        for person in here:
            if (person.entry_id, step_id) in self.done:
                self._come(person, step_id, self.done[person.entry_id, step_id])
            else:
                self._then(person, step_id, thens[person.entry_id])

    def _then(self, person: Person, step: str, then: Then) -> None:
        match then:
            case Go(via, what):
                self._pass(person, step, via, what)
                self._come(person, step, via)
            case Wait(until, event, problem):
                kept = reasons.fitting(problem)
                self._stand(person, step, State.WAITING, due_at=until, waits_for=event, problem=kept)
            case Stay():
                self._stand(person, step, State.SENDING)
            case Leave(reason, what):
                self._pass(person, step, NEXT, what or reason.value)
                self._end(person, step, reason)

    def _pass(self, person: Person, step: str, via: str, what: str) -> None:
        of = person.entry_id, person.scenario_id, person.version_id
        self.passed.append(Passed(*of, step, via, what, self.turn.now))

    def _come(self, person: Person, step: str, via: str) -> None:
        """To the step behind this one, or to the end."""
        after = self.turn.program.after
        following = after.get((step, via), after.get((step, NEXT), END))
        arrived = people.arrived(person, self.turn.now)
        if following == END:
            self._end(arrived, step, Reason.FINISHED)
        else:
            self.coming.setdefault(following, []).append(arrived)

    def _end(self, person: Person, step: str, reason: Entry.Reason) -> None:
        self._stand(person, step, State.ENDED, ended_at=self.turn.now, reason=reason.value)

    def _stand(self, person: Person, step: str, state: Entry.State, **more: object) -> None:
        self.standing.append(Standing(person.entry_id, step, state, person.arrived_at, **more))  # type: ignore[arg-type]
