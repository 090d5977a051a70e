"""Commands on lists of friends: chosen by hand, by pasted ids, by a file, or from a segment."""

import unicodedata
from collections.abc import Collection, Iterable

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from events import versions
from segments import services
from segments.errors import BadListName, ListExists, ListInUse, NobodyThere, NotExact, SameList
from segments.kinds import UNSTORABLE
from segments.lists import filling
from segments.models import FriendList, Segment
from segments.types.gathered import list_topic

MOST_AT_ONCE = 10_000  # friends in one call of the API

PUT = """
INSERT INTO segments_listmember (list_id, friend_id, added_at)
SELECT %s, id, now() FROM friends_friend WHERE id = ANY(%s) ORDER BY id
ON CONFLICT DO NOTHING RETURNING friend_id"""
TAKE = "DELETE FROM segments_listmember WHERE list_id = %s AND friend_id = ANY(%s) RETURNING friend_id"
NAMED_IN = """
SELECT id, name FROM segments_segment
WHERE jsonb_path_exists(tree, '$.** ? (@.type == "list" && @.list == $list)',
                        jsonb_build_object('list', %s::int))
ORDER BY name"""


@transaction.atomic
def create_list(name: str, *, note: str = "", by: User | None = None) -> FriendList:
    """An empty list. Raises BadListName, ListExists."""
    made = FriendList(name=clean_name(name), note=note.strip(), created_by_id=by.pk if by else None)
    _save(made)
    activity.record("list.created", made, by=by)
    return made


@transaction.atomic
def change_list(
    changed: FriendList, *, name: str | None = None, note: str | None = None, by: User | None = None
) -> FriendList:
    """Change what is given. Raises BadListName, ListExists."""
    changed.name = changed.name if name is None else clean_name(name)
    changed.note = changed.note if note is None else note.strip()
    _save(changed)
    activity.record("list.changed", changed, by=by, name=changed.name)
    return changed


@transaction.atomic
def delete_list(gone: FriendList, *, by: User | None = None) -> None:
    """The friends stay friends. Raises ListInUse, naming the segments that ask for it."""
    if names := [name for _pk, name in segments_with(gone)]:
        raise ListInUse(name=gone.name, used_by=names)
    _hold(gone)
    activity.record("list.deleted", gone, by=by, name=gone.name)
    topic = list_topic(gone.pk)
    gone.members.all()._raw_delete("default")
    gone.delete()
    versions.touch(topic)


@transaction.atomic
def add(to: FriendList, friends: Collection[int], *, by: User | None = None) -> list[int]:
    """Put friends on a list, by number; those who were not on it yet. Numbers of nobody are passed over."""
    put = _change(PUT, to, friends)
    if put:
        activity.record("list.filled", to, by=by, friends=len(put))
        versions.touch(list_topic(to.pk), friends=put)
    return put


@transaction.atomic
def put(to: FriendList, friends: Collection[int], *, by: User | None = None) -> int | None:
    """Put friends, all of them known, on a list: how many were not on it yet.

    None if they are too many for a request: then they follow in a moment, as `segments.filling` says.
    """
    if len(friends) <= filling.AT_ONCE:
        return len(add(to, friends, by=by))
    _hold(to)
    filling.begin(to, friends, by=by)
    return None


@transaction.atomic
def remove(origin: FriendList, friends: Collection[int], *, by: User | None = None) -> list[int]:
    """Take friends off a list, by number; those who were on it. Who was on the way to it is not put on it."""
    _hold(origin)
    filling.leave_out(origin, friends)
    taken = _change(TAKE, origin, friends)
    if taken:
        activity.record("list.emptied", origin, by=by, friends=len(taken))
        versions.touch(list_topic(origin.pk), friends=taken)
    return taken


@transaction.atomic
def move(
    origin: FriendList, into: FriendList, friends: Collection[int], *, by: User | None = None
) -> list[int]:
    """Take friends off one list and put them on another; those who were on the first. Raises SameList."""
    if origin.pk == into.pk:
        raise SameList
    for each in sorted([origin, into], key=lambda each: each.pk):
        _hold(each)
    moved = remove(origin, friends, by=by)
    add(into, moved, by=by)
    return moved


@transaction.atomic
def from_segment(segment: Segment, name: str, *, by: User | None = None) -> FriendList:
    """Keep the people who are in a segment now, and whom messages reach, as a list of their own.

    Many follow in a moment, as with `put`. Raises NobodyThere, NotExact where only LINE knows who they are,
    ListBeingFilled if the segment asks for a list that is not full, BadListName, ListExists.
    """
    filling.check(segment.tree, hold=True)
    if not services.count(segment.tree).is_exact:
        raise NotExact(name=segment.name)
    friends = services.evaluate(segment.tree, exact=True)
    if not friends:
        raise NobodyThere(name=segment.name)
    made = create_list(name, note=segment.name, by=by)
    put(made, friends.to_array(), by=by)
    return made


def segments_with(named: FriendList) -> list[tuple[int, str]]:
    """Number and name of the segments that ask for a list."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED_IN, [named.pk])
        return cursor.fetchall()


def sizes(lists: Iterable[FriendList]) -> dict[int, int]:
    """How many friends are on each of a few lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT list_id, count(*) FROM segments_listmember WHERE list_id = ANY(%s) GROUP BY list_id",
            [[each.pk for each in lists]],
        )
        return dict(cursor.fetchall())


def _change(sql: str, changed: FriendList, friends: Collection[int]) -> list[int]:
    _hold(changed)
    with connection.cursor() as cursor:
        cursor.execute(sql, [changed.pk, list(friends)])
        found = [number for (number,) in cursor.fetchall()]
    if found:
        FriendList.objects.filter(pk=changed.pk).update(updated_at=timezone.now())
    return found


def _hold(held: FriendList) -> None:
    """Let nobody else change the list until the transaction ends. Raises DoesNotExist if it is gone."""
    FriendList.objects.select_for_update(no_key=True).get(pk=held.pk)


def clean_name(name: str) -> str:
    """Raises BadListName."""
    name = name.strip()
    longest = FriendList._meta.get_field("name").max_length or 0
    if not 0 < len(name) <= longest or any(unicodedata.category(each) in UNSTORABLE for each in name):
        raise BadListName(longest=longest)
    return name


def _save(saved: FriendList) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise ListExists(name=saved.name) from error
