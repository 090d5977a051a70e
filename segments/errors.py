"""Refusals of this app."""

from django.utils.translation import gettext as _

from accounts.errors import AppError

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
