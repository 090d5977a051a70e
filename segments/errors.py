"""Refusals of this app."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


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
    code = "segment_in_use"

    def text(self) -> str:
        return _("The segment “%(name)s” is in use and cannot be deleted.")
