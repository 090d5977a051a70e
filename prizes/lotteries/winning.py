"""What becomes of a prize: a reward is given with the draw, all else waits to be sent or handed over."""

import json
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts import activity, current, secrets
from accounts.models import User
from coupons import rewards
from prizes.errors import NothingToSend, WinNotOpen
from prizes.models import Draw, Lottery, Win

State = Win.State
BY_HAND = (State.TO_SEND, State.SENT, State.HANDED_OVER)
CONTACT = ("name", "postal_code", "address", "phone")


def give(draw: Draw) -> Win:
    """Keep that it was won, and give what can be given at once; in the transaction of the draw."""
    assert draw.prize is not None  # noqa: S101  (it was won)
    win = Win(draw=draw, lottery_id=draw.lottery_id, prize=draw.prize, friend_id=draw.friend_id)
    win.state = State.TO_SEND
    if draw.prize.reward:
        _give_reward(win)
    win.save()
    return win


@transaction.atomic
def try_again(win: Win, *, by: User | None) -> Win:
    """Give a reward that could not be given; by the key of the draw, so that it is given once."""
    win = Win.objects.select_for_update().select_related("prize", "draw").get(pk=win.pk)
    if win.state != State.FAILED:
        return win
    _give_reward(win)
    win.changed_at, win.changed_by_id = timezone.now(), getattr(by, "pk", None)
    win.save(update_fields=["state", "words", "address", "problem", "changed_at", "changed_by_id"])
    activity.record("win.tried_again", win, by=by, state=win.state)
    return win


@transaction.atomic
def mark(lottery: Lottery, numbers: Collection[int], state: str, *, by: User | None) -> int:
    """Say of these wins of a lottery what became of them; how many were changed.

    What was given at once, or could not be given, is left as it is.
    """
    rows = Win.objects.filter(lottery=lottery, pk__in=numbers, state__in=BY_HAND).exclude(state=state)
    changed = rows.update(state=state, changed_at=timezone.now(), changed_by_id=getattr(by, "pk", None))
    if changed:
        activity.record("lottery.wins_marked", lottery, by=by, state=state, count=changed)
    return changed


@transaction.atomic
def change(win: Win, *, state: str | None = None, note: str | None = None, by: User | None) -> Win:
    """Another state or note of one win. Raises WinNotOpen for the state of what was given at once."""
    win = Win.objects.select_for_update().get(pk=win.pk)
    if state is not None and state != win.state:
        if win.state not in BY_HAND or state not in BY_HAND:
            raise WinNotOpen
        win.state = state
    if note is not None:
        win.note = note.strip()
    win.changed_at, win.changed_by_id = timezone.now(), getattr(by, "pk", None)
    win.save(update_fields=["state", "note", "changed_at", "changed_by_id"])
    activity.record("win.changed", win, by=by, state=win.state)
    return win


@transaction.atomic
def tell_address(win: Win, contact: dict[str, str]) -> None:
    """Keep, sealed, where the winner wants it sent; they can change it until it is. Raises NothingToSend."""
    win = Win.objects.select_for_update().select_related("prize").get(pk=win.pk)
    if not win.prize.is_sent or win.state != State.TO_SEND:
        raise NothingToSend
    text = json.dumps({name: contact.get(name, "") for name in CONTACT}, ensure_ascii=False)
    win.sealed_contact = secrets.seal(current.tenant().pk, _place(win.pk), text)
    win.told_at = timezone.now()
    win.save(update_fields=["sealed_contact", "told_at"])


def contacts(wins: Collection[Win]) -> dict[int, dict[str, str]]:
    """Where to send these, by number, as far as winners have said. The caller asks for the right."""
    told = [win for win in wins if win.sealed_contact]
    if not told:
        return {}
    places = [(_place(win.pk), bytes(win.sealed_contact or b"")) for win in told]
    opened = secrets.unseal_each(current.tenant().pk, places)
    return {win.pk: json.loads(text) for win, text in zip(told, opened, strict=True)}


def _give_reward(win: Win) -> None:
    reward = win.prize.reward
    assert reward is not None  # noqa: S101  (asked for by those that have one)
    key = f"draw:{win.draw_id}"
    given = rewards.give(reward, [win.friend_id], key=key, source=f"lottery:{win.lottery_id}")[win.friend_id]
    win.words, win.address, win.problem = given.words[:200], given.address, given.problem
    win.state = State.FAILED if given.problem else State.GIVEN


def _place(win_id: int) -> str:
    return f"prizes_win.contact:{win_id}"
