"""Messages pushed to one friend at a time, wherever they come from, for conditions and the frequency cap.

An app further right registers its own as it is loaded, and touches the topic `pushes` when one has gone out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from segments.leaves import Query

TOPIC = "pushes"


@dataclass(frozen=True)
class Pushes:
    """Two queries with one column, `friend_id`, and one row a message.

    `sent`: those that went out at `%s` or later. `laid_out`: those that may leave yet.
    """

    sent: str
    laid_out: str = ""


_known = [
    Pushes(
        "SELECT conversation_id AS friend_id FROM chats_sending"
        " WHERE state = 'sent' AND way = 'push' AND sent_at >= %s"
    ),
    Pushes(
        "SELECT friend_id FROM linking_linkduty WHERE kind = 'welcome' AND state = 'done' AND ended_at >= %s"
    ),
]


def register(pushes: Pushes) -> None:
    _known.append(pushes)


def sent(since: datetime) -> Query:
    """One row for each that went out since then."""
    return Query(" UNION ALL ".join(each.sent for each in _known), [since] * len(_known))


def laid_out(friends: Iterable[int] | None = None) -> dict[int, int]:
    """How many may leave yet to each friend, or to each of these."""
    asked = [each.laid_out for each in _known if each.laid_out]
    return _counted(Query(" UNION ALL ".join(asked), []), friends) if asked else {}


def had(since: datetime, friends: Iterable[int]) -> dict[int, int]:
    """How many went out to each of these friends since then."""
    return _counted(sent(since), friends)


def _counted(rows: Query, friends: Iterable[int] | None) -> dict[int, int]:
    among = "" if friends is None else "WHERE friend_id = ANY(%s)"
    sql = f"SELECT friend_id, count(*) FROM ({rows.sql}) AS pushed {among} GROUP BY friend_id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rows.params, *([] if friends is None else [list(friends)])])
        return dict(cursor.fetchall())
