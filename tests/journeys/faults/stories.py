"""One round of a scenario: people come in, do things, and things befall it; then all that was promised of it
is looked at.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import uuid4

from tests.journeys.faults import flows, outcomes
from tests.journeys.faults.blows import OF_SCENARIOS, STRANGER, draw
from tests.journeys.faults.rounds import LATENCIES, PATIENCE, Happening, befall, wait_for_late_answers
from tests.journeys.faults.scene import PEOPLE, Scene
from tests.journeys.shop import wait_until

INSIDE = 400  # how many come in: first these, then
LATER = 100  # of them
LONG_AGO = timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """What befalls a scenario after so many seconds."""

    blows: list[tuple[float, str]]

    def __str__(self) -> str:
        return "scenario: " + ", ".join(f"{name} after {at:.2f} s" for at, name in self.blows)


@dataclass
class Cast:
    """Who comes in, by the friend's number, and what they do."""

    people: list[int]
    vips: set[int]
    viewers: set[int]  # the others never look at anything
    buyers: set[int]
    tag: int  # of this round: VIPs get it
    told: dict[int, datetime] = field(default_factory=dict)  # since when it was known that somebody bought

    @classmethod
    def drawn(cls, scene: Scene, dice: Random, tag: int) -> "Cast":
        """With the one in the middle, whom LINE may not know."""
        first = PEOPLE // 2 - INSIDE // 2
        people = sorted(scene.user_ids)[first : first + INSIDE]
        half, third = INSIDE // 2, INSIDE // 3
        dice.shuffle(people)
        return cls(people, *(set(dice.sample(people, count)) for count in (half, half, third)), tag)


def drawn(seed: int, number: int) -> Story:
    """The same for the same numbers."""
    dice = Random(f"scenario/{seed}/{number}")
    return Story(sorted((dice.uniform(0, 3), name) for name in draw(dice, OF_SCENARIOS)))


def play(scene: Scene, asked: Story, dice: Random) -> str:
    """Let it happen; the status in which it ended. AssertionError if a promise is broken."""
    scene.begin(stranger=any(name == STRANGER for _, name in asked.blows))
    scene.line.delay(dice.choice(LATENCIES))
    cast = Cast.drawn(scene, dice, _begin(scene))
    blows = [(at, OF_SCENARIOS[name]) for at, name in asked.blows]
    befall(scene, blows, dice, _happenings(scene, cast, dice))
    _wait_for_the_end(scene, cast)
    wait_for_late_answers(scene)
    outcomes.check(scene, cast)
    status = scene.call("GET", f"{scene.work}/")["status"]
    scene.act("PUT", "archive")
    return status


def _begin(scene: Scene) -> int:
    """A scenario that runs, and the tag that it puts on."""
    name = f"Round {uuid4().hex}"
    tag = scene.call("POST", "tags/", name=name)["id"]
    made = scene.call("POST", "scenarios/", name=name, flow=flows.flow(tag))
    scene.work = f"scenarios/{made['id']}"
    scene.attempt("PUT", f"{scene.work}/publication/", revision=made["revision"])
    return tag


def _happenings(scene: Scene, cast: Cast, dice: Random) -> list[Happening]:
    """People come in, look, buy; we hear of some of it twice, and late of what was long before."""
    first, then = cast.people[:-LATER], cast.people[-LATER:]
    viewers, buyers = sorted(cast.viewers), sorted(cast.buyers)
    half, looked = len(buyers) // 2, flows.looked(cast.tag)
    return [
        (0.0, partial(_let_in, scene, cast, first)),
        (0.2, partial(_tell, scene, "bought", cast.people, at=datetime.now(UTC) - LONG_AGO)),
        (dice.uniform(0.2, 2), partial(_let_in, scene, cast, [*first[:50], *then])),
        (dice.uniform(0.2, 3), partial(_tell, scene, looked, viewers)),
        (dice.uniform(0.2, 3), partial(_tell, scene, looked, viewers, at=datetime.now(UTC) - LONG_AGO)),
        (dice.uniform(0.2, 3), partial(_buy, scene, cast, buyers[:half])),
        (dice.uniform(2, 4), partial(_buy, scene, cast, buyers[half:])),
    ]


