"""What became of people in a scenario, written as it stands in the tables; no engine runs."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from friends.models import Friend
from scenarios.engine.acting import Turn
from scenarios.engine.people import Person
from scenarios.flow import program, reading
from scenarios.flow.base import NEXT
from scenarios.models import Entry, Passage, Scenario, Send, StepText, Version
from scenarios.texts import filling, freezing

HELLO = [{"type": "text", "text": "Hello"}]


def make_version(messages: list[dict] | None = None, *, name: str = "", **parts: object) -> Version:
    """A running scenario whose first step, `say`, sends these messages; `parts` are the flow's others."""
    say = {"id": "say", "type": "send", "messages": messages or HELLO}
    flow = {"steps": [say, {"id": "bye", "type": "wait", "days": 3}]} | parts
    scenario = Scenario.objects.create(name=name or uuid4().hex, flow=flow)
    version = Version.objects.create(scenario=scenario, number=1, flow=flow)
    freezing.freeze(version, reading.parse(flow))
    Scenario.objects.filter(pk=scenario.pk).update(version=version, status=Scenario.Status.RUNNING)
    scenario.refresh_from_db()
    return version


def make_entry(
    version: Version, friend: Friend | None = None, *, days_ago: float = 0, **fields: object
) -> Entry:
    """Somebody inside, at the first step since they entered."""
    at = timezone.now() - timedelta(days=days_ago)
    usual = {"step": "say", "key": uuid4().hex, "entered_at": at, "arrived_at": at, "since": at}
    return Entry.objects.create(scenario=version.scenario, version=version, friend=friend, **(usual | fields))


def end(entry: Entry, reason: str, *, goal: bool = False) -> None:
    now = timezone.now()
    Entry.objects.filter(pk=entry.pk).update(
        state="ended", ended_at=now, reason=reason, goal_at=now if goal else None
    )


def pass_on(entry: Entry, step: str = "say", *, via: str = NEXT, to: str = "bye", what: str = "sent") -> None:
    """They have done the step, and stand at the next."""
    Passage.objects.create(
        entry=entry,
        scenario_id=entry.scenario_id,
        version_id=entry.version_id,
        step=step,
        via=via,
        what=what,
    )
    Entry.objects.filter(pk=entry.pk).update(step=to)


def make_send(entry: Entry, *, days_ago: float = 0, **fields: object) -> Send:
    """What the entry's step sent, accepted by LINE."""
    at = timezone.now() - timedelta(days=days_ago)
    usual = {
        "step": entry.step,
        "state": Send.State.ACCEPTED,
        "accepted_at": at,
        "created_at": at,
        "is_test": entry.is_test,
        "line_user_id": entry.friend.line_user_id,
        "friend_id": entry.friend_id,
        "scenario_id": entry.scenario_id,
    }
    given = usual | fields
    text = StepText.objects.get(version=entry.version, step=given["step"])
    return Send.objects.create(entry=entry, text=text, **given)


def turn_of(version: Version) -> Turn:
    flow = reading.parse(version.flow)
    return Turn(timezone.now(), ZoneInfo("Asia/Tokyo"), version, flow, program.of(flow))


def person_of(entry: Entry) -> Person:
    names = Person.__slots__
    given = {name: getattr(entry, name) for name in names if hasattr(entry, name)}
    return Person(**(given | {"entry_id": entry.pk}))


def filled(entry: Entry) -> bytes:
    """What LINE would be sent for the first step."""
    turn = turn_of(entry.version)
    step = turn.program.steps["say"]
    values = filling.values_of(step, [person_of(entry)], turn)[entry.pk]
    text = StepText.objects.get(version=entry.version, step="say")
    return filling.body(SimpleNamespace(friend_id=entry.friend_id, values=values), text)
