"""What friends see of a lottery: whether they can draw, what they drew, the rules with the odds."""

from django.utils import timezone

from accounts.errors import AppError
from prizes.lotteries import odds, turns
from prizes.models import Draw, Lottery, Player

SHOWN = 50  # past turns, the newest


def page(lottery: Lottery, friend_id: int, token: str, *, turn: int | None = None, refusal: str = "") -> dict:
    """The friend's page; `turn` is the one whose outcome is shown."""
    player = Player.objects.filter(lottery=lottery, friend=friend_id).first()
    past = _past(player)
    shown = next((each for each in past if each.turn == turn), None)
    remaining = turns.left(lottery, player)
    return {
        "lottery": lottery,
        "token": token,
        "shown": shown,
        "past": past,
        "refusal": refusal or _refusal(lottery, player or Player(friend_id=friend_id)),
        "left": remaining.now,
        "next": (player.turns if player else 0) + 1,
    } | rules(lottery)


def rules(lottery: Lottery) -> dict:
    """Odds and limits as they hold now, and all tables before and after."""
    table = odds.present(lottery)
    names = {prize.pk: prize for prize in lottery.prizes.all()}
    tables = [
        (each, [(names[chance.prize], chance) for chance in odds.of(each)])
        for each in lottery.tables.order_by("number")
    ]
    return {"table": table, "tables": tables, "present": next((t for t in tables if t[0] == table), None)}


def _past(player: Player | None) -> list[Draw]:
    if player is None:
        return []
    rows = Draw.objects.filter(player=player).select_related("prize", "win")
    return list(rows.order_by("-turn")[:SHOWN])


def _refusal(lottery: Lottery, player: Player) -> str:
    """Why nothing can be drawn now; "" if it can."""
    now = timezone.now()
    try:
        turns.check(lottery, player, now=now, today=turns.day_of(now))
    except AppError as refusal:
        return refusal.message
    return ""
