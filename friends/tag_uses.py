"""What a tag is used for by apps further right: they tell, so that deleting or merging one can be weighed."""

from collections.abc import Callable
from dataclasses import dataclass

from friends.models import Tag


@dataclass(frozen=True)
class Use:
    """Something that would change if the tag were gone, such as a segment: its name, and its page by name."""

    label: str
    page: str = ""
    pk: int | None = None


Finder = Callable[[Tag], list[Use]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    _finders.append(finder)
    return finder


def of(tag: Tag) -> list[Use]:
    return [use for finder in _finders for use in finder(tag)]
