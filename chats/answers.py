"""Automatic answers, kept in the talk so that whoever reads it sees what the friend was told."""

import orjson
from django.db import connection

from friends import replies
from friends.replies import Given

# The free reply was given away with the answer. A first greeting makes a talk that nobody has to look at.
KEEP = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS answer (
        place int, friend_id int, at timestamptz, type text, content jsonb, words text, author text)
), moved AS (
    INSERT INTO chats_conversation AS known (friend_id, state, last_at)
    SELECT friend_id, 'done', max(at) FROM given GROUP BY friend_id ORDER BY friend_id
    ON CONFLICT (friend_id) DO UPDATE SET
        version = known.version + 1,
        last_at = greatest(known.last_at, excluded.last_at),
        reply_token = ''
    RETURNING friend_id, version
)
INSERT INTO chats_message (conversation_id, sender, at, version, type, content, words, author)
SELECT friend_id, 'automatic', at, version, type, content, words, author
FROM given JOIN moved USING (friend_id) ORDER BY place"""


def keep(given: list[Given]) -> None:
    """Add answers that LINE has taken to the talks, in the caller's transaction."""
    rows = [
        {
            "place": place,
            "friend_id": answer.friend_id,
            "at": answer.at,
            "type": str(message.get("type", ""))[:20],
            "content": message,
            "words": words_of(message),
            "author": answer.composer,
        }
        for place, (answer, message) in enumerate(
            (answer, message) for answer in given for message in answer.messages
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [orjson.dumps(rows).decode()])


def words_of(message: dict) -> str:
    """What search finds a message by."""
    said = message.get("text") or message.get("altText")
    return replies.plain(said) if isinstance(said, str) else ""
