"""Leaves asked of PostgreSQL: many in one statement, hence in one snapshot, with the versions of their data.

Of a leaf that is remembered only the friends are asked who may have changed since: those whom the journal
of the data names (`events.versions`), and those whom time has moved. The journal is read in the same
snapshot: so what was remembered and the answers of these friends together are who is in the leaf now.
Whether that is so can be tried on friends drawn at random, in the same statement (`segments.drawing`).
"""

import array
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from pyroaring import BitMap, FrozenBitMap

from segments.answers import drawing
from segments.leaves import Leaf, Moment, Query

MOST_CHANGED = 20_000  # friends; more take as long as everyone

VERSIONS = "SELECT 'version', topic, version, NULL::bytea, NULL::timestamptz FROM events_dataversion"
MEMBERS = (
    "SELECT 'leaf', %s, NULL, (SELECT string_agg(int4send(id), ''::bytea) FROM ({members}) AS leaf (id))"
)
# Where nobody is to be asked, the leaf is not looked at: its query may take long for few people, too.
SOME = "SELECT id FROM ({members}) AS leaf (id) WHERE EXISTS ({asked}) AND id = ANY(ARRAY({asked}))"
OF = "SELECT friend_id FROM {set}"
# An event or an order names a customer: it counts for the friend who is that customer at present. Who was it
# before, or has become it, is named by the change of the link.
CHANGED = """
since_{name} AS MATERIALIZED (
    SELECT topic, version FROM unnest(%s::text[], %s::bigint[]) AS since (topic, version)),
journal_{name} AS MATERIALIZED (
    SELECT friends, customers FROM since_{name} AS since
    JOIN events_datachange AS change ON change.topic = since.topic AND change.version > since.version),
{name} AS MATERIALIZED (
    SELECT friend_id FROM (
        SELECT unnest(friends) FROM journal_{name}
        UNION ALL
        SELECT link.friend_id FROM (SELECT unnest(customers) AS id FROM journal_{name}) AS customer
        JOIN linking_link AS link ON link.customer_id = customer.id AND link.unlinked_at IS NULL
        {crossed}) AS changed (friend_id)
    LIMIT {most})"""
IS_KNOWN = """
SELECT 'changed', '{name}',
    (SELECT bool_and(present.version - since.version = (
         SELECT count(*) FROM events_datachange AS change
         WHERE change.topic = since.topic AND change.version > since.version))::int
     FROM since_{name} AS since JOIN events_dataversion AS present USING (topic)),
    (SELECT string_agg(int4send(friend_id), ''::bytea) FROM {name}), NULL"""
DRAWN = "SELECT 'drawn', NULL, NULL, (SELECT string_agg(int4send(friend_id), ''::bytea) FROM drawn), NULL"
OF_SOME = (
    "SELECT %s, (SELECT string_agg(int4send(id), ''::bytea) FROM ({members}) AS leaf (id) WHERE id = ANY(%s))"
)
HOLDS = "SELECT %s, EXISTS (SELECT FROM ({members}) AS leaf (id) WHERE id = %s)"


@dataclass(frozen=True)
class Answer:
    """Who is in a leaf's query, of which versions of the data, and until when if nothing is written."""

    bitmap: FrozenBitMap
    versions: dict[str, int]
    valid_until: datetime | None


@dataclass(frozen=True)
class Remembered(Answer):
    """An earlier answer. `is_present`: the data has not changed since; `token` is the stored bitmap's."""

    asked_at: datetime
    token: UUID
    is_present: bool

    def has_ended(self, moment: Moment) -> bool:
        return self.valid_until is not None and self.valid_until <= moment.now

    def holds(self, moment: Moment) -> bool:
        return self.is_present and not self.has_ended(moment)


