"""Drawing: one turn of one friend, whatever is asked twice, at once or again after a crash.

A draw holds the row of its person, and where a prize is limited the row of that prize, until the commit:
others wait only for the same person or the same prize. Everything that follows from a draw, such as the
coupon, is in its transaction.
"""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts import current, secrets
from events import timeline
from events.timeline import NewEvent
from linking.models import Link
from prizes.errors import NotThisTurn
from prizes.lotteries import fairness, odds, turns, winning
from prizes.lotteries.odds import Chance
from prizes.models import Draw, Lottery, OddsTable, Player, Prize

# Closing waits for those who draw, and those who come after it see that it is closed.
HOLD = "SELECT FROM prizes_lottery WHERE id = %s FOR KEY SHARE"
# The limits are those of the table by which is drawn. Who began to draw before midnight and is stored after
# it takes nothing from the new day.
TAKE = """
UPDATE prizes_prize SET
    given = given + 1,
    day = greatest(day, %(today)s),
    day_given = CASE WHEN day = %(today)s THEN day_given + 1 WHEN day > %(today)s THEN day_given ELSE 1 END
WHERE id = %(prize)s
  AND (%(stock)s::int IS NULL OR given < %(stock)s::int)
  AND (%(per_day)s::int IS NULL OR day IS DISTINCT FROM %(today)s OR day_given < %(per_day)s::int)
RETURNING given"""


@transaction.atomic
def draw(lottery: Lottery, friend_id: int, *, turn: int) -> Draw:
    """The draw of this turn of a friend; asked again, the same one.

    `turn` counts from 1; it is the next one, or one that was taken. Raises NotYet, Over, NotAmong,
    NoTurnLeft, NoTurnToday, NotThisTurn.
    """
    _hold(lottery)
    player = turns.hold(lottery, friend_id)
    if known := Draw.objects.select_related("prize").filter(player=player, turn=turn).first():
        return known
    now = timezone.now()
    today = turns.day_of(now)
    lottery = Lottery.objects.get(pk=lottery.pk)
    turns.check(lottery, player, now=now, today=today)
    if turn != player.turns + 1:
        raise NotThisTurn
    made = _made(lottery, player, now, today)
    turns.count(player, today)
    if made.prize:
        winning.give(made)
    _tell(made)
    return made


def seed_of(lottery: Lottery) -> str:
    """The seed of a lottery that was opened; it is secret until the lottery is closed."""
    if lottery.seed:
        return lottery.seed
    assert lottery.sealed_seed is not None  # noqa: S101  (opening has sealed it)
    return secrets.unseal(current.tenant().pk, seed_place(lottery.pk), bytes(lottery.sealed_seed))


def seed_place(lottery_id: int) -> str:
    return f"prizes_lottery.seed:{lottery_id}"


def _hold(lottery: Lottery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [lottery.pk])


def _made(lottery: Lottery, player: Player, now: datetime, today: date) -> Draw:
    table = odds.in_force(OddsTable.objects.filter(lottery=lottery), now)
    seed = seed_of(lottery)
    ticket = fairness.ticket(seed, lottery.pk, player.friend_id)
    lot = fairness.lot(seed, lottery.pk, ticket, player.turns + 1)
    chances = {each.prize: each for each in odds.of(table)}
    aimed = fairness.aim(chances.values(), lot)
    serial = _take(chances[aimed], today) if aimed else None
    return Draw.objects.create(
        lottery=lottery,
        player=player,
        friend_id=player.friend_id,
        turn=player.turns + 1,
        ticket=ticket,
        table=table,
        lot=lot,
        aimed_id=aimed,
        prize=Prize.objects.get(pk=aimed) if aimed and serial else None,
        serial=serial,
        drawn_at=now,
    )


def _take(chance: Chance, today: date) -> int | None:
    """The number of the one given away; None if there is none left, in all or for today."""
    asked = {
        "prize": chance.prize,
        "stock": chance.stock,
        "per_day": chance.per_day,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, asked)
        row = cursor.fetchone()
    return row[0] if row else None


def _tell(draw: Draw) -> None:
    """On the timeline; last, since the type of event is locked until the commit."""
    link = Link.objects.active().filter(friend=draw.friend_id).values_list("customer_id", flat=True).first()
    said = {
        "lottery": str(draw.lottery_id),
        "name": draw.lottery.name,
        "won": draw.prize is not None,
        "prize": draw.prize.name if draw.prize else "",
    }
    key = f"drew:{draw.player_id}:{draw.turn}"
    timeline.record([NewEvent("drew", draw.drawn_at, draw.friend_id, link, said, key)])
