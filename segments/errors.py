"""Refusals of this app."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from accounts.errors import AppError
from accounts.reasons import Reason

if TYPE_CHECKING:
    from segments.reaching.nearest import Nearest

NAMED = 5  # of what uses a segment, in a message


class InvalidTree(AppError):
    """A tree of conditions that cannot be asked. `path` is the place in it, `all[1].tag`; "" the root."""

    code = "invalid_tree"

    def __init__(self, problem: str, *, path: str = "") -> None:
        self.path = path
        super().__init__(path=path, problem=problem)

    def text(self) -> str:
        return _("%(path)s: %(problem)s") if self.path else "%(problem)s"


class SegmentChanged(AppError):
    code = "segment_changed"

    def text(self) -> str:
        return _("Somebody else has changed the segment “%(name)s” in the meantime. Load it again.")


class SegmentInUse(AppError):
    """`used_by` are the names of what uses it."""

    code = "segment_in_use"

    def __init__(self, *, name: str, used_by: list[str]) -> None:
        super().__init__(name=name, uses=_quoted(used_by[:NAMED]))

    def text(self) -> str:
        return _("The segment “%(name)s” cannot be deleted, since it is used by %(uses)s.")


class Unreachable(AppError):
    """A tree whose friends LINE cannot reach as asked. `nearest` is a tree that works, where there is one."""

    code = "unreachable"

    def __init__(self, reason: Reason, *, nearest: "Nearest | None" = None) -> None:
        self.reason = reason
        self.nearest = nearest
        super().__init__(reason=reason, nearest=nearest.words if nearest else "")

    @property
    def more(self) -> dict:
        """For the API."""
        return {"nearest": asdict(self.nearest) if self.nearest else None}

    def text(self) -> str:
        return _("%(reason)s This would work: %(nearest)s") if self.nearest else "%(reason)s"


class AudienceInUse(AppError):
    code = "audience_in_use"

    def text(self) -> str:
        return _("This audience is still needed by a message and cannot be deleted.")


class BadListName(AppError):
    code = "bad_list_name"

    def text(self) -> str:
        return _("The name of a list has 1 to %(longest)s characters, without line breaks.")


class ListExists(AppError):
    code = "list_exists"

    def text(self) -> str:
        return _("There is a list “%(name)s” already. Choose another name.")


class ListInUse(AppError):
    """`used_by` are the names of the segments that ask for it."""

    code = "list_in_use"

    def __init__(self, *, name: str, used_by: list[str]) -> None:
        super().__init__(name=name, uses=_quoted(used_by[:NAMED]))

    def text(self) -> str:
        return _("The list “%(name)s” cannot be deleted, since these segments ask for it: %(uses)s.")


class ListBeingFilled(AppError):
    """`done` of `of` friends have been gone through."""

    code = "list_being_filled"

    def text(self) -> str:
        return _(
            "The list “%(name)s” is still being filled: %(done)s of %(of)s. Try again when it is complete."
        )


class SameList(AppError):
    code = "same_list"

    def text(self) -> str:
        return _("They are on this list already. Choose another one.")


class NobodyThere(AppError):
    code = "nobody_there"

    def text(self) -> str:
        return _("Nobody whom a message reaches is in “%(name)s” at present.")


class NotExact(AppError):
    code = "not_exact"

    def text(self) -> str:
        return _("Only LINE knows who is in “%(name)s”, so there is nobody to put on a list.")


class TooManyPasted(AppError):
    code = "too_many_pasted"

    def text(self) -> str:
        return _("These are %(count)s ids; up to %(most)s can be pasted at once. Use a CSV file for more.")


class UnfitBounds(AppError):
    code = "unfit_bounds"

    def text(self) -> str:
        return "%(problem)s"


class NoBuyers(AppError):
    code = "no_buyers"

    def text(self) -> str:
        return _("Nobody has ordered in these days: there is nothing yet to divide into fifths.")


def _names_quoted(names: list[str]) -> str:
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)


# A message is read in the language of whoever reads it.
_quoted = lazy(_names_quoted, str)
