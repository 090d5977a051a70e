"""Bitmaps of leaves: as remembered where the data they read has not changed since, brought up to date where
it is known who has changed, asked anew otherwise.

A leaf and the versions of its data are read in one statement, hence in one snapshot: a change made at the
same time is either in both or in neither, so that an answer is never remembered as newer than it is.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

import orjson
from django.db import connection
from pyroaring import BitMap, FrozenBitMap

from accounts import current
from segments.answers import asking, memory
from segments.answers.asking import Answer, Remembered
from segments.answers.memory import Held
from segments.leaves import Leaf, Moment

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
FORGOTTEN_AT_ONCE = 50

KNOWN = """
SELECT key, CASE WHEN token <> ALL(%s::uuid[]) THEN bitmap END, versions, valid_until, computed_at, token,
  NOT EXISTS (
    SELECT FROM jsonb_each_text(cache.versions) AS read (topic, version)
    LEFT JOIN events_dataversion present ON present.topic = read.topic
    WHERE coalesce(present.version, 0) <> read.version::bigint)
FROM segments_leafcache cache WHERE key = ANY(%s)
"""

# Whoever touches a row of the cache holds its advisory lock until the transaction ends, and whoever does not
# get the lock leaves the row alone: so no count ever waits for another transaction, and none can deadlock.
FREE = "pg_try_advisory_xact_lock(hashtextextended(current_schema() || new.key, 0))"
KEEP = f"""
INSERT INTO segments_leafcache (key, bitmap, token, versions, valid_until, computed_at)
SELECT key, bitmap, token, versions::jsonb, valid_until::timestamptz, %s
FROM (VALUES {{rows}}) AS new (key, bitmap, token, versions, valid_until)
WHERE {FREE}
ON CONFLICT (key) DO UPDATE SET bitmap = excluded.bitmap, token = excluded.token,
  versions = excluded.versions, valid_until = excluded.valid_until, computed_at = excluded.computed_at
"""  # noqa: S608  (our own constant)
# Where nobody came or went the bitmap itself need not be written again.
RENEW = f"""
UPDATE segments_leafcache AS cache
SET versions = new.versions::jsonb, valid_until = new.valid_until::timestamptz, computed_at = %s
FROM (VALUES {{rows}}) AS new (key, token, versions, valid_until)
WHERE cache.key = new.key AND cache.token = new.token AND {FREE}
"""  # noqa: S608  (our own constant)
FORGET = f"""
WITH new AS MATERIALIZED (SELECT key FROM segments_leafcache WHERE computed_at < %s LIMIT %s)
DELETE FROM segments_leafcache cache USING new WHERE cache.key = new.key AND {FREE}
"""  # noqa: S608  (our own constant)


@dataclass(frozen=True)
class Loaded:
    """Bitmaps by the key of their leaf, and the versions of the data behind them.

    `anew` are the leaves that were asked of everyone, `updated` those asked of friends who had changed.
    """

    bitmaps: dict[str, BitMap]  # frozen: others hold them too
    versions: dict[str, int]
    valid_until: datetime | None = None  # the first of theirs
    anew: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()


def load(leaves: Iterable[Leaf], moment: Moment, *, exact: bool = False, fresh: bool = False) -> Loaded:
    """The friends of each leaf, as new as the call. With `exact` all are of one snapshot of the data.

    With `exact` what is remembered is also tried on friends drawn at random; where an answer is another,
    somebody has written without saying so, which is logged as an error, and everything is asked anew. With
    `fresh` nothing remembered is used, and all are of one snapshot too.
    """
    wanted = {leaf.key(moment.zone): leaf for leaf in leaves}
    known = {} if fresh else _remembered(wanted)
    holding = {key: each for key, each in known.items() if each.holds(moment)}
    if not exact and len(holding) == len(wanted):  # read in one statement too
        return _loaded(holding)
    usable = {key: each for key, each in known.items() if asking.can_go_on(each, wanted[key], moment)}
    due = wanted if exact else {key: leaf for key, leaf in wanted.items() if key not in holding}
    found, usable = _tried(due, usable, moment) if exact else _ask(due, usable, moment, at_once=fresh)
    _keep(found, usable, moment)
    return _loaded(
        holding | found,
        anew=frozenset(found.keys() - usable.keys()),
        updated=frozenset(found.keys() & usable.keys() - holding.keys()),
    )


def holds(leaves: Iterable[Leaf], friend_id: int, moment: Moment) -> dict[str, bool]:
    """For which leaves this friend is in the query's answer; asked anew, by index, without the cache."""
    return asking.holds({leaf.key(moment.zone): leaf for leaf in leaves}, friend_id, moment)


