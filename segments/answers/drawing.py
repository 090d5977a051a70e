"""Friends drawn at random, of whom what is remembered is asked again: whether it still is what the data say.

A guard against a write whose people nobody named. With few friends all are drawn, so it finds any.
"""

from collections.abc import Collection
from random import sample  # not for secrets

from pyroaring import BitMap, FrozenBitMap

from segments.leaves import Query

MOST_DRAWN = 250  # of those remembered, and as many of all friends

# Places between the lowest and the highest number, and who comes next from there: by index, whoever is gone.
DRAWN = f"""
few AS MATERIALIZED (SELECT id FROM friends_friend LIMIT {2 * MOST_DRAWN + 1}),
place AS MATERIALIZED (
    SELECT (lowest + random() * (highest - lowest))::int AS id
    FROM (SELECT min(id) AS lowest, max(id) AS highest FROM friends_friend) AS span,
         generate_series(1, {MOST_DRAWN})
    WHERE (SELECT count(*) FROM few) > {2 * MOST_DRAWN}),
drawn AS MATERIALIZED (
    SELECT unnest(%s::int[]) AS friend_id
    UNION SELECT id FROM few WHERE (SELECT count(*) FROM few) <= {2 * MOST_DRAWN}
    UNION SELECT next.id FROM place, LATERAL (
        SELECT id FROM friends_friend WHERE id >= place.id ORDER BY id LIMIT 1) AS next)
"""  # noqa: S608  (our own constants)


def drawn(remembered: Collection[FrozenBitMap]) -> Query:
    """The set `drawn` (friend_id) for a WITH: some members of each bitmap, and some of all friends."""
    everyone = BitMap.union(BitMap(), *map(BitMap, remembered))
    if len(everyone) <= MOST_DRAWN:
        return Query(DRAWN, [list(everyone)])
    share = max(1, MOST_DRAWN // len(remembered))
    return Query(DRAWN, [sorted({friend for bitmap in remembered for friend in _some(bitmap, share)})])


def _some(bitmap: FrozenBitMap, most: int) -> list[int]:
    places = sample(range(len(bitmap)), min(most, len(bitmap)))
    return [bitmap[place] for place in places]
