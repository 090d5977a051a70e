"""What friends are still led to a thing by, and what still gives it: told before it is closed."""

from dataclasses import dataclass
from typing import Self

from composing.uses import Use
from coupons import rewards
from friends import personal


@dataclass(frozen=True)
class Dependants:
    """`leading`: messages with its address or its button. `giving`: whatever gives it as a reward."""

    leading: list[Use]
    giving: list[Use]

    @classmethod
    def of(cls, kind: str, number: int, *, tap: str = "") -> Self:
        """Of the thing of a kind of personal address, which is also the name of its kind of reward.

        `tap` is the code of buttons that lead to it, where it has some.
        """
        reward: rewards.Reward = {"kind": kind, kind: number}
        return cls(personal.leading(kind, number, tap=tap), rewards.givers(reward))