def _let_in(scene: Scene, cast: Cast, people: list[int]) -> None:
    """By a program that calls again with the same keys when it gets no answer."""
    told = [{"friend": one, "key": str(one), "context": {"vip": one in cast.vips}} for one in people]
    scene.attempt("POST", f"{scene.work}/entries/", people=told)


def _buy(scene: Scene, cast: Cast, people: list[int]) -> None:
    inside = _inside(scene, people)
    _tell(scene, "bought", inside)
    [row] = scene.ask("SELECT clock_timestamp() AS now")
    cast.told.update(dict.fromkeys(inside, row["now"]))


def _inside(scene: Scene, people: list[int]) -> list[int]:
    """Those who have come in: what somebody did before does not end it."""
    rows = scene.ask(CAME_IN, scene.work.removeprefix("scenarios/"), people)
    return [row["friend_id"] for row in rows]


def _tell(scene: Scene, what: str, people: Iterable[int], at: datetime | None = None) -> None:
    """Twice, with the same keys."""
    at = at or datetime.now(UTC)
    key = f"{scene.work}/{at.timestamp()}"
    events = [
        {"type": what, "friend": one, "at": at.isoformat(), "key": f"{key}/{one}", "properties": {}}
        for one in people
    ]
    for _time in range(2 if events else 0):
        scene.call("POST", "events/", events=events)


def _wait_for_the_end(scene: Scene, cast: Cast) -> None:
    number = scene.work.removeprefix("scenarios/")
    try:
        wait_until(lambda: _is_over(scene, cast, number), seconds=PATIENCE, every=0.5)
    except TimeoutError as error:
        raise TimeoutError(json.dumps(scene.ask(STANDING, number), default=str)) from error


def _is_over(scene: Scene, cast: Cast, number: str) -> bool:
    """Time passes: waits and halts are over; who is to look does so, unless they have since they came."""
    viewers = sorted(cast.viewers)
    waiting = [row["friend_id"] for row in scene.ask(NOT_SEEN, number, viewers, flows.looked(cast.tag))]
    _tell(scene, flows.looked(cast.tag), waiting)
    scene.ask(WAITED, number, viewers)
    for later in LATER_NOW:
        scene.ask(later)
    scene.ask("INSERT INTO events_outboxentry (kind, topic, rings) VALUES ('scenarios', 'called', true)")
    [row] = scene.ask(OPEN, number, number)
    time.sleep(0.5)
    return row["count"] == 0


CAME_IN = "SELECT friend_id FROM scenarios_entry WHERE scenario_id = %s AND friend_id = ANY(%s)"
NOT_SEEN = """
SELECT friend_id FROM scenarios_entry entry
WHERE scenario_id = %s AND state = 'waiting' AND step = 'look' AND friend_id = ANY(%s)
  AND NOT EXISTS (SELECT FROM events_event event
                  WHERE event.friend_id = entry.friend_id AND event.type = %s
                    AND event.at >= entry.arrived_at)"""
WAITED = """
UPDATE scenarios_entry SET arrived_at = arrived_at - interval '1 hour', due_at = now()
WHERE scenario_id = %s AND state = 'waiting' AND due_at > now() + interval '10 minutes'
  AND (step = 'rest' OR step = 'look' AND friend_id <> ALL(%s))"""
LATER_NOW = [
    "UPDATE scenarios_halt SET until = now() WHERE until > now()",
    "UPDATE scenarios_entry SET due_at = now() WHERE state = 'waiting' AND problem <> '' AND due_at > now()",
    "UPDATE scenarios_send SET due_at = now() WHERE state = 'pending' AND due_at > now()",
]
OPEN = """
SELECT (SELECT count(*) FROM scenarios_entry WHERE scenario_id = %s AND state <> 'ended')
     + (SELECT count(*) FROM scenarios_send
        WHERE scenario_id = %s AND state IN ('pending', 'claimed')) AS count"""
STANDING = """
SELECT entry.state, entry.step, entry.problem, send.state AS send, send.error, count(*),
       min(entry.due_at - now()) AS due, min(send.due_at - now()) AS send_due
FROM scenarios_entry entry
LEFT JOIN scenarios_send send ON send.entry_id = entry.id AND send.step = entry.step
WHERE entry.scenario_id = %s AND entry.state <> 'ended' GROUP BY 1, 2, 3, 4, 5"""
