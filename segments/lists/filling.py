"""Many friends on their way to a list: put on it in portions, each in a transaction of its own.

What is left stands in PostgreSQL. A portion and how far it went are written together, under a lock on the
list: a worker that dies costs no more than its portion, and two at once take turns.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from pyroaring import BitMap

from accounts import activity, board
from accounts.models import User
from events import versions
from segments import tree
from segments.errors import ListBeingFilled
from segments.leaves import Moment
from segments.models import FriendList, ListFill
from segments.tree import Json
from segments.types.gathered import OnList, list_topic

KIND = "list_filling"  # on the work board
AT_ONCE = 20_000  # friends whom a request can put on a list by itself
PORTION = versions.MOST_NAMED  # no more, so that what is remembered of the list can go on

PUT = """
INSERT INTO segments_listmember (list_id, friend_id, added_at)
SELECT %s, friend, now() FROM unnest(%s::int[]) AS friend ON CONFLICT DO NOTHING"""
HOLD = "SELECT FROM segments_friendlist WHERE id = ANY(%s) ORDER BY id FOR SHARE"


def begin(to: FriendList, friends: Iterable[int], *, by: User | None = None) -> None:
    """Have friends, whose numbers are known to be right, put on a list. In the caller's transaction."""
    wanted = BitMap(friends)
    wanted.run_optimize()
    ListFill.objects.create(
        list=to, friends=wanted.serialize(), count=len(wanted), by_id=by.pk if by else None
    )
    activity.record("list.filling", to, by=by, friends=len(wanted))
    board.call(KIND)


@transaction.atomic
def stop(filled: FriendList, *, by: User | None = None) -> None:
    """Put nobody more on a list. Who is on it already stays."""
    held = _held(filled.pk)
    if held and ListFill.objects.filter(list=held).delete()[0]:
        activity.record("list.filling_stopped", held, by=by)


def leave_out(origin: FriendList, friends: Iterable[int]) -> None:
    """Do not put these on a list any more: somebody, who holds it, takes them off."""
    for fill in ListFill.objects.filter(list=origin):
        ahead = BitMap.deserialize(bytes(fill.friends))
        left_out = ahead & BitMap(friends)
        left_out.remove_range(0, fill.through + 1)
        fill.friends, fill.count = (ahead - left_out).serialize(), fill.count - len(left_out)
        fill.save(update_fields=["friends", "count"])


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Fill lists as long as `go_on`; when to come back, None if no list is being filled."""
    fills = ListFill.objects.order_by("pk").values_list("pk", "list")
    while (found := fills.first()) is not None:
        if not go_on():
            return timezone.now()
        _put_portion(*found)
    return None


@transaction.atomic
def _put_portion(pk: int, list_id: int) -> None:
    held = _held(list_id)
    fill = ListFill.objects.filter(pk=pk).first()
    if held is None or fill is None:  # deleted, stopped, or another worker has ended it
        return
    wanted = BitMap.deserialize(bytes(fill.friends))
    begun = wanted.rank(fill.through)
    portion = wanted[begun : begun + PORTION]
    fill.added_count += _put(held, portion)
    fill.done_count += len(portion)
    if fill.done_count >= fill.count:
        _end(held, fill)
    else:
        fill.through = portion.max()
        fill.save(update_fields=["through", "done_count", "added_count"])


def _put(to: FriendList, portion: BitMap) -> int:
    with connection.cursor() as cursor:
        cursor.execute(PUT, [to.pk, f"{{{','.join(map(str, portion))}}}"])  # read faster than a list
        added = cursor.rowcount
    if added:
        versions.touch(list_topic(to.pk), friends=portion)
    return added


def _end(filled: FriendList, fill: ListFill) -> None:
    fill.delete()
    FriendList.objects.filter(pk=filled.pk).update(updated_at=timezone.now())
    by = User.objects.filter(pk=fill.by_id).first() if fill.by_id else None
    activity.record("list.filled", filled, by=by, friends=fill.added_count)


def _held(pk: int) -> FriendList | None:
    """The list, which nobody else changes until the transaction ends; None if it is gone."""
    return FriendList.objects.select_for_update(no_key=True).filter(pk=pk).first()


def check(raw: Json, *, hold: bool = False) -> None:
    """Raise ListBeingFilled if a tree asks, itself or by other segments, for a list that is not full yet.

    With `hold` nobody is put on these lists or taken off until the caller's transaction ends.
    """
    asked = _lists_of(raw)
    if not asked:
        return
    if hold:
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [asked])
    for pk, far in ListFill.objects.progress(asked).items():
        name = FriendList.objects.get(pk=pk).name
        raise ListBeingFilled(name=name, done=f"{far['done']:,}", of=f"{far['of']:,}")


def refusal(raw: Json) -> str:
    """What `check` says; "" if all lists are full. Raises InvalidTree."""
    try:
        check(raw)
    except ListBeingFilled as refused:
        return refused.message
    return ""


def _lists_of(raw: Json) -> list[int]:
    node, moment = tree.parse(raw), Moment.present()
    wanted = tree.asked(node, tree.stand_ins(node, moment), moment)
    return sorted({leaf.list for leaf in wanted if isinstance(leaf, OnList)})
