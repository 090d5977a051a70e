"""What shows a file, so that nobody takes it away: messages, and things with a picture of their own.

An address in a message holds the file's code, which is in no other text.
"""

from collections.abc import Callable

from composing import uses
from composing.uses import Use
from library.models import MediaFile

Finder = Callable[[str], list[Use]]
_finders: list[Finder] = []


def register_picture(finder: Finder) -> Finder:
    """Make known who shows files outside of messages: asked with a file's code. To be used as a decorator."""
    _finders.append(finder)
    return finder


def of(file: MediaFile) -> list[Use]:
    return uses.ever_saying(f"/media/{file.code}") + [use for finder in _finders for use in finder(file.code)]
