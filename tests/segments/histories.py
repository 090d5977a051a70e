"""Random histories: what may happen to the few of a world, step by step."""

from random import Random

from hypothesis import strategies as st

from tests.segments import oracle
from tests.segments.worlds import PEOPLE, Step


def history(seed: int, length: int) -> list[tuple[Step, int, int]]:
    """Evenly random; steps drawn one by one would mostly be the first kind, done to the first friend."""
    chance = Random(seed)
    return [
        (chance.choice(oracle.STEPS), chance.randrange(PEOPLE), chance.randrange(PEOPLE))
        for _step in range(length)
    ]


histories = st.builds(history, seed=st.integers(0, 2**32), length=st.integers(0, 40))
few_steps = st.builds(history, seed=st.integers(0, 2**32), length=st.integers(0, 8))
