"""Clicks as they are written: by the redirect, many of one client in one transaction."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from django.utils.translation import gettext as _
from psycopg import AsyncConnection, sql

from events import outbox, versions

FIND = """
SELECT link.id, coalesce(nullif(link.target, ''), link.url), link.page
FROM {0}.broadcasts_trackedlink link WHERE link.code = %s
"""
NAMELESS = """
INSERT INTO {0}.broadcasts_linkclick (link_id, at) SELECT unnest(%s::bigint[]), unnest(%s::timestamptz[])
"""
# The first click of a friend on a link is whichever wins the unique index, over all processes; the insert is
# in order, so that two of them do not wait for each other.
OF_PEOPLE = """
WITH given AS (
    SELECT link_id, friend_id, at, row_number() OVER (PARTITION BY link_id, friend_id ORDER BY at) AS nth
    FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS clicked (link_id, friend_id, at)
), firsts AS (
    INSERT INTO {0}.broadcasts_linkclick (link_id, friend_id, at, is_first)
    SELECT link_id, friend_id, at, true FROM given WHERE nth = 1 ORDER BY link_id, friend_id
    ON CONFLICT (link_id, friend_id) WHERE is_first DO NOTHING RETURNING link_id, friend_id
), known AS (
    SELECT given.*, firsts.link_id IS NOT NULL AS is_first FROM given
    LEFT JOIN firsts ON nth = 1 AND firsts.link_id = given.link_id AND firsts.friend_id = given.friend_id
), others AS (
    INSERT INTO {0}.broadcasts_linkclick (link_id, friend_id, at)
    SELECT link_id, friend_id, at FROM known WHERE NOT is_first
), clicked AS (
    INSERT INTO {0}.events_event (type, at, friend_id, properties)
    SELECT 'clicked', known.at, known.friend_id,
        coalesce(link.about, jsonb_build_object(
            'kind', 'broadcast', 'broadcast', broadcast.id, 'name', broadcast.name))
        || jsonb_build_object('url', link.url, 'first', known.is_first)
    FROM known JOIN {0}.broadcasts_trackedlink link ON link.id = known.link_id
    LEFT JOIN {0}.broadcasts_broadcast broadcast ON broadcast.id = link.broadcast_id
    RETURNING id, type
), """
OF_PEOPLE += outbox.queue_events("clicked", "{0}.") + " SELECT"
# As `events.versions` does it, in the client's schema by name: whose clicks they were is in its journal.
TOUCH = f"""
WITH who AS (SELECT %s::int[] AS friends), raised AS (
    INSERT INTO {{0}}.events_dataversion AS known (topic, version) VALUES ('events:clicked', 1)
    ON CONFLICT (topic) DO UPDATE SET version = known.version + 1 RETURNING topic, version
), swept AS (
    DELETE FROM {{0}}.events_datachange AS old USING raised
    WHERE raised.version %% {versions.SWEPT_EVERY} = 0
      AND old.topic = raised.topic AND old.version <= raised.version - {versions.KEPT}
), heard AS (
    INSERT INTO {{0}}.events_outboxentry (kind, topic, numbers, rings)
    SELECT kind, topic, friends, true FROM {{0}}.events_outboxtopic, who
    WHERE topic = 'changed:events:clicked'
)
INSERT INTO {{0}}.events_datachange (topic, version, friends, customers)
SELECT topic, version, friends, '{{{{}}}}' FROM raised, who
"""  # noqa: S608  (our own constants)
# Of clicks that a process left behind, those that are not stored: no two are of one microsecond on one link.
NEW = """
SELECT given.link_id, given.friend_id, given.at
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS given (link_id, friend_id, at)
WHERE EXISTS (SELECT 1 FROM {0}.broadcasts_trackedlink link WHERE link.id = given.link_id)
  AND NOT EXISTS (
      SELECT 1 FROM {0}.broadcasts_linkclick click
      WHERE click.link_id = given.link_id AND click.at = given.at
        AND click.friend_id IS NOT DISTINCT FROM given.friend_id)
"""
BY_MACHINES = """
UPDATE {0}.broadcasts_trackedlink link SET machine_count = machine_count + given.count
FROM (SELECT link.id, given.count FROM unnest(%s::bigint[], %s::int[]) AS given (id, count)
      JOIN {0}.broadcasts_trackedlink link USING (id) ORDER BY link.id FOR NO KEY UPDATE OF link) AS given
WHERE link.id = given.id
"""


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody opened a link: a friend if that is known, or a machine."""

    link: int
    friend: int | None = None
    is_machine: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


async def find(connection: AsyncConnection, schema: str, code: str) -> tuple[int, str, str] | None:
    """The link of a code, where it leads, and which page of a friend's own; "" if none."""
    answer = await connection.execute(_in(schema, FIND), [code])
    return await answer.fetchone()


async def store(connection: AsyncConnection, schema: str, clicks: list[Click]) -> None:
    """Write them in the connection's transaction; those of friends on the timeline too. Raises GONE."""
    people = [click for click in clicks if not click.is_machine and click.friend is not None]
    nameless = [click for click in clicks if not click.is_machine and click.friend is None]
    by_machines = Counter(click.link for click in clicks if click.is_machine)
    async with connection.pipeline():  # one round trip, whatever there is to write
        if nameless:
            given = [[click.link for click in nameless], [click.at for click in nameless]]
            await connection.execute(_in(schema, NAMELESS), given)
        if by_machines:
            counted = [list(by_machines), list(by_machines.values())]
            await connection.execute(_in(schema, BY_MACHINES), counted)
        if people:
            await connection.execute(_in(schema, OF_PEOPLE), _columns(people))
            await connection.execute(_in(schema, TOUCH), [list({click.friend for click in people})])


async def store_again(connection: AsyncConnection, schema: str, clicks: list[Click]) -> None:
    """Store what may have been stored already; each click of a person is there once. Raises GONE."""
    people = [click for click in clicks if not click.is_machine]
    answer = await connection.execute(_in(schema, NEW), _columns(people))
    await store(
        connection, schema, [Click(link, friend, at=at) for link, friend, at in await answer.fetchall()]
    )


def _columns(clicks: list[Click]) -> list[list]:
    return [
        [click.link for click in clicks],
        [click.friend for click in clicks],
        [click.at for click in clicks],
    ]


def kind_in_words(kind: object) -> object:
    kinds = {"broadcast": _("Broadcast"), "scenario": _("Scenario"), "mail": _("Mail")}
    return kinds.get(str(kind), kind)


def first_in_words(is_first: object) -> object:
    return _("yes") if is_first is True else _("no")


@lru_cache(maxsize=1_000)
def _in(schema: str, statement: str) -> bytes:
    return sql.SQL(statement).format(sql.Identifier(schema)).as_bytes(None)
