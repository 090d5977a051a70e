"""Refusals about notification messages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.errors import AppError

if TYPE_CHECKING:
    from scenarios.notices.content import Problem


class InvalidNotice(AppError):
    """What it says cannot be sent. `problems` has a path and a text for each fault."""

    code = "invalid_notice"

    def __init__(self, problems: "Iterable[Problem]") -> None:
        self.problems = [{"path": problem.path, "text": problem.text} for problem in problems]
        told = " ".join(f"{problem['path']}: {problem['text']}" for problem in self.problems)
        super().__init__(problems=told)

    def text(self) -> str:
        return _("The notification message cannot be sent. %(problems)s")


class PromotionalNotice(InvalidNotice):
    """It looks like advertising, which LINE does not take by telephone number."""

    code = "notice_is_promotional"


class NoPhone(AppError):
    code = "no_phone"

    def text(self) -> str:
        return _("No telephone number is known of the customer “%(number)s”. Enter one first.")


class BadPhone(AppError):
    code = "bad_phone"

    def text(self) -> str:
        return "%(problem)s"


class ReferenceTaken(AppError):
    code = "notice_reference_taken"

    def text(self) -> str:
        return _("A different notification message has the reference “%(reference)s”. Give each its own.")


class NotUnknown(AppError):
    code = "notice_not_unknown"

    def text(self) -> str:
        return _("What became of this notification message is known already: “%(state)s”.")


class NoChannel(AppError):
    code = "no_channel"

    def text(self) -> str:
        return _("No LINE channel is connected. Connect one first.")
