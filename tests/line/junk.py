"""JSON with something wrong in it, somewhere."""

import copy
from collections.abc import Iterator

from hypothesis import strategies as st

JUNK = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**18, "", "x", "１", "あ" * 6000, "\0", [], [[]], [None], ["x"], {}, {"a": 1}]
)


def with_junk(good: object, data: st.DataObject) -> object:
    """A copy with junk in one place, or in place of all of it."""
    holder = [copy.deepcopy(good)]
    inside, key = data.draw(st.sampled_from(list(_places(holder))))
    inside[key] = data.draw(JUNK)
    return holder[0]


def _places(value: object) -> Iterator[tuple]:
    """What stands in a list or an object, with the way to it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield value, key
        yield from _places(each)
