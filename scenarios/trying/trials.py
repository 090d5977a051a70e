"""Trying a draft out on testers: the engine leads them through all of it, with waits of a minute at most.

They are marked, and count nowhere: not in results, caps or re-entry. What they are sent is booked as a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from broadcasts.errors import NoChannel, NoTesters
from broadcasts.models import Tester
from broadcasts.testing import testers
from channels.models import Channel
from linking.models import Link
from scenarios.engine import going, leaving, versions
from scenarios.errors import NoSuchPlace, NotReady, WrongStatus
from scenarios.flow import checking, reading
from scenarios.flow.base import NEXT, Step
from scenarios.flow.program import END
from scenarios.models import Entry, Passage, Scenario, Send, Version
from scenarios.results import becoming
from scenarios.texts import freezing
from scenarios.trying import dry
from scenarios.work import KIND

SHOWN = 30  # tests of a scenario, newest first
HURRIED = "hurried"  # what came of a wait that somebody cut short
CUT_SHORT = {"wait", "await", "notice"}
NOT_WANTED = {"no_trigger"}  # faults that do not matter to who is let in by hand
State, Reason = Entry.State, Entry.Reason


@dataclass(frozen=True)
class Done:
    """A step that was done; in words the way by which they left it, and what came of it."""

    passage: Passage
    label: str
    way: str
    became: str


@dataclass(frozen=True)
class Standing:
    """Where a tester is: at `step`, None if they are out; `ways` are those that they may be sent on by."""

    entry: Entry
    step: Step | None
    ways: list[tuple[str, str]]
    passed: list["Done"]
    sends: list[Send]


@transaction.atomic
def start(
    scenario: Scenario,
    to: Iterable[Tester],
    *,
    context: dict[str, Any] | None = None,
    subject: str = "",
    by: User | None,
) -> list[Entry]:
    """Let these testers in, as the draft is now; who still tries it out begins anew.

    Without `context` each gets the properties of their own newest event of the kind that lets people in.
    Raises NotReady with what must be mended, NoTesters, NoChannel; WrongStatus of an archived scenario.
    """
    version = _version(scenario, by)
    chosen = list(testers.ready().filter(pk__in=[tester.pk for tester in to]))
    if not chosen:
        raise NoTesters()
    if not Channel.objects.filter(tenant_id=current.tenant().pk).exists():
        raise NoChannel()
    stop(tests(scenario).filter(friend__in=[tester.friend_id for tester in chosen]), by=None)
    entries = [_entry(version, tester, context, subject) for tester in chosen]
    Entry.objects.bulk_create(entries)
    activity.record("scenario.tested", scenario, by=by, people=len(entries))
    board.call(KIND)
    return entries


@transaction.atomic
def hurry(entry: Entry, *, via: str = NEXT, by: User | None) -> bool:
    """Let a tester go on now from where they wait; by `via`, if the step parts people. False: they do not.

    Raises NoSuchPlace where the step has no such way.
    """
    held = Entry.objects.select_for_update().get(pk=entry.pk)
    step = versions.of(held.version).steps.get(held.step)
    if not held.is_test or held.state != State.WAITING or step is None or step.type not in CUT_SHORT:
        return False
    if via not in (dict(step.way_names()) or {NEXT}):
        raise NoSuchPlace
    going.go_on([held.pk], step.id, via=via, what=HURRIED)
    board.call(KIND)
    return True


@transaction.atomic
def stop(entries: QuerySet[Entry], *, by: User | None) -> int:
    """Take testers out; how many were inside."""
    return leaving.leave(Entry.objects.filter(pk__in=entries.values("pk"), is_test=True), Reason.REMOVED)


def tests(scenario: Scenario) -> QuerySet[Entry]:
    """Everybody who tries it out, or has, the newest first."""
    found = Entry.objects.filter(scenario=scenario, is_test=True)
    return found.select_related("friend", "version__scenario").order_by("-pk")


def standing(scenario: Scenario) -> list[Standing]:
    """The newest tests, with what was done in each: in a constant number of queries, but for versions."""
    entries = list(tests(scenario)[:SHOWN])
    passed: dict[int, list[Passage]] = {}
    for passage in Passage.objects.filter(entry__in=entries).order_by("pk"):
        passed.setdefault(passage.entry_id, []).append(passage)
    sends: dict[int, list[Send]] = {}
    for send in Send.objects.filter(entry__in=entries).order_by("pk"):
        sends.setdefault(send.entry_id, []).append(send)
    return [_standing(entry, passed.get(entry.pk, []), sends.get(entry.pk, [])) for entry in entries]


def _standing(entry: Entry, passed: list[Passage], sends: list[Send]) -> Standing:
    steps = versions.of(entry.version).steps
    step = steps.get(entry.step) if entry.state != State.ENDED else None
    waits = step is not None and entry.state == State.WAITING and step.type in CUT_SHORT
    ways = (step.way_names() or [(NEXT, "")]) if step is not None and waits else []
    done = [_done(steps.get(passage.step), passage) for passage in passed]
    return Standing(entry, step, ways, done, sends)


def _done(step: Step | None, passage: Passage) -> Done:
    label = str(step.label) if step else passage.step
    way = dict(step.way_names()).get(passage.via, "") if step else ""
    return Done(passage, label, way, str(becoming.WORDS.get(passage.what, "")))


def _version(scenario: Scenario, by: User | None) -> Version:
    """The draft as it is now, with its texts; two at once make it once."""
    held = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if held.status == Scenario.Status.ARCHIVED:
        raise WrongStatus(status=held.get_status_display())
    flow = reading.parse(held.flow)
    faults = [each for each in checking.findings(flow, scenario=held) if each.stops]
    if faults := [each for each in faults if each.code not in NOT_WANTED]:
        raise NotReady(findings=" ".join(fault.text for fault in faults))
    given = {"flow": held.flow, "published_by_id": getattr(by, "pk", None)}
    version, is_new = Version.objects.get_or_create(
        scenario=held, number=held.revision, is_trial=True, defaults=given
    )
    if is_new:
        freezing.freeze(version, flow)
    return version


def _entry(version: Version, tester: Tester, context: dict[str, Any] | None, subject: str) -> Entry:
    program, now = versions.of(version), timezone.now()
    link = Link.objects.active().filter(friend=tester.friend_id).first()
    if context is None:
        context = dry.usual_context(program.flow, tester.friend)
    is_over = program.first == END
    return Entry(
        scenario=version.scenario,
        version=version,
        friend=tester.friend,
        customer_id=link.customer_id if link else None,
        subject=subject,
        context=context,
        key=f"test:{uuid4()}",
        step=program.first,
        state=State.ENDED if is_over else State.WAITING,
        reason=Reason.FINISHED if is_over else "",
        ended_at=now if is_over else None,
        priority=program.flow.manners.priority,
        due_at=None if is_over else now,
        is_test=True,
        entered_at=now,
        since=now,
        arrived_at=now,
    )
