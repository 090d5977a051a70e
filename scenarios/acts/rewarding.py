"""The step that gives a coupon, a turn in a lottery, or an entry for points."""

from accounts.errors import AppError
from coupons import rewards
from scenarios.acts.tags import NO_FRIEND
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Reward

GIVEN, NOT_GIVEN = "given", "not_given"  # the ways
NO_REWARD = "no_reward"  # what came of the step: it has ended, all are given, or it was taken back


def give(step: Reward, people: list[Person], turn: Turn) -> dict[int, Then]:
    """In the engine's transaction, by a key of entry and step: done again, nobody gets a second one.

    Who is there twice, for two products, is given to twice; of a coupon everybody holds one only.
    """
    found: dict[int, Then] = {}
    left = sorted(people, key=lambda person: person.entry_id)
    while left:
        once = {person.friend_id: person for person in reversed(left)}  # the first entry of each friend
        found |= _given(step, {friend: person for friend, person in once.items() if friend}, turn)
        found |= {person.entry_id: Go(NOT_GIVEN, NO_FRIEND) for person in left if not person.friend_id}
        left = [person for person in left if person.entry_id not in found]
    return found


def _given(step: Reward, people: dict[int, Person], turn: Turn) -> dict[int, Then]:
    keys = {friend: f"step:{person.entry_id}/{step.id}" for friend, person in people.items()}
    source = f"scenario:{turn.version.scenario_id}"
    try:
        told = rewards.give(step.reward, keys, key=keys, source=source) if keys else {}
    except AppError:  # there is no such thing any more
        told = {}
    return {
        person.entry_id: Go(GIVEN)
        if friend in told and not told[friend].problem
        else Go(NOT_GIVEN, NO_REWARD)
        for friend, person in people.items()
    }


acting.register("reward", give)  # type: ignore[arg-type]
