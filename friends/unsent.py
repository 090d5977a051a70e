"""Messages that were taken back: their text goes from the timeline, whichever of the two we hear of first."""

from collections.abc import Iterable

from django.db import connection

from events import versions

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
        cursor.execute(HIDE, [numbers])
        is_changed = cursor.rowcount > 0
    if is_changed:
        versions.touch("events:messaged")
