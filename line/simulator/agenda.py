"""What comes about by itself as LINE's clock goes on: a narrowcast sets off, a menu is linked."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from line.simulator.world import World

    Deed = Callable[[World, float], None]


@dataclass(order=True)
class Appointment:
    at: float
    number: int
    deed: "Deed" = field(compare=False)


class Agenda:
    """Deeds with their times, in seconds since 1970. Pickled: they are functions of modules, or partials."""

    def __init__(self) -> None:
        self._appointments: list[Appointment] = []
        self._number = 0

    def add(self, at: float, deed: "Deed") -> None:
        self._number += 1
        heapq.heappush(self._appointments, Appointment(at, self._number, deed))

    def catch_up(self, world: "World") -> None:
        """Do what is due, in its order; each deed is told the time it was due at."""
        while self._appointments and self._appointments[0].at <= world.clock.now():
            appointment = heapq.heappop(self._appointments)
            appointment.deed(world, appointment.at)
