"""What may befall a broadcast or a scenario. Each is struck at some moment, and healed at a later one."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.journeys.faults import flows
from tests.journeys.faults.scene import CHANNEL, Scene

HOUR = 3600.0
SOME_WHO_BLOCK = """
UPDATE friends_friend SET status = 'blocked'
WHERE id IN (SELECT id FROM friends_friend ORDER BY md5(id::text || %s) LIMIT 20)
"""


def _nothing(scene: Scene) -> None:
    pass


def _clear(scene: Scene) -> None:
    scene.line.clear_faults()


@dataclass(frozen=True)
class Blow:
    """`strike` may throw the dice; `heal` leaves the installation whole, whatever was struck."""

    strike: Callable[[Scene, Random], object]
    heal: Callable[[Scene], object] = _nothing
    weight: int = 3  # how often it is drawn among the others
    seconds: float = 0.0  # how long it lasts at least
    is_of_people: bool = False  # healed by a person too, for whom everything must be whole again


def _killed(name: str) -> Blow:
    return Blow(lambda scene, dice: scene.kill(name), lambda scene: scene.bring_back(name))


def _clock(seconds: float) -> Blow:
    return Blow(lambda scene, dice: scene.step_clock(seconds), lambda scene: scene.step_clock(0), seconds=1.0)


BLOWS: dict[str, Blow] = {
    "the sender is killed": _killed("delivery"),
    "the worker is killed": _killed("worker"),
    "beat is killed": _killed("beat"),
    "PostgreSQL is killed": Blow(lambda scene, dice: scene.crash_database(), weight=2),
    "Redis is emptied": Blow(lambda scene, dice: scene.empty_redis()),
    "there is a second beat": Blow(
        lambda scene, dice: scene.add("beat2", "beat"), lambda scene: scene.kill("beat2"), 2, 2.0
    ),
    "there is a second sender": Blow(
        lambda scene, dice: scene.add("delivery2", "delivery"), lambda scene: scene.kill("delivery2"), 2, 3.0
    ),
    "the clock is an hour fast": _clock(HOUR),
    "the clock is an hour slow": _clock(-HOUR),
    "the clock is a day fast": _clock(24 * HOUR),
    "the line to LINE is cut": Blow(
        lambda scene, dice: scene.to_line.cut(), lambda scene: scene.to_line.mend(), seconds=0.5
    ),
    "the line to PostgreSQL is cut": Blow(
        # By itself it ends, too: who wants to pause meanwhile tries until it does.
        lambda scene, dice: scene.to_database.cut(5),
        lambda scene: scene.to_database.mend(),
        seconds=0.5,
    ),
    "answers are lost": Blow(lambda scene, dice: scene.line.lose_next_answers(dice.randint(1, 5)), _clear),
    "LINE is slow": Blow(lambda scene, dice: scene.line.delay(dice.randint(200, 1500)), _clear, seconds=1.0),
    "LINE does not answer in time": Blow(lambda scene, dice: scene.line.delay(11_000), _clear, 1, 1.0),
    "LINE has errors": Blow(lambda scene, dice: scene.line.fail_next(dice.randint(1, 40), 500), _clear),
    "errors and lost answers by chance": Blow(
        lambda scene, dice: scene.line.chaos(dice.randrange(2**31), 0.3, 0.2), _clear, seconds=1.0
    ),
    "LINE says too many requests": Blow(
        lambda scene, dice: scene.line.fail_next(dice.randint(1, 40), 429), _clear
    ),
    "the month is used up": Blow(
        lambda scene, dice: scene.line.configure(CHANNEL, quota=dice.randint(0, 2_000)),
        lambda scene: scene.line.configure(CHANNEL, quota=None),
        seconds=0.5,
    ),
    "LINE refuses every token": Blow(
        lambda scene, dice: scene.line.configure(CHANNEL, tokens_refused=True),
        lambda scene: scene.line.configure(CHANNEL, tokens_refused=False),
        seconds=0.5,
    ),
    "LINE does not know a friend": Blow(lambda scene, dice: None),  # struck before it begins
    "some block the account": Blow(lambda scene, dice: scene.ask(SOME_WHO_BLOCK, str(dice.random()))),
    "somebody pauses it": Blow(
        lambda scene, dice: scene.act("PUT", "pause"),
        lambda scene: scene.act("DELETE", "pause"),
        2,
        0.3,
        True,
    ),
    "somebody cancels it": Blow(lambda scene, dice: scene.act("PUT", "cancellation"), weight=1),
}
# Scenarios are sent by the worker. Who comes in, and what they do, has its moment by our clock: with another
# one it is another story.
OF_BROADCASTS = ("the clock", "the sender", "there is a second sender", "somebody cancels it")
OF_SCENARIOS: dict[str, Blow] = {
    **{name: blow for name, blow in BLOWS.items() if not name.startswith(OF_BROADCASTS)},
    "there is a second worker": Blow(
        lambda scene, dice: scene.add("worker2", "worker"), lambda scene: scene.kill("worker2"), 2, 3.0
    ),
    "another version is published": Blow(lambda scene, dice: flows.publish(scene, moves=False)),
    "all go on in another version": Blow(lambda scene, dice: flows.publish(scene, moves=True)),
    "somebody ends it": Blow(lambda scene, dice: scene.act("PUT", "archive"), weight=1),
}
STRANGER = "LINE does not know a friend"


def draw(dice: Random, blows: dict[str, Blow] = BLOWS) -> list[str]:
    """One to four of them, in order."""
    names = list(blows)
    weights = [blows[name].weight for name in names]
    drawn = dice.choices(names, weights, k=dice.choice([1, 2, 2, 3, 4]))
    return list(dict.fromkeys(drawn))
