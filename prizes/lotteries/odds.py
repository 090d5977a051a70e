"""Tables of odds: how likely each prize is and how many there are, from a moment on."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from prizes.errors import ManyOdds, NotOpen, OddsOutOfOrder, OddsTooSoon, UnknownPrize
from prizes.models import WHOLE, Lottery, OddsTable
from prizes.words import when

SOONEST = timedelta(minutes=1)  # ahead of a draw that is under way and does not see a new table yet
PER_CENT = WHOLE // 100


@dataclass(frozen=True, slots=True)
class Chance:
    """One prize in a table: `ppm` of a million numbers are its own. None: no limit."""

    prize: int
    ppm: int
    stock: int | None = None
    per_day: int | None = None

    @property
    def percent(self) -> str:
        """As people write it: 12.5, without zeros at its end."""
        return written(self.ppm)


def of(table: OddsTable) -> list[Chance]:
    return [Chance(**each) for each in table.chances]


def written(ppm: int) -> str:
    """Parts per million in per cent, as people write it."""
    whole, rest = divmod(ppm, PER_CENT)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def ppm(percent: Decimal) -> int:
    """Parts per million of what is entered with up to four decimals."""
    return int(percent * PER_CENT)


def in_force(tables: Iterable[OddsTable], at: datetime) -> OddsTable:
    """The table by which is drawn at a moment; of an open lottery there is always one."""
    holding = (each for each in tables if each.holds_from is not None and each.holds_from <= at)
    return max(holding, key=lambda each: each.number)


def present(lottery: Lottery) -> OddsTable | None:
    """The one that holds now; of a draft the one that is being written. None before there is any."""
    tables = list(lottery.tables.all())
    now = timezone.now()
    holding = [each for each in tables if each.holds_from is not None and each.holds_from <= now]
    return max(holding or tables, key=lambda each: each.number, default=None)


def write(lottery: Lottery, chances: Iterable[Mapping[str, Any]], *, by: User | None) -> OddsTable:
    """The one table of a draft, in the caller's transaction. Raises ManyOdds, UnknownPrize."""
    rows = [asdict(each) for each in _checked(lottery, chances)]
    table, _made = OddsTable.objects.update_or_create(
        lottery=lottery, number=1, defaults={"chances": rows, "made_by_id": getattr(by, "pk", None)}
    )
    return table


@transaction.atomic
def add(
    lottery: Lottery,
    chances: Iterable[Mapping[str, Any]],
    *,
    holds_from: datetime | None = None,
    reason: str = "",
    by: User | None,
) -> OddsTable:
    """Other odds for an open lottery from a moment on, at the soonest a minute from now.

    Draws before that moment keep the table by which they were made. Raises NotOpen, OddsTooSoon,
    OddsOutOfOrder, ManyOdds, UnknownPrize.
    """
    lottery = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    if lottery.status != Lottery.Status.OPEN:
        raise NotOpen(name=lottery.name)
    soonest = timezone.now() + SOONEST
    if holds_from is not None and holds_from < soonest:
        raise OddsTooSoon
    newest = lottery.tables.order_by("-number")[0]
    begins = holds_from or soonest
    if newest.holds_from is not None and newest.holds_from >= begins:
        raise OddsOutOfOrder(**{"from": when(newest.holds_from)})
    table = OddsTable.objects.create(
        lottery=lottery,
        number=newest.number + 1,
        chances=[asdict(each) for each in _checked(lottery, chances)],
        holds_from=begins,
        reason=reason,
        made_by_id=getattr(by, "pk", None),
    )
    activity.record("lottery.odds_changed", lottery, by=by, table=table.number, reason=reason)
    return table


def _checked(lottery: Lottery, chances: Iterable[Mapping[str, Any]]) -> list[Chance]:
    found = [Chance(**each) for each in chances]
    known = set(lottery.prizes.values_list("pk", flat=True))
    if unknown := [each.prize for each in found if each.prize not in known]:
        raise UnknownPrize(prize=unknown[0])
    total = sum(each.ppm for each in found)
    if total > WHOLE:
        raise ManyOdds(sum=written(total))
    return found
