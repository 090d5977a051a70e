"""Commands on friends and their tags."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from events import versions
from friends import tag_uses
from friends.colors import is_color
from friends.errors import BadColor, BadOwnName, BadTagName, SameTag, TagExists, TagInUse
from friends.models import Friend, Tag

KNOWN = "known"  # the data version that grows when somebody new is known
SEPARATORS = "|;"  # between tags in a file, so never in a name
PUT = f"""
WITH new AS (
    INSERT INTO friends_friendtag (friend_id, tag_id, at)
    SELECT chosen.id, %s, now() FROM ({{chosen}}) AS chosen ON CONFLICT DO NOTHING RETURNING friend_id)
{versions.WHO}"""  # noqa: S608  (our own constants)
TAKE = f"""
WITH new AS (
    DELETE FROM friends_friendtag WHERE tag_id = %s AND friend_id IN ({{chosen}}) RETURNING friend_id)
{versions.WHO}"""  # noqa: S608  (our own constants)


def know(line_user_ids: Iterable[str]) -> dict[str, int]:
    """The numbers of these LINE users; who is new gets a row of status unknown, profile to be fetched.

    The caller is in a transaction. A known person uses up no number, so that numbers stay dense.
    """
    ids = sorted(set(line_user_ids))
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO friends_friend
                 (line_user_id, display_name, picture_url, language, status, created_at, profile_due_at)
               SELECT given, '', '', '', 'unknown', %s, %s FROM unnest(%s::text[]) AS given
               WHERE NOT EXISTS (SELECT FROM friends_friend WHERE line_user_id = given) ORDER BY given
               ON CONFLICT (line_user_id) DO NOTHING RETURNING id""",
            [now, now, ids],
        )
        new = [number for (number,) in cursor.fetchall()]
        # In SQL: Django looks at each of many ids by itself, which takes longer than the database.
        cursor.execute("SELECT line_user_id, id FROM friends_friend WHERE line_user_id = ANY(%s)", [ids])
        numbers = dict(cursor.fetchall())
    if new:
        board.call("profiles")
        versions.touch(KNOWN, friends=new)
    return numbers


def ask_profiles(friend_ids: list[int]) -> None:
    """Have the profiles of these friends fetched from LINE again, soon."""
    with transaction.atomic():
        Friend.objects.filter(pk__in=friend_ids).update(profile_due_at=timezone.now())
        board.call("profiles")


@transaction.atomic
def create_tag(name: str, *, color: str | None = None, by: User | None = None) -> Tag:
    """Raises BadTagName, TagExists, BadColor."""
    tag = Tag(name=clean_tag_name(name))
    if color:
        _check_color(color)
        tag.color = color
    _save_tag(tag)
    activity.record("tag.created", tag, by=by, name=tag.name)
    return tag


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: User | None = None) -> Tag:
    """Raises BadTagName, TagExists."""
    before = tag.name
    tag.name = clean_tag_name(name)
    _save_tag(tag)
    activity.record("tag.renamed", tag, by=by, before=before, after=tag.name)
    return tag


@transaction.atomic
def change_tag(tag: Tag, *, name: str, color: str, by: User | None = None) -> None:
    """Raises BadTagName, TagExists, BadColor."""
    if name.strip() != tag.name:
        rename_tag(tag, name, by=by)
    recolor_tag(tag, color, by=by)


@transaction.atomic
def recolor_tag(tag: Tag, color: str, *, by: User | None = None) -> None:
    """Raises BadColor."""
    _check_color(color)
    if color != tag.color:
        tag.color = color
        tag.save(update_fields=["color"])
        activity.record("tag.recolored", tag, by=by, color=color)


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, by: User | None = None) -> int:
    """Put the other tag on everybody who has this one, and delete this one; how many did not have it.

    Raises SameTag; TagInUse, since a segment that asks for the tag that goes would lose its people.
    """
    if tag.pk == into.pk:
        raise SameTag
    if uses := tag_uses.of(tag):
        raise TagInUse(name=tag.name, uses=", ".join(use.label for use in uses))
    activity.record("tag.merged", into, by=by, name=tag.name, into=into.name)
    count = tag_all(Friend.objects.filter(friendtag__tag=tag), into, by=by)
    delete_tag(tag, by=by)
    return count


@transaction.atomic
def delete_tag(tag: Tag, *, by: User | None = None) -> None:
    """Takes it off everybody."""
    activity.record("tag.deleted", tag, by=by, name=tag.name)
    topic = tag_topic(tag.pk)
    Tag.objects.filter(pk=tag.pk).delete()
    versions.touch(topic)


@transaction.atomic
def tag_friends(friend_ids: list[int], tag: Tag, *, by: User | None = None) -> int:
    """Put a tag on friends, by number; how many did not have it. Numbers of nobody are passed over."""
    chosen = "SELECT id FROM friends_friend WHERE id = ANY(%s)"
    return _tag("tag.put", PUT.format(chosen=chosen), tag, (friend_ids,), by)


@transaction.atomic
def untag_friends(friend_ids: list[int], tag: Tag, *, by: User | None = None) -> int:
    """Take a tag off friends, by number; how many had it."""
    return _tag("tag.taken", TAKE.format(chosen="SELECT unnest(%s::int[])"), tag, (friend_ids,), by)


@transaction.atomic
def tag_all(friends: QuerySet[Friend], tag: Tag, *, by: User | None = None) -> int:
    """Put a tag on all friends that a query finds, in the database; how many did not have it."""
    sql, params = friends.order_by("pk").values("id").query.sql_with_params()
    return _tag("tag.put", PUT.format(chosen=sql), tag, params, by)


@transaction.atomic
def untag_all(friends: QuerySet[Friend], tag: Tag, *, by: User | None = None) -> int:
    """Take a tag off all friends that a query finds; how many had it."""
    sql, params = friends.order_by().values("pk").query.sql_with_params()
    return _tag("tag.taken", TAKE.format(chosen=sql), tag, params, by)


@transaction.atomic
def name_friend(friend: Friend, own_name: str, *, by: User | None = None) -> None:
    """Give a friend a name of our own, or none. Raises BadOwnName."""
    own_name = own_name.strip()
    if len(own_name) > Friend.NAME_LENGTH or "\0" in own_name:
        raise BadOwnName(longest=Friend.NAME_LENGTH)
    if own_name != friend.own_name:
        activity.record("friend.named", friend, by=by, before=friend.own_name, after=own_name)
        Friend.objects.filter(pk=friend.pk).update(own_name=own_name, updated_at=timezone.now())
        friend.own_name = own_name
        versions.touch("profiles", friends=[friend.pk])


def tag_topic(tag_id: int) -> str:
    """The data version that grows whenever the friends with this tag change."""
    return f"tag:{tag_id}"


def clean_tag_name(name: str) -> str:
    """Raises BadTagName for an empty or too long name, or one with a separator or control characters."""
    name = name.strip()
    if not 0 < len(name) <= Tag.NAME_LENGTH or not name.isprintable() or set(name) & set(SEPARATORS):
        raise BadTagName(longest=Tag.NAME_LENGTH)
    return name


def _check_color(color: str) -> None:
    if not is_color(color):
        raise BadColor


def _save_tag(tag: Tag) -> None:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        raise TagExists(name=tag.name) from error


def _tag(verb: str, statement: str, tag: Tag, chosen: Sequence, by: User | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [tag.pk, *chosen])
        count, changed = cursor.fetchone()
    if count:
        activity.record(verb, tag, by=by, friends=count)
        versions.touch(tag_topic(tag.pk), friends=changed)
    return count
