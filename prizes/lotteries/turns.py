"""Who may draw, and how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from accounts import current
from coupons.rewards import Key, keys_of
from prizes.errors import NotAmong, NoTurnLeft, NoTurnToday, NotYet, Over
from prizes.models import Lottery, Player
from prizes.words import when
from segments import services as segments

# People and keys in one statement: the same key again gives nothing.
GIVE = """
WITH known AS (
    INSERT INTO prizes_player (lottery_id, friend_id, rights, turns, day_turns)
    SELECT %(lottery)s, friend.id, 0, 0, 0 FROM friends_friend AS friend
    WHERE friend.id = ANY(%(friends)s::int[]) ORDER BY friend.id
    ON CONFLICT (lottery_id, friend_id) DO UPDATE SET rights = prizes_player.rights
    RETURNING id, friend_id),
fresh AS (
    INSERT INTO prizes_right (player_id, key, source)
    SELECT known.id, given.key, %(source)s
    FROM known JOIN unnest(%(friends)s::int[], %(keys)s::text[]) AS given (friend, key) ON friend = friend_id
    ON CONFLICT (player_id, key) DO NOTHING RETURNING player_id)
SELECT known.friend_id, known.id, fresh.player_id IS NOT NULL
FROM known LEFT JOIN fresh ON fresh.player_id = known.id"""
COUNT = "UPDATE prizes_player SET rights = rights + 1 WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Left:
    """Turns that a person can still take, in all and today. None: no limit."""

    total: int | None
    today: int | None

    @property
    def is_none(self) -> bool:
        return self.total == 0 or self.today == 0

    @property
    def now(self) -> int | None:
        """How many at once; None: as many as they like."""
        known = [each for each in (self.total, self.today) if each is not None]
        return min(known, default=None)


def day_of(moment: datetime) -> date:
    """The day of the client's calendar."""
    return moment.astimezone(ZoneInfo(current.tenant().time_zone)).date()


def hold(lottery: Lottery, friend_id: int) -> Player:
    """The person's row, locked until the transaction ends."""
    player, _made = Player.objects.get_or_create(lottery=lottery, friend_id=friend_id)
    return Player.objects.select_for_update(no_key=True).get(pk=player.pk)


def left(lottery: Lottery, player: Player | None, *, today: date | None = None) -> Left:
    """Turns that were given come on top of those that everybody has."""
    day = today or day_of(timezone.now())
    person = player or Player()
    taken_today = person.day_turns if person.day == day else 0
    per_day = lottery.turns_per_day
    return Left(
        None if _is_free(lottery) else max(_allowed(lottery, person) - person.turns, 0),
        None if per_day is None else max(per_day - taken_today, 0),
    )


def check(lottery: Lottery, player: Player, *, now: datetime, today: date) -> None:
    """Raises NotYet, Over, NotAmong, NoTurnLeft, NoTurnToday."""
    check_time(lottery, now)
    if not is_among(lottery, player):
        raise NotAmong
    remaining = left(lottery, player, today=today)
    if remaining.total == 0:
        raise NoTurnLeft
    if remaining.today == 0:
        raise NoTurnToday


def check_time(lottery: Lottery, now: datetime) -> None:
    """Raises NotYet, Over."""
    if lottery.status == Lottery.Status.CLOSED or now >= lottery.ends_at:
        raise Over
    if lottery.status == Lottery.Status.DRAFT or now < lottery.starts_at:
        raise NotYet(at=when(lottery.starts_at))


def is_among(lottery: Lottery, player: Player | None) -> bool:
    """Whether the lottery is for this person at all. Who was given a turn may take it."""
    if player and player.rights:
        return True
    if lottery.who == Lottery.Who.RIGHT:
        return False
    if lottery.segment is None:
        return True
    return player is not None and bool(segments.among(lottery.segment.tree, [player.friend_id]))


def count(player: Player, today: date) -> None:
    """One more was taken; the caller holds the row."""
    player.day_turns = player.day_turns + 1 if player.day == today else 1
    player.day, player.turns = today, player.turns + 1
    player.save(update_fields=["day", "day_turns", "turns"])


def give(lottery: Lottery, friend_ids: Iterable[int], *, key: Key, source: str) -> set[int]:
    """One turn more for each of these friends, in the caller's transaction; who has had it by this key, which
    may be each friend's own, does not get another. The friends that exist."""
    keys = keys_of(key, sorted(set(friend_ids)))
    asked: dict[str, Any] = {
        "lottery": lottery.pk,
        "friends": list(keys),
        "keys": list(keys.values()),
        "source": source,
    }
    with connection.cursor() as cursor:
        cursor.execute(GIVE, asked)
        rows = cursor.fetchall()
        cursor.execute(COUNT, [[player for _friend, player, is_new in rows if is_new]])
    return {friend for friend, _player, _is_new in rows}


def _is_free(lottery: Lottery) -> bool:
    return lottery.who != Lottery.Who.RIGHT and lottery.turns is None


def _allowed(lottery: Lottery, player: Player) -> int:
    """Where there is a limit: what everybody has, and the rights of who was given some."""
    own = 0 if lottery.who == Lottery.Who.RIGHT else lottery.turns or 0
    return own + player.rights
