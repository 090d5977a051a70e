"""Drawing lots: so many of some friends at random, and the same ones whenever the seed is the same."""

from array import array
from bisect import bisect_left
from itertools import compress
from random import Random

from pyroaring import BitMap

LOTS = range(256)
UP_TO = [bytes(range(edge + 1)) for edge in LOTS]
BELOW = [bytes(lot < edge for lot in LOTS) for edge in LOTS]
EQUAL = [bytes(lot == edge for lot in LOTS) for edge in LOTS]


def draw(friends: BitMap, count: int, seed: str) -> BitMap:
    """`count` of the friends, or all if they are fewer; each has the same chance. 1 M takes about 50 ms.

    Everybody gets a byte. Those with a low one are in, and of those on the edge as many as are missing.
    """
    if count > len(friends) // 2:
        return friends - _drawn(friends, max(0, len(friends) - count), seed)
    return _drawn(friends, count, seed)


def deal(friends: BitMap, parts: int, seed: str) -> list[BitMap]:
    """The friends in so many parts at random; sizes differ by one at most, the first are the larger."""
    dealt = []
    left = friends
    for number in range(parts, 0, -1):
        part = draw(left, -(-len(left) // number), f"{seed}/{number}")
        dealt.append(part)
        left = left - part
    return dealt


def _drawn(friends: BitMap, count: int, seed: str) -> BitMap:
    if count <= 0:
        return BitMap()
    lottery = Random(seed)  # noqa: S311  (nobody gains by guessing it, and it must come out the same again)
    numbers = friends.to_array()
    lots = lottery.randbytes(len(numbers))
    edge = bisect_left(LOTS, count, key=lambda lot: len(lots) - len(lots.translate(None, UP_TO[lot])))
    drawn = BitMap(array("I", compress(numbers, lots.translate(BELOW[edge]))))
    on_the_edge = list(compress(numbers, lots.translate(EQUAL[edge])))
    return drawn | BitMap(lottery.sample(on_the_edge, count - len(drawn)))
