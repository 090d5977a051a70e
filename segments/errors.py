"""Refusals of this app."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.errors import AppError

if TYPE_CHECKING:
    from segments.nearest import Nearest

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
        super().__init__(name=name, uses=", ".join(f"“{each}”" for each in used_by[:NAMED]))

    def text(self) -> str:
        return _("The segment “%(name)s” cannot be deleted, since it is used by %(uses)s.")


class Unreachable(AppError):
    """A tree whose friends LINE cannot reach as asked. `nearest` is a tree that works, where there is one."""

    code = "unreachable"

    def __init__(self, reason: str, *, nearest: "Nearest | None" = None) -> None:
        self.reason = reason
        self.nearest = nearest
        super().__init__(reason=reason, nearest=nearest.words if nearest else "")

    def text(self) -> str:
        return _("%(reason)s This would work: %(nearest)s") if self.nearest else "%(reason)s"
