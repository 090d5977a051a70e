"""Whom broadcasts have reached, as sets of friends."""

from collections.abc import Iterable

from pyroaring import BitMap

from broadcasts.leaves.received import Received
from segments.answers import cache
from segments.leaves import Moment


def by_broadcast(pks: Iterable[int], moment: Moment) -> dict[int, BitMap]:
    """Who got each of these broadcasts; of those that are over it is remembered."""
    leaves = {pk: Received(pk) for pk in pks}
    if not leaves:
        return {}
    loaded = cache.load(leaves.values(), moment)
    return {pk: loaded.bitmaps[leaf.key(moment.zone)] for pk, leaf in leaves.items()}
