"""What is refused of referral programmes, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class InvalidRules(AppError):
    code = "invalid_rules"

    def text(self) -> str:
        return _("The rules cannot be read: %(problem)s")


class ProgrammeNameTaken(AppError):
    code = "referral_name_taken"

    def text(self) -> str:
        return _("There is already a referral programme “%(name)s”. Choose another name.")


class ProgrammeEndsTooEarly(AppError):
    code = "referral_ends_too_early"

    def text(self) -> str:
        return _("It ends before it begins. Change the days.")


class ProgrammeChanged(AppError):
    code = "referral_changed"

    def text(self) -> str:
        return _("Somebody else has changed “%(name)s” in the meantime. Load it again.")


class ProgrammeWrongStatus(AppError):
    code = "referral_wrong_status"

    def text(self) -> str:
        return _("That cannot be done with a programme that is “%(status)s”.")


class ProgrammeNotReady(AppError):
    """`findings` are what must be mended before it can start."""

    code = "referral_not_ready"

    def text(self) -> str:
        return _("The programme cannot start yet: %(findings)s")


class ProgrammeHasPeople(AppError):
    code = "referral_has_people"

    def text(self) -> str:
        return _("Friends take part in “%(name)s”, so it stays. End it instead.")


class AlreadyRewarded(AppError):
    code = "referral_rewarded"

    def text(self) -> str:
        return _("Its reward has been given, so it stays as it is.")


class NotToDecide(AppError):
    code = "referral_not_to_decide"

    def text(self) -> str:
        return _("There is nothing to decide here: “%(state)s”.")


class NeedsReason(AppError):
    code = "referral_needs_reason"

    def text(self) -> str:
        return _("Say why, so that others can understand it later.")


class NotPartOfIt(AppError):
    """Why somebody has no link, in words for them."""

    code = "referral_not_friend"

    def text(self) -> str:
        return _("Add our account in LINE first; then you get a link of your own.")


class NotOpen(AppError):
    code = "referral_not_open"

    def text(self) -> str:
        return _("This programme is not open at the moment.")


class AddressWrong(AppError):
    code = "referral_address_wrong"

    def text(self) -> str:
        return _("The address is not complete, or no longer used. Open it again from our chat.")
