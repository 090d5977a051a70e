"""What a number of turns is expected to give away and to cost, with the arithmetic behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from prizes.lotteries import odds
from prizes.lotteries.odds import Chance
from prizes.models import WHOLE, Prize


@dataclass(frozen=True, slots=True)
class Line:
    """Of one prize: how often its numbers come up, and how many of these can be given; the yen of those."""

    name: str
    ppm: int
    drawn: Decimal
    given: Decimal
    stock: int | None
    value_yen: int

    @property
    def percent(self) -> str:
        return odds.written(self.ppm)

    @property
    def cost_yen(self) -> Decimal:
        return self.given * self.value_yen

    @property
    def runs_out(self) -> bool:
        return self.stock is not None and self.drawn > self.stock


@dataclass(frozen=True, slots=True)
class Expected:
    """Of all prizes together. `most_yen` is what it costs if every prize in stock goes, None without end."""

    turns: int
    lines: list[Line]

    @property
    def winners(self) -> Decimal:
        return sum((line.given for line in self.lines), Decimal(0))

    @property
    def cost_yen(self) -> Decimal:
        return sum((line.cost_yen for line in self.lines), Decimal(0))

    @property
    def most_yen(self) -> int | None:
        if any(line.stock is None and line.ppm for line in self.lines):
            return None
        return sum((line.stock or 0) * line.value_yen for line in self.lines)


def of(chances: Iterable[Chance], prizes: Iterable[Prize], turns: int) -> Expected:
    known = {prize.pk: prize for prize in prizes}
    return Expected(turns, [_line(each, known[each.prize], turns) for each in chances])


def _line(chance: Chance, prize: Prize, turns: int) -> Line:
    drawn = Decimal(turns) * chance.ppm / WHOLE
    given = drawn if chance.stock is None else min(drawn, Decimal(chance.stock))
    return Line(prize.name, chance.ppm, drawn, given, chance.stock, prize.value_yen)
