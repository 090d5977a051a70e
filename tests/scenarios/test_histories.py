"""Any scenario, any history, workers that die anywhere: everybody gets what is due to them, and once.

What the engine does is compared with a few lines of plain Python that know neither SQL nor LINE. The clock is
turned from one moment at which something is due to the next.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import time_machine
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events import timeline
from events.timeline import NewEvent
from friends import services as friends
from friends.models import Friend, Tag
from scenarios import services
from scenarios.engine import leading, running
from scenarios.models import Passage, Scenario
from tests.factories import make_followers, make_tag
from tests.scenarios.engines import make_entry, make_scenario, skip_waiting, texts

MINUTE = timedelta(minutes=1)
MOST_TURNS = 200
DAY, FOREVER = 1_440, 1_000_000  # minutes
WAYS = {"await": ("happened", "timed_out"), "split": ("left", "right"), "branch": ("tagged",)}
SPLIT = {
    "type": "split",
    "paths": [{"key": way, "name": way, "percent": 40} for way in WAYS["split"]],
    "holdout_percent": 20,
}
BRANCH = {"type": "branch"}
# Where clocks jump, where months end, and an ordinary day.
BEGINNINGS = [
    ("Europe/Berlin", datetime(2026, 10, 24, 20, 15, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2027, 3, 27, 22, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2027, 3, 14, 5, 50, tzinfo=UTC)),
    ("Asia/Tokyo", datetime(2027, 1, 31, 14, 59, tzinfo=UTC)),
    ("Asia/Tokyo", datetime(2028, 2, 28, 3, 0, tzinfo=UTC)),
]


class Killed(BaseException):
    """The worker died here."""


@dataclass(frozen=True)
class Happening:
    """An event so many minutes after the beginning, told us so much later, some more than once."""

    type: str
    minutes: int
    late: int = 0
    times: int = 1

    def at(self, start: datetime) -> datetime:
        return start + self.minutes * MINUTE

    def told_at(self, start: datetime) -> datetime:
        return max(self.at(start), start) + self.late * MINUTE


@dataclass(frozen=True)
class History:
    """A flow, what the person does, and the statements before which workers die. `buying` is an exit, or the
    goal, or a goal after which they stay.
    """

    steps: list[dict]
    happenings: list[Happening] = field(default_factory=list)
    kills: list[int] = field(default_factory=list)
    beginning: tuple[str, datetime] = BEGINNINGS[0]
    buying: str = "exit"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.beginning[0])

    @property
    def start(self) -> datetime:
        return self.beginning[1]

    @property
    def ends(self) -> dict:
        """The parts of the flow that say what buying does."""
        if self.buying == "exit":
            return {"exits": [{"type": "event", "event": "bought"}]}
        return {"goal": {"event": "bought", "within_days": 1, "ends": self.buying == "goal"}}

    @property
    def bought(self) -> list[Happening]:
        """What counts as exit or goal."""
        most = DAY if self.buying != "exit" else FOREVER
        return [each for each in self.happenings if each.type == "bought" and 0 <= each.minutes < most]


hours = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
step_kinds = st.one_of(
    st.builds(lambda minutes: {"type": "wait", "minutes": minutes}, st.sampled_from([1, 30, 60, 1_500])),
    st.builds(lambda at: {"type": "wait", "at": at}, hours),
    st.builds(lambda days, at: {"type": "wait", "days": days, "at": at}, st.integers(1, 2), hours),
    st.builds(
        lambda minutes: {"type": "await", "event": "viewed", "minutes": minutes},
        st.sampled_from([5, 60, 2_000]),
    ),
    st.just({"type": "send"}),
    st.just({"type": "send"}),
    st.just(SPLIT),
    st.just(BRANCH),
)
happenings = st.builds(
    Happening,
    st.sampled_from(["viewed", "viewed", "bought", "tagged"]),
    st.integers(-60, 3_000),
    st.sampled_from([0, 0, 45, 600]),
    st.integers(1, 2),
)
histories = st.builds(
    History,
    st.lists(step_kinds, min_size=1, max_size=5),
    st.lists(happenings, max_size=4),
    st.lists(st.integers(0, 60), max_size=4),
    st.sampled_from(BEGINNINGS),
    st.sampled_from(["exit", "goal", "goal, and they stay"]),
)


def flow_steps(history: History, tag: Tag) -> list[dict]:
    """With a text of its own for each message, also on each way of a step that parts people."""
    named = []
    for place, step in enumerate(history.steps):
        one = {"id": f"s{place}"} | step
        if step["type"] == "send":
            one |= said(f"s{place}")
        if step["type"] == "branch":
            one["paths"] = [{"key": "tagged", "name": "Tagged", "when": {"type": "tag", "tag": tag.pk}}]
        if step["type"] in WAYS:
            ids = {way: f"s{place}_{way[:5]}" for way in WAYS[step["type"]]}
            one["ways"] = {way: [{"id": id_, "type": "send"} | said(id_)] for way, id_ in ids.items()}
        named.append(one)
    return named


def said(text: str) -> dict:
    return {"messages": [{"type": "text", "text": text}]}


def expected(history: History, lots: dict[str, str]) -> list[str]:
    """What the person gets, told in plain Python. `lots` are the ways that were drawn for them."""
    gone = [each.told_at(history.start) for each in history.bought]
    never = datetime.max.replace(tzinfo=UTC)
    gone_at = min(gone, default=never) if history.buying != "goal, and they stay" else never
    now, got = history.start, list[str]()
    for place, step in enumerate(history.steps):
        name = f"s{place}"
        if step["type"] == "wait":
            now = waited(step, now, history.zone)
            continue
        way = ""
        if step["type"] == "await":
            now, way = awaited(step, now, history)
        if gone_at <= now:
            break
        if step["type"] == "split":
            way = lots[name]
        if step["type"] == "branch":
            way = "tagged" if is_tagged(history, now) else "otherwise"
        if way == "held_out":
            break
        if way != "otherwise":
            got.append(f"{name}_{way[:5]}" if way else name)
    return got


def is_tagged(history: History, now: datetime) -> bool:
    return any(each.type == "tagged" and each.told_at(history.start) <= now for each in history.happenings)


def drawn_lots(scenario: Scenario) -> dict[str, str]:
    """By which way the person left the steps that part by lot."""
    rows = Passage.objects.filter(scenario_id=scenario.pk).values_list("step", "via", "what")
    return {step: "held_out" if what == "held_out" else via for step, via, what in rows}


def waited(step: dict, arrived: datetime, zone: ZoneInfo) -> datetime:
    if "minutes" in step:
        return arrived + step["minutes"] * MINUTE
    first = arrived.astimezone(zone).date()
    at = time.fromisoformat(step["at"])
    if "days" in step:
        return shown(first + timedelta(days=step["days"]), at, zone)
    today, tomorrow = shown(first, at, zone), shown(first + timedelta(days=1), at, zone)
    return today if today >= arrived else tomorrow


def shown(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def awaited(step: dict, arrived: datetime, history: History) -> tuple[datetime, str]:
    over = arrived + step["minutes"] * MINUTE
    told = [
        max(each.told_at(history.start), arrived)
        for each in history.happenings
        if each.type == "viewed" and each.at(history.start) >= arrived
    ]
    first = min(told, default=None)
    return (first, "happened") if first is not None and first <= over else (over, "timed_out")


def live_through(history: History, friend: Friend, tag: Tag) -> Scenario:
    """Let the engine lead this person through it, worker after worker dying on the way."""
    kills = list(history.kills)
    coming = sorted(history.happenings, key=lambda each: each.told_at(history.start))
    now = history.start
    with time_machine.travel(now, tick=False):
        scenario = make_scenario(*flow_steps(history, tag), name=uuid4().hex, **history.ends)
        make_entry(scenario, friend, key=uuid4().hex)
    for _turn in range(MOST_TURNS):
        with time_machine.travel(now, tick=False):
            while coming and coming[0].told_at(history.start) <= now:
                tell(coming.pop(0), history, friend, tag)
            work(kills)
            due = leading.next_moment()
        moments = [*([due] if due else []), *(each.told_at(history.start) for each in coming[:1])]
        if not moments:
            return scenario
        now = max(now, min(moments))
    raise AssertionError("it does not come to an end")


def tell(happening: Happening, history: History, friend: Friend, tag: Tag) -> None:
    if happening.type == "tagged":
        friends.tag_friends([friend.pk], tag)
        return
    event = NewEvent(happening.type, happening.at(history.start), friend_id=friend.pk, key=uuid4().hex)
    for _time in range(happening.times):
        timeline.record([event])


def work(kills: list[int]) -> None:
    """One worker; if it is to die, another one comes after it."""
    if kills:
        last = kills.pop(0)
        with connection.execute_wrapper(Killer(last)):
            try:
                running.lead_on(5)
            except Killed:
                skip_waiting()
    running.lead_on(5)


class Killer:
    """Ends the worker before a statement, and stays silent afterwards."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == -1:
            raise Killed
        return execute(sql, params, many, context)


