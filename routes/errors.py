"""What is refused of routes, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class FolderExists(AppError):
    code = "folder_exists"

    def text(self) -> str:
        return _("There is already a folder “%(name)s”.")


class BadName(AppError):
    code = "bad_name"

    def text(self) -> str:
        return _("Give a name of 1 to %(longest)s characters.")


class EndsBeforeStart(AppError):
    code = "ends_before_start"

    def text(self) -> str:
        return _("A route must end after it begins.")


class SignInOver(AppError):
    """Its time is over, it was used, or it never was."""

    code = "sign_in_over"

    def text(self) -> str:
        return _("This sign-in can no longer be used. Open the link or scan the QR code again.")
