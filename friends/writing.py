"""The statements that write a portion of an import: friends, their tags, their answers."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts import board
from events import versions
from friends import values
from friends.models import FriendImport
from friends.services import KNOWN, tag_topic

# LINE's own word on a name, once fetched, is newer than any file. Rows are locked in the order of their
# numbers, as everywhere.
UPDATE = """
WITH old AS MATERIALIZED (
    SELECT friend.id, row.display_name, row.own_name
    FROM friends_importrow AS row JOIN friends_friend AS friend USING (line_user_id)
    WHERE run_id = %(run)s AND line > %(after)s AND line <= %(upto)s
    ORDER BY friend.id FOR NO KEY UPDATE OF friend)
UPDATE friends_friend AS friend
SET display_name = CASE WHEN old.display_name <> '' AND profile_fetched_at IS NULL
                        THEN old.display_name ELSE friend.display_name END,
    own_name = CASE WHEN old.own_name <> '' THEN old.own_name ELSE friend.own_name END,
    status = CASE WHEN status = 'unknown' THEN 'friend' ELSE status END,
    updated_at = now()
FROM old WHERE friend.id = old.id
  AND (status = 'unknown' OR old.own_name NOT IN ('', friend.own_name) OR
       (old.display_name NOT IN ('', friend.display_name) AND profile_fetched_at IS NULL))"""
CREATE = """
INSERT INTO friends_friend (line_user_id, display_name, own_name, picture_url, language, status, created_at,
                            updated_at, profile_due_at)
SELECT line_user_id, display_name, own_name, '', '', 'friend', %(now)s, now(),
       CASE WHEN display_name = '' THEN %(now)s::timestamptz END
FROM friends_importrow AS row
WHERE run_id = %(run)s AND line > %(after)s AND line <= %(upto)s
  AND NOT EXISTS (SELECT FROM friends_friend AS known WHERE known.line_user_id = row.line_user_id)
ORDER BY line_user_id ON CONFLICT (line_user_id) DO NOTHING"""
TAG = """
WITH new AS (
    INSERT INTO friends_friendtag (friend_id, tag_id, at)
    SELECT friend.id, tag.id, %(now)s
    FROM friends_importrow AS row
    CROSS JOIN LATERAL jsonb_array_elements_text(row.tags) AS given (name)
    JOIN friends_tag AS tag ON tag.name = given.name JOIN friends_friend AS friend USING (line_user_id)
    WHERE run_id = %(run)s AND line > %(after)s AND line <= %(upto)s
    ORDER BY friend.id, tag.id ON CONFLICT DO NOTHING RETURNING tag_id)
SELECT tag_id, count(*) FROM new GROUP BY tag_id"""
ANSWERS = """
SELECT friend.id AS friend_id, given.*
FROM friends_importrow AS row JOIN friends_friend AS friend USING (line_user_id)
CROSS JOIN LATERAL jsonb_to_recordset(row."values") AS given
    (field_id int, place smallint, text text, number numeric, day date, moment timestamptz)
WHERE run_id = %(run)s AND line > %(after)s AND line <= %(upto)s"""
WHO = """
SELECT friend.id FROM friends_importrow AS row JOIN friends_friend AS friend USING (line_user_id)
WHERE run_id = %(run)s AND line > %(after)s AND line <= %(upto)s"""
# Two imports at once would do each other's work; the second waits for the portion of the first.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('friends.imports'), hashtext(current_schema()))"
LINES = """
SELECT max(line), count(*) FROM (
    SELECT line FROM friends_importrow WHERE run_id = %s AND line > %s ORDER BY line LIMIT %s) AS portion"""


@dataclass(frozen=True)
class Written:
    """What a portion did. `upto` is its last line; None: there was none left."""

    upto: int | None
    created: int = 0
    updated: int = 0
    tagged: int = 0
    valued: int = 0


def write(run: FriendImport, size: int) -> Written:
    """Write the next so many rows of a run, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(LINES, [run.pk, run.written_to, size])
        upto, lines = cursor.fetchone()
        if upto is None:
            return Written(None)
        part = {"run": run.pk, "after": run.written_to, "upto": upto, "now": timezone.now()}
        cursor.execute(UPDATE, part)
        updated = cursor.rowcount
        cursor.execute(CREATE, part)
        created = cursor.rowcount
        cursor.execute(TAG, part)
        tagged = dict(cursor.fetchall())
    answered = values.write(ANSWERS, part)
    if created:
        board.call("profiles")
    topics = [*map(tag_topic, tagged), *values.topics(answered)]
    topics += ["friends"] if created or updated else []
    topics += [KNOWN] if created else []
    versions.touch(*topics, friends=_who(part) if lines <= versions.MOST_NAMED else None)
    return Written(upto, created, updated, sum(tagged.values()), sum(answered.values()))


def _who(part: dict) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WHO, part)
        return [number for (number,) in cursor.fetchall()]
