"""What is refused of coupons, and why. Those of a ticket are read out at the till and by programs."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NoSuchReward(AppError):
    code = "no_such_reward"

    def text(self) -> str:
        return _("There is no such reward any more. Choose another.")


class NotRunning(AppError):
    """The coupon cannot be given: it is a draft, has ended, or was closed."""

    code = "coupon_not_running"

    def text(self) -> str:
        return _("The coupon “%(name)s” is not running: %(state)s.")


class NotHeld(AppError):
    """A friend opened the address of a coupon that is only for those to whom it was given."""

    code = "coupon_not_held"

    def text(self) -> str:
        return _("You do not have this coupon. It is only for those to whom it was given.")


class UsedUp(AppError):
    code = "coupon_used_up"

    def text(self) -> str:
        return _("All coupons “%(name)s” have been given.")


class NotADraft(AppError):
    code = "coupon_not_a_draft"

    def text(self) -> str:
        return _("Once a coupon runs, this cannot be changed any more. Copy the coupon instead.")


class NotComplete(AppError):
    """The coupon cannot start."""

    code = "coupon_not_complete"

    def text(self) -> str:
        return _("The coupon cannot start yet: %(reason)s")


class NoCodesKept(AppError):
    code = "coupon_has_no_pool"

    def text(self) -> str:
        return _("This coupon takes no codes of the shop: its codes are made here, or one is for everybody.")


class TooManyCodes(AppError):
    code = "too_many_codes"

    def text(self) -> str:
        return _("At most %(most)s codes at a time.")


class UnknownCode(AppError):
    code = "coupon_unknown"

    def text(self) -> str:
        return _("There is no coupon with this code. Look for a typing error, and whose coupon it is.")


class SharedCode(AppError):
    code = "coupon_shared"

    def text(self) -> str:
        return _("Everybody has this code. Scan the personal code that stands on the customer’s coupon.")


class NotValidYet(AppError):
    code = "coupon_not_yet"

    def text(self) -> str:
        return _("This coupon is valid only from %(since)s.")


class Expired(AppError):
    code = "coupon_expired"

    def text(self) -> str:
        return _("This coupon was valid until %(until)s.")


class AlreadyUsed(AppError):
    code = "coupon_used"

    def text(self) -> str:
        return _("This coupon was used on %(at)s.")


class Closed(AppError):
    code = "coupon_closed"

    def text(self) -> str:
        return _("This coupon was closed and is not taken any more.")


class Withdrawn(AppError):
    code = "coupon_withdrawn"

    def text(self) -> str:
        return _("This coupon was taken back from the customer.")


class NotHere(AppError):
    code = "coupon_not_here"

    def text(self) -> str:
        return _("This coupon cannot be used in this way: %(ways)s.")


class OtherUse(AppError):
    """The key of a request was used for another code."""

    code = "coupon_other_use"

    def text(self) -> str:
        return _("This request has been used for another coupon. Begin anew.")


class TooLate(AppError):
    code = "too_late_to_undo"

    def text(self) -> str:
        return _("This use was more than %(minutes)s minutes ago. Ask somebody who manages coupons.")


class ReasonNeeded(AppError):
    code = "reason_needed"

    def text(self) -> str:
        return _("Say why the use is taken back.")


class InUse(AppError):
    code = "coupon_in_use"

    def text(self) -> str:
        return _("Only a draft can be deleted. Close the coupon instead.")


class AddressWrong(AppError):
    code = "address_wrong"

    def text(self) -> str:
        return _("There is no coupon at this address. Open it from the message that you got in LINE.")
