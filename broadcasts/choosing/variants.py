"""The texts of an A/B test, as they are written."""

from collections.abc import Iterator
from typing import Any

from broadcasts.models import Broadcast, SplitTest, Variant
from composing import content

FEWEST, MOST = 2, len(Variant.LETTERS)
SETTINGS = ("sample_percent", "metric", "waits", "asks_person")


def test_of(broadcast: Broadcast) -> SplitTest | None:
    """Its A/B test; None if all get the same."""
    return SplitTest.objects.filter(broadcast=broadcast.pk).first() if broadcast.pk else None


def count(broadcast: Broadcast) -> int:
    """How many texts its A/B test has; 0 without one."""
    return broadcast.variants.count() if broadcast.pk else 0


def wishes(broadcast: Broadcast) -> dict[str, Any]:
    """What its plan depends on besides the segment, as `segments.reaching.planner.plan` takes it.

    If one of the texts is personal all are sent one by one, so that no text arrives later for that.
    """
    is_personal = any(content.is_personal(each.messages) for each in _others(broadcast))
    return broadcast.wishes | ({"personal": True} if is_personal else {})


def copy(source: Broadcast, to: Broadcast) -> None:
    """Give a new broadcast the A/B test of another one, in the caller's transaction."""
    if test := test_of(source):
        SplitTest.objects.create(broadcast=to, **{name: getattr(test, name) for name in SETTINGS})
        Variant.objects.bulk_create(
            Variant(broadcast=to, letter=each.letter, messages=each.messages)
            for each in source.variants.all()
        )


def _others(broadcast: Broadcast) -> Iterator[Variant]:
    """All but the first, which the broadcast says itself."""
    rows = broadcast.variants.all() if broadcast.pk else []
    return (each for each in rows if not each.is_first)
