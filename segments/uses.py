"""What asks for a segment, and which segments ask for a tag: nobody takes them away from under it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from friends import tag_uses
from friends.models import Tag
from segments.models import Segment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ASKS_FOR = """
jsonb_path_exists(tree, '$.** ? (@.type == "tag" && @.tag == $tag)', jsonb_build_object('tag', %s::int))"""
NAMES_A_LIST = """jsonb_path_exists(tree, '$.** ? (@.type == "list" && exists (@.list))')"""


@dataclass(frozen=True)
class Use:
    """Something that asks for a segment, such as a broadcast: what it is, its name, and its page by URL name.

    `state` says more about it, such as “scheduled for 1 October”. While one `keeps` the segment, the segment
    cannot be deleted.
    """

    kind: "StrOrPromise"
    name: str
    page: str = ""
    pk: int | None = None
    state: "StrOrPromise" = ""
    keeps: bool = True


Finder = Callable[[Collection[int]], dict[int, list[Use]]]
_finders: list[Finder] = []


def register_use(finder: Finder) -> Finder:
    """Make known who uses segments: asked for several at once, by number; those not in the answer are unused.

    To be used as a decorator.
    """
    _finders.append(finder)
    return finder


def of_many(segments: Collection[int]) -> dict[int, list[Use]]:
    """What uses each of these segments, by number; one query for each kind of use."""
    found: dict[int, list[Use]] = defaultdict(list)
    for finder in _finders:
        for pk, uses in finder(segments).items():
            found[pk] += uses
    return found


def of(segment: Segment) -> list[Use]:
    return of_many([segment.pk])[segment.pk]


@tag_uses.register
def of_tag(tag: Tag) -> list[tag_uses.Use]:
    found = Segment.objects.extra(where=[ASKS_FOR], params=[tag.pk])  # noqa: S610  (our own text)
    return [tag_uses.Use(segment.name, "segment", segment.pk) for segment in found]
