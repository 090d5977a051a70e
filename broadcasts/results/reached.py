"""The people whom a send reached, page by page."""

from itertools import islice

from pyroaring import BitMap

from accounts.paging import SIZE, Page
from friends.models import Friend

CHUNK = 500
LAST = 2**32 - 1  # that a bitmap can hold


def page(people: BitMap, *, sought: str = "", before: int | None = None) -> Page:
    """The SIZE friends with the highest numbers below `before` (None: of all), those who fit `sought`."""
    most = LAST if before is None else min(before - 1, LAST)
    numbers = _named(people, sought, most) if sought.strip() else _all(people, most)
    friends = Friend.objects.in_bulk(numbers[:SIZE])
    rows = [friends[number] for number in numbers[:SIZE] if number in friends]
    return Page(rows, numbers[SIZE - 1] if len(numbers) > SIZE else None)


def _all(people: BitMap, most: int) -> list[int]:
    end = people.rank(most) if most >= 0 else 0
    return list(people[max(0, end - SIZE - 1) : end])[::-1]


def _named(people: BitMap, sought: str, most: int) -> list[int]:
    fitting = Friend.objects.search(sought).filter(pk__lte=most).order_by("-pk")
    numbers = fitting.values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    return list(islice((number for number in numbers if number in people), SIZE + 1))
