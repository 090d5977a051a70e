"""What is refused of tap actions, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class TapActionExists(AppError):
    code = "tap_action_exists"

    def text(self) -> str:
        return _("There is a tap action named “%(name)s” already.")


class DoesNothing(AppError):
    code = "does_nothing"

    def text(self) -> str:
        return _("Choose at least one thing that the tap does.")


class SameTag(AppError):
    code = "same_tag"

    def text(self) -> str:
        return _("The tag “%(name)s” cannot be put on and taken off at once.")
