"""What is refused of reports, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NotOver(AppError):
    code = "report_too_early"

    def text(self) -> str:
        return _("There is nothing to report of days to come. Choose a month that has begun.")


class TooOld(AppError):
    code = "report_too_old"

    def text(self) -> str:
        return _("Choose a month from 2010 on.")


class NotSent(AppError):
    code = "report_not_sent"

    def text(self) -> str:
        return _("This send has not begun yet. A report can be drafted once it has.")


class NotCounted(AppError):
    code = "report_not_counted"

    def text(self) -> str:
        return _("The days are still being counted for the first time. Try again in a few minutes.")


class AlreadyReleased(AppError):
    code = "report_released"

    def text(self) -> str:
        return _("Version %(version)s is released. Correct it: that makes a new version.")


class NotOpen(AppError):
    code = "report_not_open"

    def text(self) -> str:
        return _("The report has been released or taken back meanwhile; it can no longer be changed.")


class Gone(AppError):
    code = "report_gone"

    def text(self) -> str:
        return _("Somebody has deleted this draft meanwhile.")


class Changed(AppError):
    code = "report_changed"

    def text(self) -> str:
        return _("Somebody has changed the report since you opened this page. Look at it again first.")


class NotReviewed(AppError):
    code = "report_not_reviewed"

    def text(self) -> str:
        return _("The report is released after somebody has reviewed it as it is now.")


class NotReleased(AppError):
    code = "report_not_released"

    def text(self) -> str:
        return _("Only a released report can be withdrawn, corrected or mailed.")


class NoReason(AppError):
    code = "report_no_reason"

    def text(self) -> str:
        return _("Say why. The reason stays with the report.")


class TooLong(AppError):
    code = "report_text_too_long"

    def text(self) -> str:
        return _("A text may have 4,000 characters.")


class UnknownSection(AppError):
    code = "report_section_unknown"

    def text(self) -> str:
        return _("A report of this kind has no section “%(code)s”.")


class BadAddress(AppError):
    code = "report_bad_address"

    def text(self) -> str:
        return _("“%(address)s” is no e-mail address.")


class NoRecipients(AppError):
    code = "report_no_recipients"

    def text(self) -> str:
        return _("Choose at least one recipient, 50 at most.")


class NotConfirmed(AppError):
    code = "report_addresses_not_confirmed"

    def text(self) -> str:
        return _(
            "These addresses are of nobody who works on this client here: %(addresses)s. "
            "Confirm that they may get the report."
        )


class AlreadyMailed(AppError):
    code = "report_already_mailed"

    def text(self) -> str:
        return _("This mail is still on its way, or was sent again already.")


class NotAMember(AppError):
    code = "report_responsible_unknown"

    def text(self) -> str:
        return _("Choose somebody who works on this client.")
