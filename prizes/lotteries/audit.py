"""The proof of a lottery: every draw is made again from the seed, and compared with what was kept."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import board, current
from prizes.lotteries import drawing, fairness, odds
from prizes.lotteries.odds import Chance
from prizes.models import Draw, Lottery, OddsTable
from prizes.work import KIND

PORTION = 5_000  # draws read at once
NAMED = 100  # draws that do not follow, the first


@dataclass(slots=True)
class Audit:
    """What drawing again came to: of `draws`, those that do not `follow` are named with the reason.

    `is_seed_right`: the seed is the one whose hash was published at opening.
    """

    draws: int = 0
    wrong: int = 0
    is_seed_right: bool = False
    at: str = ""
    problems: list[tuple[int, str]] = field(default_factory=list)  # number of the draw, why

    @property
    def holds(self) -> bool:
        return self.is_seed_right and not self.wrong

    def object_to(self, draw: int, why: str) -> None:
        self.wrong += 1
        if len(self.problems) < NAMED:
            self.problems.append((draw, why))


def ask(lottery: Lottery) -> None:
    """Have the draws made again, soon, by a worker."""
    Lottery.objects.filter(pk=lottery.pk).update(audit_asked_at=timezone.now())
    board.call(KIND)


def do_asked() -> None:
    """Make the audits that were asked for. One that is asked for meanwhile is made again."""
    for lottery in Lottery.objects.filter(audit_asked_at__isnull=False, commitment__isnull=False):
        kept = asdict(make(lottery))
        asked = Lottery.objects.filter(pk=lottery.pk, audit_asked_at=lottery.audit_asked_at)
        asked.update(audit=kept, audit_asked_at=None)


def kept(lottery: Lottery) -> Audit | None:
    """The last one."""
    return Audit(**lottery.audit) if lottery.audit else None


def make(lottery: Lottery) -> Audit:
    """Draw all again. Some 100,000 draws a second."""
    seed = drawing.seed_of(lottery)
    found = Audit(is_seed_right=fairness.commitment(seed) == lottery.commitment)
    tables = list(lottery.tables.order_by("number"))
    judge = _Judge(lottery, seed, tables)
    for draw in _draws(lottery):
        found.draws += 1
        if why := judge.fault(draw):
            found.object_to(draw.pk, why)
    for draw_id, why in judge.left_over():
        found.object_to(draw_id, why)
    found.at = timezone.now().isoformat()
    return found


class _Judge:
    """Compares draws, in the order in which they were stored, with what follows from seed and tables."""

    def __init__(self, lottery: Lottery, seed: str, tables: list[OddsTable]) -> None:
        self._lottery, self._seed, self._tables = lottery.pk, seed, tables
        self._chances = {table.pk: odds.of(table) for table in tables}
        self._zone = ZoneInfo(current.tenant().time_zone)
        self._turns: Counter[int] = Counter()
        self._last_turn: dict[int, tuple[int, int]] = {}  # by person: the highest turn and its draw
        self._given: Counter[int] = Counter()
        self._on_day: Counter[tuple[int, date]] = Counter()
        self._refused: dict[tuple[int, int | None, int | None, date], int] = {}
        self._serials: dict[int, set[int]] = defaultdict(set)

    def fault(self, draw: Draw) -> str:
        """Why it does not follow; "" if it does, as far as it can be told before all are seen."""
        self._count(draw)
        if draw.ticket != fairness.ticket(self._seed, self._lottery, draw.friend_id):
            return "ticket"
        if draw.lot != fairness.lot(self._seed, self._lottery, draw.ticket, draw.turn):
            return "lot"
        if draw.table_id != odds.in_force(self._tables, draw.drawn_at).pk:
            return "table"
        if draw.aimed_id != fairness.aim(self._chances[draw.table_id], draw.lot):
            return "prize"
        return self._limits(draw) if draw.aimed_id else ""

    def left_over(self) -> Iterator[tuple[int, str]]:
        """What shows only when all were seen: prizes refused while there were some, and turns left out."""
        for (prize, stock, per_day, day), draw in self._refused.items():
            is_gone = stock is not None and self._given[prize] >= stock
            is_gone_today = per_day is not None and self._on_day[prize, day] >= per_day
            if not is_gone and not is_gone_today:
                yield draw, "refused"
        for player, (last, draw) in self._last_turn.items():
            if self._turns[player] != last:
                yield draw, "turn"

    def _count(self, draw: Draw) -> None:
        self._turns[draw.player_id] += 1
        if draw.turn > self._last_turn.get(draw.player_id, (0, 0))[0]:
            self._last_turn[draw.player_id] = (draw.turn, draw.pk)

    def _limits(self, draw: Draw) -> str:
        chance = self._chance(draw)
        day = draw.drawn_at.astimezone(self._zone).date()
        if draw.prize_id is None:
            self._refused.setdefault((chance.prize, chance.stock, chance.per_day, day), draw.pk)
            return ""
        self._given[chance.prize] += 1
        self._on_day[chance.prize, day] += 1
        serial = draw.serial or 0
        if chance.stock is not None and serial > chance.stock:
            return "stock"
        is_again = serial in self._serials[chance.prize]
        self._serials[chance.prize].add(serial)
        return "serial" if is_again else ""

    def _chance(self, draw: Draw) -> Chance:
        return next(each for each in self._chances[draw.table_id] if each.prize == draw.aimed_id)


def _draws(lottery: Lottery) -> Iterator[Draw]:
    """In the order of their numbers, portion by portion."""
    fields = ("friend", "player", "turn", "ticket", "table", "lot", "aimed", "prize", "serial", "drawn_at")
    after = 0
    rows = Draw.objects.filter(lottery=lottery).only(*fields).order_by("pk")
    while portion := list(rows.filter(pk__gt=after)[:PORTION]):
        yield from portion
        after = portion[-1].pk


def parsed_at(found: Audit) -> datetime:
    return datetime.fromisoformat(found.at)
