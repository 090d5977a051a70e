from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.errors import AppError

if TYPE_CHECKING:
    from billing.models import Budget


class PlanExceeded(AppError):
    """A send needs more messages than the plan, the owner's cap or LINE's own limit leaves this month."""

    code = "plan_exceeded"

    def __init__(self, *, messages: int, remaining: int, kept_back: int = 0) -> None:
        super().__init__(messages=f"{messages:,}", remaining=f"{remaining:,}", kept=f"{kept_back:,}")
        self.messages = messages
        self.remaining = remaining
        self.kept_back = kept_back

    def text(self) -> str:
        if self.kept_back:
            return _(
                "This needs %(messages)s messages, but only %(remaining)s are left for it this month: "
                "%(kept)s more are kept for scenarios, notices and replies. Send to fewer people, change "
                "what is kept back, raise the limit of extra messages in LINE Official Account Manager, or "
                "change the LINE plan."
            )
        return _(
            "This needs %(messages)s messages, but only %(remaining)s are left this month. "
            "Send to fewer people, raise the limit of extra messages in LINE Official Account Manager, "
            "or change the LINE plan."
        )


class AlreadySuperseded(AppError):
    """Somebody has entered a newer version meanwhile."""

    code = "already_superseded"

    def text(self) -> str:
        return _("A newer version of this price table was entered already. Supersede that one instead.")


class OtherTable(AppError):
    """A version is of the same plan, client and first month as the one before it."""

    code = "other_table"

    def text(self) -> str:
        return _("A new version is for the same plan, client and first month. Enter a new table instead.")


class NoPrices(AppError):
    code = "no_prices"

    def text(self) -> str:
        return _("The prices of “%(plan)s” in this month are not known. Enter its price table first.")


class OtherCountry(AppError):
    code = "other_country"

    def text(self) -> str:
        return _(
            "“%(plan)s” is a plan of another country, and an account stays where it was opened. "
            "If the present plan was registered wrongly, correct it under Subscriptions in the agency data."
        )


class NothingPlanned(AppError):
    code = "nothing_planned"

    def text(self) -> str:
        return _("No change of plan is planned. It may have been taken back already, or holds by now.")


class BudgetExceeded(AppError):
    """A send would cost more than a budget that stops sends leaves this month. `fitting` messages would not.

    It names no amount of money: whoever reads it may not be one who sees LINE's.
    """

    code = "budget_exceeded"

    def __init__(self, budget: "Budget", *, month: date, campaign: str, messages: int, fitting: int) -> None:
        counts = {"messages": f"{messages:,}", "fitting": f"{fitting:,}"}
        super().__init__(month=f"{month:%Y/%m}", campaign=campaign, **counts)
        self.budget, self.month, self.campaign = budget, month, campaign
        self.messages, self.fitting = messages, fitting

    def text(self) -> str:
        if self.campaign:
            return _(
                "The budget of the campaign “%(campaign)s” for %(month)s stops this send: of its "
                "%(messages)s messages %(fitting)s would still fit. Send to fewer people, or have the budget "
                "lifted or raised."
            )
        return _(
            "The budget for %(month)s stops this send: of its %(messages)s messages %(fitting)s would still "
            "fit. Send to fewer people, or have the budget lifted or raised."
        )


class BudgetTaken(AppError):
    code = "budget_taken"

    def text(self) -> str:
        return _("There is a budget for this already. Change that one.")


class NotALift(AppError):
    """An amount up to which a budget is lifted that is below the budget itself."""

    code = "not_a_lift"

    def text(self) -> str:
        return _("Give an amount that is not below the budget, or none to let everything through.")


class NoSuchCampaign(AppError):
    code = "no_such_campaign"

    def text(self) -> str:
        return _("There is no such campaign. Choose one of the list.")


class NothingToAdjust(AppError):
    code = "nothing_to_adjust"

    def text(self) -> str:
        return _("Give how many messages are missing, or with a minus how many are too many.")


class MonthNotBegun(AppError):
    code = "month_not_begun"

    def text(self) -> str:
        return _("This month has not begun. Choose the present one or an earlier one.")


class UnknownOwner(AppError):
    code = "unknown_owner"

    def text(self) -> str:
        return _(
            "Nothing of “%(owner)s” is booked in this month. "
            "Copy the first part of a reference from the ledger, such as broadcast:7, or leave it empty."
        )


class TakesBackTooMuch(AppError):
    code = "takes_back_too_much"

    def text(self) -> str:
        return _("Only %(messages)s messages are booked there: no more can be taken back.")
