"""Bitmaps of leaves: remembered where the data they read has not changed since, asked anew otherwise.

A leaf and the versions of its data are read in one statement, hence in one snapshot: a change made at the
same time is either in both or in neither, so that an answer is never remembered as newer than it is.
"""

import array
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson
from django.db import connection
from pyroaring import BitMap

from segments.leaves import Leaf, Moment, Query

KEPT_FOR = timedelta(days=7)
FORGOTTEN_AT_ONCE = 50

VALID = """
SELECT key, bitmap FROM segments_leafcache cache
WHERE key = ANY(%s) AND (valid_until IS NULL OR valid_until > %s) AND NOT EXISTS (
  SELECT FROM jsonb_each_text(cache.versions) AS read (topic, version)
  LEFT JOIN events_dataversion present ON present.topic = read.topic
  WHERE coalesce(present.version, 0) <> read.version::bigint)
"""
VERSIONS = "SELECT topic, version, NULL::bytea FROM events_dataversion WHERE topic = ANY(%s)"
MEMBERS = "SELECT %s, NULL, (SELECT string_agg(int4send(id), ''::bytea) FROM ({}) AS leaf (id))"
HOLDS = "SELECT %s, EXISTS (SELECT FROM ({}) AS leaf (id) WHERE id = %s)"

# Whoever touches a row of the cache holds its advisory lock until the transaction ends, and whoever does not
# get the lock leaves the row alone: so no count ever waits for another transaction, and none can deadlock.
FREE = "pg_try_advisory_xact_lock(hashtextextended(current_schema() || new.key, 0))"
KEEP = f"""
INSERT INTO segments_leafcache (key, bitmap, versions, valid_until, computed_at)
SELECT key, bitmap, versions::jsonb, valid_until::timestamptz, %s
FROM (VALUES {{rows}}) AS new (key, bitmap, versions, valid_until)
WHERE {FREE}
ON CONFLICT (key) DO UPDATE SET bitmap = excluded.bitmap, versions = excluded.versions,
  valid_until = excluded.valid_until, computed_at = excluded.computed_at
"""  # noqa: S608  (our own constant)
FORGET = f"""
WITH new AS MATERIALIZED (SELECT key FROM segments_leafcache WHERE computed_at < %s LIMIT %s)
DELETE FROM segments_leafcache cache USING new WHERE cache.key = new.key AND {FREE}
"""  # noqa: S608  (our own constant)


@dataclass(frozen=True)
class Loaded:
    """Bitmaps by the key of their leaf, and the versions of the data behind those that were asked anew."""

    bitmaps: dict[str, BitMap]
    versions: dict[str, int]


def load(leaves: Iterable[Leaf], moment: Moment, *, fresh: bool = False) -> Loaded:
    """The friends of each leaf. With `fresh` all are asked anew, in one snapshot."""
    wanted = {leaf.key(moment.zone): leaf for leaf in leaves}
    known = {} if fresh else _valid(list(wanted), moment)
    missing = {key: leaf for key, leaf in wanted.items() if key not in known}
    if not missing:
        return Loaded(known, {})
    asked = _ask(missing, moment)
    _keep(asked, missing, moment)
    return Loaded(known | asked.bitmaps, asked.versions)


def holds(leaves: Iterable[Leaf], friend_id: int, moment: Moment) -> dict[str, bool]:
    """For which leaves this friend is in the query's answer; asked anew, by index, without the cache."""
    parts, params = [], []
    for key, leaf in {leaf.key(moment.zone): leaf for leaf in leaves}.items():
        query = leaf.query(moment)
        parts.append(HOLDS.format(query.sql))
        params += [key, *query.params, friend_id]
    return dict(_rows(Query(" UNION ALL ".join(parts), params)))


def _valid(keys: list[str], moment: Moment) -> dict[str, BitMap]:
    rows = _rows(Query(VALID, [keys, moment.now]))
    return {key: BitMap.deserialize(bitmap) for key, bitmap in rows}


def _ask(leaves: Mapping[str, Leaf], moment: Moment) -> Loaded:
    topics = {topic for leaf in leaves.values() for topic in leaf.topics()}
    parts = [VERSIONS]
    params: list = [sorted(topics)]
    for key, leaf in leaves.items():
        query = leaf.query(moment)
        parts.append(MEMBERS.format(query.sql))
        params += [key, *query.params]
    bitmaps, versions = {}, dict.fromkeys(topics, 0)
    for name, version, members in _rows(Query(" UNION ALL ".join(parts), params)):
        if version is None:
            bitmaps[name] = _bitmap(members or b"")
        else:
            versions[name] = version
    return Loaded(bitmaps, versions)


def _rows(query: Query) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*query)
        return cursor.fetchall()


def _bitmap(members: bytes) -> BitMap:
    """From int4send's big-endian numbers."""
    numbers = array.array("I", members)
    if sys.byteorder == "little":
        numbers.byteswap()
    bitmap = BitMap(numbers)
    bitmap.run_optimize()
    return bitmap


def _keep(asked: Loaded, leaves: Mapping[str, Leaf], moment: Moment) -> None:
    values: list = []
    for key, bitmap in asked.bitmaps.items():
        leaf = leaves[key]
        values += [key, bitmap.serialize(), _versions(leaf, asked), leaf.valid_until(moment)]
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(asked.bitmaps))
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [moment.now - KEPT_FOR, FORGOTTEN_AT_ONCE])
        cursor.execute(KEEP.format(rows=rows), [moment.now, *values])


def _versions(leaf: Leaf, asked: Loaded) -> str:
    return orjson.dumps({topic: asked.versions[topic] for topic in leaf.topics()}).decode()