def holds_of(leaves: Iterable[Leaf], friend_ids: list[int], moment: Moment) -> dict[str, BitMap]:
    """Which of these friends are in the query's answer, by leaf; asked anew, without the cache."""
    return asking.holds_of({leaf.key(moment.zone): leaf for leaf in leaves}, friend_ids, moment)


def _remembered(leaves: Mapping[str, Leaf]) -> dict[str, Remembered]:
    """What is known of these leaves, unless they read other data now."""
    keys = list(leaves)
    at_hand = memory.get(keys)
    tokens = [held.token for held in at_hand.values()]
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [tokens, keys])
        for key, stored, versions, valid_until, asked_at, token, is_present in cursor.fetchall():
            bitmap = at_hand[key].bitmap if stored is None else _at_hand(key, token, stored)
            read = orjson.loads(versions)
            if read.keys() == leaves[key].topics():
                found[key] = Remembered(bitmap, read, valid_until, asked_at, token, is_present)
    return found


def _at_hand(key: str, token: UUID, stored: bytes) -> FrozenBitMap:
    bitmap = FrozenBitMap.deserialize(stored)
    memory.put(key, Held(token, bitmap, len(stored)))
    return bitmap


def _tried(
    leaves: Mapping[str, Leaf], known: dict[str, Remembered], moment: Moment
) -> tuple[dict[str, Answer], dict[str, Remembered]]:
    try:
        return _ask(leaves, known, moment, at_once=True, tries=True)
    except asking.Disagrees as found:
        for key in found.keys:
            logger.error(
                "client %s: leaf %s (%s) was remembered wrongly; all is asked anew",
                current.schema(),
                key,
                leaves[key].type,
            )
        return _ask(leaves, {}, moment, at_once=True)


def _ask(
    leaves: Mapping[str, Leaf],
    known: dict[str, Remembered],
    moment: Moment,
    *,
    at_once: bool,
    tries: bool = False,
) -> tuple[dict[str, Answer], dict[str, Remembered]]:
    """The present answers, and what was used of the remembered ones.

    Where it turns out that nobody knows who has changed the leaf is asked anew: with `at_once` all again,
    so that all are of one statement.
    """
    found = asking.ask(leaves, known, moment, tries=tries)
    lost = leaves.keys() - found.keys()
    if not lost:
        return found, known
    rest = {key: each for key, each in known.items() if key not in lost}
    again = leaves if at_once else {key: leaves[key] for key in lost}
    more, rest = _ask(again, rest, moment, at_once=at_once, tries=tries)
    return found | more, rest


def _loaded(answers: Mapping[str, Answer], **how: frozenset[str]) -> Loaded:
    versions = {topic: version for each in answers.values() for topic, version in each.versions.items()}
    bitmaps = {key: cast("BitMap", each.bitmap) for key, each in answers.items()}
    ends = [each.valid_until for each in answers.values() if each.valid_until is not None]
    return Loaded(bitmaps, versions, min(ends, default=None), **how)


def _keep(found: Mapping[str, Answer], known: Mapping[str, Remembered], moment: Moment) -> None:
    same, new = [], []
    for key, answer in found.items():
        about = (orjson.dumps(answer.versions).decode(), answer.valid_until)
        if key in known and answer.bitmap is known[key].bitmap:
            same.append((key, known[key].token, *about))
            continue
        token, stored = uuid4(), answer.bitmap.serialize()
        new.append((key, stored, token, *about))
        memory.put(key, Held(token, answer.bitmap, len(stored)))
    with connection.cursor() as cursor:
        if found.keys() - known.keys():
            cursor.execute(FORGET, [moment.now - KEPT_FOR, FORGOTTEN_AT_ONCE])
        for statement, rows in ((KEEP, new), (RENEW, same)):
            if rows:
                row = f"({', '.join(['%s'] * len(rows[0]))})"
                values = [value for given in rows for value in given]
                cursor.execute(statement.format(rows=", ".join([row] * len(rows))), [moment.now, *values])
