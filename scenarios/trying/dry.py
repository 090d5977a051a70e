"""What would happen to one friend: the engine itself, with the clock turned on, and nothing of it kept.

It runs in a transaction that is rolled back, on a copy of the scenario. What is asked is asked of the real
tables; what a step would tell LINE or other programs stays a row that nobody sees.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from billing import forecast
from billing.pricing import Price
from events import registry
from events.models import Event
from friends.models import Friend
from linking.models import Link
from scenarios.engine import going, leading
from scenarios.engine.leading import Walk
from scenarios.engine.people import Person
from scenarios.errors import NotWithinTenYears
from scenarios.flow import words
from scenarios.flow.base import NEXT, Step
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Notice
from scenarios.flow.steps import Send as SendStep
from scenarios.models import Entry, Passage, Scenario, Send, Version
from scenarios.texts import filling, freezing
from segments import services as segments
from segments.types import occurrences

MOST_TURNS = 300
HORIZON = timedelta(days=400)
FARTHEST = timedelta(days=3_653)  # from now
State = Entry.State


@dataclass(frozen=True)
class Doing:
    """What the person does meanwhile: an event, so long after they came in."""

    after: timedelta
    event: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """Something that happens. `kind` is `step`, `event` or `held`; `via` is the way on, where there are some.

    `messages` are as the friend gets them, `mail` has `subject` and `text`; `note` says what else is to say.
    """

    at: datetime
    kind: str
    step: str = ""
    label: str = ""
    words: str = ""
    via: str = ""
    note: str = ""
    messages: list[dict] = field(default_factory=list)
    mail: dict[str, str] | None = None


@dataclass
class DryRun:
    """`refused`: why they would not come in, though all is told as if they did. `cost` is of its messages."""

    lines: list[Line] = field(default_factory=list)
    refused: str = ""
    reason: str = ""
    ended_at: datetime | None = None
    reaches_goal: bool = False
    message_count: int = 0
    cost: Price | None = None
    currency: str = ""
    assumptions: list[str] = field(default_factory=list)


def run(
    flow: Flow,
    friend: Friend,
    *,
    at: datetime,
    context: dict[str, Any] | None = None,
    subject: str = "",
    doings: list[Doing] | None = None,
) -> DryRun:
    """What this flow would do to this friend if it let them in at `at`. Nothing is written or sent.

    `context` are the properties of what lets them in, `doings` what they do then.
    Raises InvalidMessages if a text could not be sent at all, NotWithinTenYears.
    """
    if abs(at - timezone.now()) > FARTHEST:
        raise NotWithinTenYears
    found = DryRun(refused=_refusal(flow, friend), assumptions=_assumptions())
    with transaction.atomic():
        rehearsal = _Rehearsal(flow, _enter(flow, friend, at, context or {}, subject), found)
        rehearsal.play(sorted(doings or [], key=lambda doing: doing.after))
        transaction.set_rollback(True)
    _price(found, at)
    return found


def last_event(flow: Flow, friend: Friend) -> Event | None:
    """The newest of theirs that would have let them in, to try the flow with."""
    event = getattr(flow.trigger, "event", None)
    if event is None:
        return None
    own = Event.objects.filter(type=registry.canonical(event))
    link = Link.objects.active().filter(friend=friend).first()
    whose = Q(friend_id=friend.pk)
    if link:
        whose |= Q(customer_id=link.customer_id)
    return own.filter(whose).order_by("-at").first()


def usual_context(flow: Flow, friend: Friend) -> dict[str, Any]:
    """With what this friend would most likely come in."""
    last = last_event(flow, friend)
    return last.properties if last else {}


class _Rehearsal:
    """One entry, led from moment to moment until it ends."""

    def __init__(self, flow: Flow, entry: Entry, found: DryRun) -> None:
        self.flow, self.entry, self.found = flow, entry, found
        self.said = words.of_flow(flow)
        self.program = leading.turn(entry.version, entry.entered_at).program
        self.seen = 0  # the newest step done that was told
        self.held: set[str] = set()  # sending steps against which something stands today

    def play(self, doings: list[Doing]) -> None:
        coming = [(self.entry.entered_at + doing.after, doing) for doing in doings]
        now = self.entry.entered_at
        for _turn in range(MOST_TURNS):
            while coming and coming[0][0] <= now:
                self._do(*coming.pop(0))
            self._lead(now)
            if self.entry.state == State.ENDED:
                break
            due = self.entry.due_at or self.entry.entered_at + HORIZON
            now = max(now, min([due, *(at for at, _doing in coming[:1])]))
            if now >= self.entry.entered_at + HORIZON:
                break
        self._tell_end()

    def _do(self, at: datetime, doing: Doing) -> None:
        type_ = registry.canonical(doing.event)
        whose = {"friend_id": self.entry.friend_id}
        Event.objects.create(type=type_, at=at, properties=doing.properties, **whose)
        self.found.lines.append(Line(at, "event", words=str(occurrences.labels_of([type_])[type_])))

    def _lead(self, now: datetime) -> None:
        """One turn of the engine, and again as long as LINE would answer at once."""
        while self.entry.state != State.ENDED:
            Walk(leading.turn(self.entry.version, now)).go([(self._person(), self.entry.step)])
            self.entry.refresh_from_db()
            self._tell()
            if self.entry.state == State.ENDED or not self._answered(now):
                return

    def _answered(self, now: datetime) -> bool:
        """Let LINE or a mail server answer at once, if they wait for that. False: they wait for a time."""
        step = self.program.steps[self.entry.step]
        if self.entry.problem:
            self.held.add(step.id)
            self.found.lines.append(Line(now, "held", step.id, str(step.label), note=self.entry.hindrance))
        elif self.entry.state != State.SENDING and not isinstance(step, Notice):
            return False
        Send.objects.filter(entry=self.entry, step=step.id).update(state=Send.State.ACCEPTED, accepted_at=now)
        goes_on = True
        if isinstance(step, SendStep) and step.by == "line_then_mail" and not self._is_told(step):
            goes_on = False
            self._await_click(step, now)
        else:
            self._go_on(step, now)
        self.entry.refresh_from_db()
        self._tell()
        return goes_on

    def _go_on(self, step: Step, now: datetime) -> None:
        via = "delivered" if isinstance(step, Notice) else NEXT
        Entry.objects.filter(pk=self.entry.pk).update(state=State.SENDING, problem="")
        going.go_on([self.entry.pk], step.id, via=via, what="sent", at=now)
        Entry.objects.filter(pk=self.entry.pk, state=State.WAITING).update(due_at=now)

    def _await_click(self, step: SendStep, now: datetime) -> None:
        self.found.lines.append(self._line(step, now))
        later = now + timedelta(hours=step.mail_after_hours or 0)
        Entry.objects.filter(pk=self.entry.pk).update(state=State.WAITING, due_at=later, problem="")

    def _is_told(self, step: Step) -> bool:
        return any(line.step == step.id and line.kind == "step" for line in self.found.lines)

    def _tell(self) -> None:
        new = Passage.objects.filter(entry=self.entry, pk__gt=self.seen).order_by("pk")
        for passage in new:
            self.seen = passage.pk
            step = self.program.steps[passage.step]
            self.found.lines.append(self._line(step, passage.at, via=passage.via, what=passage.what))

    def _line(self, step: Step, at: datetime, *, via: str = "", what: str = "") -> Line:
        names = dict(step.way_names())
        return Line(
            at=at,
            kind="step",
            step=step.id,
            label=str(step.label),
            words=self.said.steps[step.id],
            via=names.get(via, ""),
            note=_why(step, via, what, self.said),
            **self._text(step, what),
        )

    def _text(self, step: Step, what: str) -> dict[str, Any]:
        """What a sending step says to this friend, if it is sent."""
        if what in NOT_SENT:
            return {}
        if isinstance(step, Notice):
            return {"messages": filling.shown(step.messages or [], self._person())}
        if not isinstance(step, SendStep):
            return {}
        was_told = self._is_told(step)
        sends = Send.objects.filter(entry=self.entry, step=step.id)
        by_line = not was_told and (step.id in self.held or sends.exists())
        self.found.message_count += by_line
        said: dict[str, Any] = {}
        if by_line:
            said["messages"] = filling.shown(step.messages or [], self._person())
        if step.mail and (was_told or step.by not in {"line", "line_then_mail"}):
            said["mail"] = self._mail(step.mail)
        return said

    def _mail(self, mail: dict) -> dict[str, str]:
        parts = [{"type": "text", "text": mail[name]} for name in ("subject", "text")]
        subject, text = filling.shown(parts, self._person())
        return {"subject": subject["text"], "text": text["text"]}

    def _tell_end(self) -> None:
        self.found.reaches_goal = self.entry.goal_at is not None
        self.found.ended_at = self.entry.ended_at
        self.found.reason = str(self.entry.get_reason_display()) if self.entry.reason else ""

    def _person(self) -> Person:
        return Person(*(getattr(self.entry, name) for name in ENTRY))


ENTRY = ("pk", "friend_id", "customer_id", "subject", "context", "entered_at", "arrived_at") + (
    "scenario_id",
    "version_id",
    "is_test",
    "priority",
    "waits_for",
)
NOT_SENT = {"capped", "blocked", "stopped", "no_friend", "no_customer", "no_consent", "no_sender"} | {
    "nothing",
    "clicked",
}


def _enter(flow: Flow, friend: Friend, at: datetime, context: dict[str, Any], subject: str) -> Entry:
    """Of a copy, so that it is nobody else's concern whether they are in the scenario itself."""
    copy = Scenario.objects.create(name=str(uuid4()), flow=flow.as_json())
    version = Version.objects.create(scenario=copy, number=1, flow=copy.flow, is_trial=True)
    freezing.freeze(version, flow)
    first = leading.turn(version, at).program.first
    link = Link.objects.active().filter(friend=friend).first()
    return Entry.objects.create(
        scenario=copy,
        version=version,
        friend=friend,
        customer_id=link.customer_id if link else None,
        subject=subject,
        context=context,
        key=str(uuid4()),
        step=first,
        priority=flow.manners.priority,
        due_at=at,
        entered_at=at,
        since=at,
        arrived_at=at,
    )


