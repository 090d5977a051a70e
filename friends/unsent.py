"""Messages that were taken back: their text goes from the timeline, whichever of the two we hear of first."""

from collections.abc import Iterable

from django.db import connection

from events import versions

# Asked first, since nearly nobody took anything back, and the index alone answers it.
WHO = "SELECT DISTINCT friend_id FROM events_event WHERE type = 'unsent' AND friend_id = ANY(%s)"
HIDE = """
UPDATE events_event AS said SET properties = said.properties - 'text' || '{"unsent": true}'
FROM events_event AS unsent
WHERE unsent.type = 'unsent' AND unsent.friend_id = ANY(%s)
  AND said.type = 'messaged' AND said.friend_id = unsent.friend_id
  AND said.properties ->> 'message_id' = unsent.properties ->> 'message_id'
  AND NOT said.properties ? 'unsent'"""


def hide(friend_ids: Iterable[int]) -> None:
    """Take the text of what these friends took back off the timeline, in the caller's transaction."""
    numbers = list(friend_ids)
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(WHO, [numbers])
        some = [number for (number,) in cursor.fetchall()]
        if not some:
            return
        cursor.execute(HIDE, [some])
        is_changed = cursor.rowcount > 0
    if is_changed:
        versions.touch("events:messaged", friends=some)
