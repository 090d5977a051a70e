"""What befalls webhooks on their way from LINE, on command: lost, late, doubled, out of order, held back."""

import random
from dataclasses import dataclass, field


@dataclass
class Mishaps:
    """`losing` are the bundles to come that never arrive: 1 is the next. `delay` is in seconds."""

    losing: set[int] = field(default_factory=set)
    copies: int = 1
    delay: float = 0.0
    dice: random.Random | None = None
    is_holding: bool = False
    held: list[dict] = field(default_factory=list)

    def loses_next(self) -> bool:
        """Whether this bundle is lost; counts it."""
        if not self.losing:
            return False
        is_lost = 1 in self.losing
        self.losing = {number - 1 for number in self.losing if number > 1}
        return is_lost

    def disorder(self, events: list[dict]) -> list[dict]:
        if self.dice is None:
            return events
        return self.dice.sample(events, len(events))