def _refusal(flow: Flow, friend: Friend) -> str:
    """Why the friend would not come in today; "" if they would."""
    if friend.status != Friend.Status.FRIEND:
        return _("They have blocked the account, or never added it: LINE brings them nothing.")
    if flow.condition and friend.pk not in segments.among(flow.condition, {friend.pk}):
        return _("They do not meet the condition for coming in.")
    return ""


def _why(step: Step, via: str, what: str, said: words.Said) -> str:
    """Why they go this way, and what came of the step."""
    parts = [said.conditions.get((step.id, via), ""), OUTCOMES[what]() if what in OUTCOMES else ""]
    if step.type == "split":
        parts.append(_("Drawn by lot; for another person it may be another way."))
    return " ".join(part for part in parts if part)


OUTCOMES = {
    "capped": lambda: _("Above the frequency cap: it is left out."),
    "blocked": lambda: _("LINE does not reach them."),
    "stopped": lambda: _("They want no broadcasts: it is left out."),
    "no_friend": lambda: _("They are no friend."),
    "no_customer": lambda: _("They are no customer with a mail address."),
    "no_sender": lambda: _("No sender of mails is set."),
    "clicked": lambda: _("They clicked, so no mail follows."),
    "no_consent": lambda: _("They have not agreed to mails."),
    "nothing": lambda: _("There is nothing to send."),
    "no_date": lambda: _("The date is not known of them: they leave."),
    "not_running": lambda: _("The other scenario lets nobody in now."),
    "no_reward": lambda: _("It cannot be given to them now."),
    "looped": lambda: _("They have been handed on too often."),
}


def _assumptions() -> list[str]:
    return [
        _("Conditions, dates and the frequency cap are judged by what is known today."),
        _("They do nothing but what is said here, and LINE takes every message at once."),
    ]


def _price(found: DryRun, at: datetime) -> None:
    if not found.message_count:
        return
    count = found.message_count
    expected = forecast.forecast(current.tenant().pk, messages=count, at=at, is_bulk=False)
    found.cost, found.currency = expected.added, expected.currency