SEND, HOUR = {"type": "send"}, {"type": "wait", "minutes": 60}


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@example(History([HOUR, SEND], [Happening("bought", 60)]))
@example(History([HOUR, SEND], [Happening("bought", 59, late=45)]))
@example(History([HOUR, SEND], [Happening("bought", -10, late=30)]))
@example(History([{"type": "wait", "at": "02:30"}, SEND], beginning=BEGINNINGS[1]))
@example(History([{"type": "wait", "days": 1, "at": "02:30"}, SEND, SEND], kills=[7, 12, 30]))
@example(History([{"type": "await", "event": "viewed", "minutes": 60}], [Happening("viewed", 10, times=2)]))
@example(History([SPLIT, HOUR, SEND], kills=[5, 20]))
@example(History([HOUR, BRANCH, SEND], [Happening("tagged", 60)]))
@example(History([HOUR, SEND], [Happening("bought", 30)], buying="goal"))
@example(History([HOUR, SEND], [Happening("bought", 30)], buying="goal, and they stay"))
@example(History([HOUR, SEND], [Happening("bought", 1_440)], buying="goal"))
@given(history=histories)
def test_everybody_gets_what_is_due_to_them_and_once(tenant, simulator, channel, history):
    [friend] = make_followers(simulator, channel, [uuid4().hex])
    tenant.time_zone = history.beginning[0]

    scenario = live_through(history, friend, make_tag(uuid4().hex))
    services.archive(scenario, by=None)

    has_goal = scenario.entries.get().goal_at is not None
    assert texts(simulator, channel, friend) == expected(history, drawn_lots(scenario))
    assert has_goal == (history.buying != "exit" and bool(history.bought))
