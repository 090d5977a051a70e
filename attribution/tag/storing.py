"""Reports of the tag as they are stored: many of one client in one transaction, each once."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection, sql

from attribution.tag.telling import Told, What
from events import timeline

# Of what is told twice, as after a crash, the first is taken.
NEW = """
INSERT INTO attribution_tagreport (id, at)
SELECT id, at FROM unnest(%s::text[], %s::timestamptz[]) AS given (id, at) ORDER BY id
ON CONFLICT DO NOTHING RETURNING id"""
FRIENDS = "SELECT id FROM friends_friend WHERE id = ANY(%s)"
CUSTOMERS = """
SELECT number, id FROM customers_customer WHERE number = ANY(%(numbers)s) AND erased_at IS NULL
UNION ALL
SELECT alias.number, customer.id FROM customers_customeralias AS alias
JOIN customers_customer AS customer ON customer.id = alias.customer_id AND customer.erased_at IS NULL
WHERE alias.number = ANY(%(numbers)s)"""
NAMES = "SELECT day, name FROM attribution_tagday WHERE day = ANY(%s) AND what = 'convert'"
MOST_NAMES = 100  # of conversions counted by name a day: anybody can make some up
COUNT = """
INSERT INTO attribution_tagday AS known (day, what, name, count, known_count)
SELECT day, what, name, count, known_count
FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[], %s::int[])
     AS given (day, what, name, count, known_count) ORDER BY day, what, name
ON CONFLICT (day, what, name) DO UPDATE
SET count = known.count + excluded.count, known_count = known.known_count + excluded.known_count"""
SEEN = """
UPDATE attribution_pagetag
SET seen_at = greatest(seen_at, %(at)s), seen_url = %(url)s, known_at = greatest(known_at, %(known)s),
    converted_at = greatest(converted_at, %(converted)s)"""
REFUSED = "UPDATE attribution_pagetag SET refused_at = %s, refused_origin = %s"
FORGET = """
DELETE FROM attribution_tagreport WHERE id IN (
    SELECT id FROM attribution_tagreport WHERE at < now() - interval '3 days' ORDER BY at LIMIT 20000)"""

Who = tuple[int | None, int | None]  # friend and customer
Key = tuple[date, str, str]
NOBODY: Who = (None, None)


async def store(connection: AsyncConnection, schema: str, zone: ZoneInfo, reports: list[Told]) -> None:
    """Write what was not told before, in the connection's transaction.

    Of known people it goes on the timeline, of all into the counts of the day.
    """
    await enter(connection, schema)
    new = await _new(connection, reports)
    people = await _people(connection, new)
    events = [told.event(*who) for told, who in zip(new, people, strict=True) if who != NOBODY]
    if events:
        await connection.execute(timeline.RECORD, [timeline.as_json(events)])
    if new:
        keys = await _keys(connection, new, zone)
        await connection.execute(COUNT, _columns(keys, people))
        await connection.execute(SEEN, _seen(new, people))


async def enter(connection: AsyncConnection, schema: str) -> None:
    """The client's tables, until the transaction ends."""
    path = sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(schema))
    await connection.execute(path)


async def _new(connection: AsyncConnection, reports: list[Told]) -> list[Told]:
    by_id = {told.id: told for told in reversed(reports)}
    given = [list(by_id), [told.at for told in by_id.values()]]
    answer = await connection.execute(NEW, given)
    found = {id_ for (id_,) in await answer.fetchall()}
    return [told for id_, told in by_id.items() if id_ in found]


async def _people(connection: AsyncConnection, reports: list[Told]) -> list[Who]:
    """Friend and customer of each, as far as they are there."""
    numbers = [told.customer for told in reports if told.customer]
    friends: set[int] = set()
    customers: dict[str, int] = {}
    if ids := [told.friend for told in reports if told.friend]:
        answer = await connection.execute(FRIENDS, [ids])
        friends = {pk for (pk,) in await answer.fetchall()}
    if numbers:
        answer = await connection.execute(CUSTOMERS, {"numbers": numbers})
        customers = dict(await answer.fetchall())
    return [
        (told.friend if told.friend in friends else None, customers.get(told.customer)) for told in reports
    ]


async def _keys(connection: AsyncConnection, reports: list[Told], zone: ZoneInfo) -> list[Key]:
    """Day, what and name under which each is counted."""
    keys = [(told.at.astimezone(zone).date(), told.what, told.name) for told in reports]
    if not any(name for _day, _what, name in keys):
        return keys
    answer = await connection.execute(NAMES, [list({day for day, _what, _name in keys})])
    known = set(await answer.fetchall())
    found = []
    for day, what, name in keys:
        if (day, name) not in known and len(known) >= MOST_NAMES:
            name = ""
        known |= {(day, name)} if name else set()
        found.append((day, what, name))
    return found


def _columns(keys: list[Key], people: list[Who]) -> list[list]:
    all_of_them = Counter(keys)
    known = Counter(key for key, who in zip(keys, people, strict=True) if who != NOBODY)
    rows = [(*key, count, known[key]) for key, count in all_of_them.items()]
    return [list(column) for column in zip(*rows, strict=True)]


def _seen(reports: list[Told], people: list[Who]) -> dict[str, Any]:
    last = max(reports, key=lambda told: told.at)
    known = [told.at for told, who in zip(reports, people, strict=True) if who != NOBODY]
    converted: list[datetime] = [told.at for told in reports if told.what == What.CONVERT]
    return {
        "at": last.at,
        "url": last.properties.get("url", ""),
        "known": max(known, default=None),
        "converted": max(converted, default=None),
    }
