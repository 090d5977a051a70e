"""What a campaign refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NameTaken(AppError):
    code = "campaign_name_taken"

    def text(self) -> str:
        return _("There is a campaign “%(name)s” already. Choose another name.")


class EndsBeforeItBegins(AppError):
    code = "campaign_ends_before_it_begins"

    def text(self) -> str:
        return _("The last day is before the first.")


class Archived(AppError):
    code = "campaign_archived"

    def text(self) -> str:
        return _("The campaign “%(name)s” is archived. Restore it first, or choose another.")


class NoPurpose(AppError):
    code = "campaign_without_purpose"

    def text(self) -> str:
        return _("Say in words what the purpose is.")


class NotAMember(AppError):
    code = "campaign_responsible_unknown"

    def text(self) -> str:
        return _("This person has no access to the client. Invite them first, or choose another.")
