"""What is refused of entry points and invitations, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class EntryPointExists(AppError):
    code = "entry_point_exists"

    def text(self) -> str:
        return _("There is an entry point “%(entry)s” already.")


class BadEntryPoint(AppError):
    code = "bad_entry_point"

    def text(self) -> str:
        return _("Give it a code of a–z, 0–9 and hyphens, and a name of at most %(longest)s characters.")


class BadInvitation(AppError):
    code = "bad_invitation"

    def text(self) -> str:
        return _("Give a reason of at most %(text)s characters and a button of at most %(button)s.")


class TooManyInvitations(AppError):
    code = "too_many_invitations"

    def text(self) -> str:
        return _("At most %(most)s invitations can take turns. Stop one of them first.")
