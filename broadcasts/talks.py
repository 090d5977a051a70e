"""What one friend was sent by broadcasts, for the talk with them: found by the range of each batch."""

from datetime import datetime

import orjson
from django.db import connection

from accounts.addresses import client_page
from chats.sources import Entry
from composing import content
from line import messages as line_messages

LOOKED_AT = 100  # broadcasts, the newest; a page further back looks at those before

# The ranges of a broadcast's batches hardly overlap: only pushes left over from another batch lie within it.
SENT_TO = """
SELECT broadcast.id, broadcast.name, broadcast.messages, batch.accepted_at, batch.display_name
FROM (SELECT id, name, messages FROM broadcasts_broadcast WHERE started_at < %(before)s
      ORDER BY started_at DESC LIMIT %(looked_at)s) AS broadcast
CROSS JOIN LATERAL (
    SELECT accepted_at, names[array_position(friends, %(friend)s)] AS display_name
    FROM (SELECT * FROM broadcasts_batch WHERE broadcast_id = broadcast.id AND friends[1] <= %(friend)s
          ORDER BY friends[1] DESC LIMIT 3) AS near
    WHERE state = 'accepted' AND accepted_at < %(before)s
      AND %(friend)s = ANY(friends) AND NOT %(friend)s = ANY(rejected)
    LIMIT 1) AS batch
ORDER BY batch.accepted_at DESC LIMIT %(limit)s"""


def sent_to(friend_id: int, before: datetime, limit: int) -> list[Entry]:
    """The newest that LINE has accepted for this friend before a moment, with their name filled in."""
    asked: dict[str, int | datetime] = {
        "friend": friend_id,
        "before": before,
        "limit": limit,
        "looked_at": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(SENT_TO, asked)
        rows = cursor.fetchall()
    return [_entry(*row) for row in rows]


def _entry(pk: int, label: str, messages: str, at: datetime, name: str | None) -> Entry:
    url = client_page("broadcast", pk)
    return Entry(at, _filled(orjson.loads(messages), name or ""), label, url)


def _filled(messages: list[dict], name: str) -> list[dict]:
    return orjson.loads(content.Template(line_messages.frozen(messages)).fill(name))
