"""What a tag is used for by apps further right: they tell, so that deleting or merging one can be weighed."""

from collections.abc import Callable
from dataclasses import dataclass

from friends.models import Tag


@dataclass(frozen=True)
class Use:
    """Something that would change if the tag were gone, such as a segment, and the address of its page."""

    label: str
    url: str = ""


Finder = Callable[[Tag], list[Use]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    _finders.append(finder)


def of(tag: Tag) -> list[Use]:
    return [use for finder in _finders for use in finder(tag)]
