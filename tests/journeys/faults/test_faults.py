"""Whatever befalls a broadcast or a scenario: everyone has it once, or it is known why not; it is booked."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from tests.journeys.faults import rounds, stories
from tests.journeys.faults.blows import BLOWS
from tests.journeys.faults.rounds import Round, drawn, play
from tests.journeys.faults.scene import Scene, scene

SEED = int(os.environ.get("CHAOS_SEED", "20261121"))
FIRST = int(os.environ.get("CHAOS_FIRST", "1"))
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "500"))
STORIES = int(os.environ.get("CHAOS_STORIES", "100"))
LONG = {"LINE does not answer in time"}  # left to the long run
ONE_BY_ONE = {"the sender is killed", "PostgreSQL is killed", "somebody pauses it"}  # others are quicker


@pytest.fixture(scope="module")
def house() -> Iterator[Scene]:
    """One installation for all rounds. PostgreSQL's own user must be able to read where its data is."""
    with TemporaryDirectory(prefix="musubi-faults-") as data, scene(Path(data)) as made:
        yield made


@pytest.mark.parametrize("name", [name for name in BLOWS if name not in LONG])
def test_each_fault_alone(house, name):
    kind = "push" if name in ONE_BY_ONE else "multicast"

    play(house, Round(kind, [(0.1, name)]), Random(SEED))


@pytest.mark.parametrize("kind", rounds.KINDS)
def test_each_way_of_sending_through_errors_and_lost_answers(house, kind):
    play(house, Round(kind, [(0.0, "errors and lost answers by chance")]), Random(SEED))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_some_faults_at_once(house, number):
    play(house, drawn(SEED, number), Random(SEED))


@pytest.mark.parametrize("number", [1, 2])
def test_some_faults_at_once_while_people_go_through_a_scenario(house, number):
    stories.play(house, stories.drawn(SEED, number), Random(SEED))


@pytest.mark.chaos
def test_hundreds_of_rounds_of_faults_at_once(house):
    play_many(house, rounds.drawn, rounds.play, ROUNDS)


@pytest.mark.chaos
def test_a_hundred_rounds_of_faults_at_once_of_a_scenario(house):
    play_many(house, stories.drawn, stories.play, STORIES)


def play_many(house: Scene, draw: Callable, play: Callable, count: int) -> None:
    """One after the other; the first promise broken is told with what plays it again."""
    ends: Counter = Counter()
    print(f"\nCHAOS_SEED={SEED} CHAOS_FIRST={FIRST}, {count} rounds", flush=True)
    for number in range(FIRST, FIRST + count):
        asked, began = draw(SEED, number), time.monotonic()
        try:
            end = play(house, asked, Random(f"{SEED}/{number}"))
        except (AssertionError, TimeoutError) as broken:
            raise AssertionError(f"CHAOS_SEED={SEED} CHAOS_FIRST={number}: {broken} ({asked})") from broken
        ends[end] += 1
        print(f"{number:4} {time.monotonic() - began:5.1f} s {end:11} {asked}", flush=True)
    print(dict(ends), flush=True)