class Disagrees(Exception):
    """What is remembered of these leaves, by key, is not what the data say: somebody was not named."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(keys)
        self.keys = keys


def ask(
    leaves: Mapping[str, Leaf], remembered: Mapping[str, Remembered], moment: Moment, *, tries: bool = False
) -> dict[str, Answer]:
    """The present answers of leaves, by key. Those remembered, which must be able to go on, are updated.

    One of these is left out if nobody knows who has changed since, or if they are too many. With `tries`
    friends drawn at random are asked of all that is remembered; raises Disagrees if an answer is another.
    """
    statement = _Statement(moment)
    if tries and remembered:
        statement.draw([each.bitmap for each in remembered.values()])
    statement.read_versions(leaves.values())
    for key, leaf in leaves.items():
        statement.add(key, leaf, remembered.get(key))
    rows = _Rows(statement)
    if others := [key for key, known in remembered.items() if key in leaves and rows.disagree(key, known)]:
        raise Disagrees(others)
    answers = {key: _answer(key, leaf, remembered.get(key), rows, moment) for key, leaf in leaves.items()}
    return {key: answer for key, answer in answers.items() if answer is not None}


def can_go_on(known: Remembered, leaf: Leaf, moment: Moment) -> bool:
    """Whether it is known whom time has moved since it was asked."""
    return not known.has_ended(moment) or _crossed(known, leaf, moment) is not None


def _crossed(known: Remembered, leaf: Leaf, moment: Moment) -> Query | None:
    return leaf.crossed(Moment(known.asked_at, moment.zone), moment) if known.has_ended(moment) else None


def holds(leaves: Mapping[str, Leaf], friend_id: int, moment: Moment) -> dict[str, bool]:
    """For which leaves, by key, this friend is in the query's answer; by index."""
    parts, params = [], []
    for key, leaf in leaves.items():
        query = leaf.query(moment)
        parts.append(HOLDS.format(members=query.sql))
        params += [key, *query.params, friend_id]
    return dict(_fetch(Query(" UNION ALL ".join(parts), params)))


def holds_of(leaves: Mapping[str, Leaf], friend_ids: list[int], moment: Moment) -> dict[str, BitMap]:
    """Which of these friends are in the query's answer, by leaf; by index, in one snapshot."""
    parts, params = [], []
    for key, leaf in leaves.items():
        query = leaf.query(moment)
        parts.append(OF_SOME.format(members=query.sql))
        params += [key, *query.params, friend_ids]
    return {key: _bitmap(members) for key, members in _fetch(Query(" UNION ALL ".join(parts), params))}


@dataclass
class _Statement:
    """The statement in the making.

    `changed`: the name of the set of changed friends, by leaf. `tried`: leaves that those drawn are asked of.
    """

    moment: Moment
    changed: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    _sets: dict[object, str] = field(default_factory=dict)
    _draws: bool = False
    _common: list[Query] = field(default_factory=list)
    _parts: list[Query] = field(default_factory=list)

    def read_versions(self, leaves: Iterable[Leaf]) -> None:
        topics = {topic for leaf in leaves for topic in leaf.topics()}
        self._parts.append(Query(f"{VERSIONS} WHERE topic = ANY(%s)", [sorted(topics)]))

    def draw(self, remembered: list[FrozenBitMap]) -> None:
        self._draws = True
        self._common.append(drawing.drawn(remembered))
        self._parts.append(Query(DRAWN, []))

    def add(self, key: str, leaf: Leaf, known: Remembered | None) -> None:
        members = leaf.query(self.moment)
        if known is not None:
            self.changed[key] = name = self._set_of(key, leaf, known)
            if self._draws and leaf.is_tried:
                self.tried.add(key)
            sets = [name, "drawn"] if key in self.tried else [name]
            asked = " UNION ALL ".join(OF.format(set=each) for each in sets)
            members = Query(SOME.format(members=members.sql, asked=asked), members.params)
        ends = leaf.next_change(self.moment) or Query("NULL", [])
        sql = f"{MEMBERS.format(members=members.sql)}, ({ends.sql})"
        self._parts.append(Query(sql, [key, *members.params, *ends.params]))

    def whole(self) -> Query:
        parts = [*self._parts, *(Query(IS_KNOWN.format(name=name), []) for name in self._sets.values())]
        sql = " UNION ALL ".join(part.sql for part in parts)
        params = [value for part in (*self._common, *parts) for value in part.params]
        common = ", ".join(part.sql for part in self._common)
        return Query(f"WITH {common} {sql}" if common else sql, params)

    def _set_of(self, key: str, leaf: Leaf, known: Remembered) -> str:
        """The friends who may have changed; leaves that look back to the same versions share them."""
        crossed = _crossed(known, leaf, self.moment)
        same = (tuple(sorted(known.versions.items())), key if crossed else None)
        if same not in self._sets:
            self._sets[same] = f"changed_{len(self._sets)}"
            self._common.append(_changed(self._sets[same], known.versions, crossed))
        return self._sets[same]


