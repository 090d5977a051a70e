from django.utils.translation import gettext as _

from accounts.errors import AppError


class AlreadyIssued(AppError):
    """What is issued never changes."""

    code = "already_issued"

    def text(self) -> str:
        return _("%(document)s is issued and never changes. Write a credit note, or bill it next month.")


class NotReviewed(AppError):
    code = "not_reviewed"

    def text(self) -> str:
        return _("Somebody has to review it first: open it, check it and choose “Mark as reviewed”.")


class CannotBeIssued(AppError):
    """Something is missing or has changed; `problem` says what to do."""

    code = "cannot_be_issued"

    def text(self) -> str:
        return _("It cannot be issued yet: %(problem)s")


class ReckonedLine(AppError):
    code = "reckoned_line"

    def text(self) -> str:
        return _(
            "This line is reckoned from the ledger and the contract. Correct it there and choose "
            "“Reckon again”, or add a line of your own."
        )


class NotAnInvoice(AppError):
    code = "not_an_invoice"

    def text(self) -> str:
        return _("Lines of a credit note are chosen from its invoice. Delete it and write it anew.")


class NothingToCredit(AppError):
    code = "nothing_to_credit"

    def text(self) -> str:
        return _("Choose at least one line with an amount to credit.")


class TooMuchCredit(AppError):
    """More than what earlier credit notes left of a line."""

    code = "too_much_credit"

    def text(self) -> str:
        return _("“%(line)s” has only %(remaining)s left to credit.")


class CreditNoteInWork(AppError):
    code = "credit_note_in_work"

    def text(self) -> str:
        return _("A credit note to this invoice is not issued yet. Issue or delete that one first.")


class NotIssued(AppError):
    code = "not_issued"

    def text(self) -> str:
        return _("Only what is issued can be corrected or mailed.")


class NoDifference(AppError):
    code = "no_difference"

    def text(self) -> str:
        return _("The ledger agrees with what was billed. There is nothing to correct.")


class NothingToGiveBack(AppError):
    """The ledger has more than was billed: that is charged, not credited."""

    code = "nothing_to_give_back"

    def text(self) -> str:
        return _("The client owes more than was billed. Add it to the next invoice.")


class NoAddress(AppError):
    code = "no_address"

    def text(self) -> str:
        return _("No e-mail address of the recipient is known. Enter it with the recipient of invoices.")


class MailNotSent(AppError):
    code = "mail_not_sent"

    def text(self) -> str:
        return _("The mail server did not take the mail. Try again in a few minutes.")
