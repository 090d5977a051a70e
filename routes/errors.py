"""What is refused of routes, and why."""

from typing import Self

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


class BadCost(AppError):
    """Something that cannot be an ad cost; `reason` says what."""

    code = "bad_cost"

    def text(self) -> str:
        return "%(reason)s"

    @classmethod
    def of_days(cls, most: int) -> Self:
        reason = _("The last day must not be before the first, nor more than %(most)s days in all.")
        return cls(reason=reason % {"most": most})

    @classmethod
    def of_amount(cls) -> Self:
        return cls(reason=_("Give the cost in yen, from 0 and with at most two decimals."))

    @classmethod
    def of_text(cls, longest: int) -> Self:
        return cls(
            reason=_("Medium, campaign and key have at most %(longest)s characters.") % {"longest": longest}
        )

    @classmethod
    def of_count(cls) -> Self:
        return cls(reason=_("Impressions and clicks are whole numbers from 0."))

    @classmethod
    def of_key(cls) -> Self:
        return cls(reason=_("Another cost has this key."))


class CostOverlaps(AppError):
    """Days of it are entered already for the same route, medium and campaign."""

    code = "cost_overlaps"

    def text(self) -> str:
        return _(
            "%(amount)s from %(from_on)s to %(to_on)s is entered for the same route, medium and campaign. "
            "Change that one, or give this another campaign."
        )