def _changed(name: str, versions: dict[str, int], crossed: Query | None) -> Query:
    sql = CHANGED.format(
        name=name, crossed=f"UNION ALL ({crossed.sql})" if crossed else "", most=MOST_CHANGED + 1
    )
    return Query(sql, [list(versions), list(versions.values()), *(crossed.params if crossed else [])])


class _Rows:
    """What the statement said, by what it is about."""

    def __init__(self, statement: _Statement) -> None:
        self.changed = statement.changed
        self._tried = statement.tried
        self.versions: dict[str, int] = {}
        self.members: dict[str, BitMap] = {}
        self.ends: dict[str, datetime | None] = {}
        self.sets: dict[str, BitMap | None] = {}
        self.drawn = BitMap()
        self._at = statement.moment.now
        for kind, name, number, members, ends in _fetch(statement.whole()):
            if kind == "version":
                self.versions[name] = number
            elif kind == "leaf":
                self.members[name], self.ends[name] = _bitmap(members), ends
            elif kind == "drawn":
                self.drawn = _bitmap(members)
            else:
                is_known = number != 0 and len(members or b"") <= 4 * MOST_CHANGED
                self.sets[name] = _bitmap(members) if is_known else None

    def drawn_of(self, key: str) -> BitMap:
        """Those drawn who were asked of this leaf."""
        return self.drawn if key in self._tried else BitMap()

    def disagree(self, key: str, known: Remembered) -> bool:
        """Whether somebody drawn, who is said not to have changed, has another answer than is remembered.

        What another worker has asked a moment later by its clock is not compared.
        """
        changed = self.sets[self.changed[key]]
        if changed is None or known.asked_at > self._at:
            return False
        tried = self.drawn_of(key) - changed
        return known.bitmap & tried != self.members[key] & tried


def _answer(key: str, leaf: Leaf, known: Remembered | None, rows: _Rows, moment: Moment) -> Answer | None:
    members = FrozenBitMap(rows.members[key])
    if known is not None:
        changed = rows.sets[rows.changed[key]]
        if changed is None:
            return None
        members = _brought_up(known.bitmap, changed | rows.drawn_of(key), members)
    ends = [end for end in (leaf.valid_until(moment), rows.ends[key]) if end is not None]
    versions = {topic: rows.versions.get(topic, 0) for topic in leaf.topics()}
    return Answer(members, versions, min(ends, default=None))


def _brought_up(before: FrozenBitMap, changed: BitMap, members: FrozenBitMap) -> FrozenBitMap:
    """The very same where nobody came or went, so that nothing need be stored."""
    if before & changed == members:
        return before
    after = before - changed | members
    after.run_optimize()
    return after


def _fetch(query: Query) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*query)
        return cursor.fetchall()


def _bitmap(members: bytes | None) -> BitMap:
    """From int4send's big-endian numbers."""
    numbers = array.array("I", members or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    bitmap = BitMap(numbers)
    bitmap.run_optimize()
    return bitmap
