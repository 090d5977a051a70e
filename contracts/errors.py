"""What is refused of contracts, and what to do then."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class MonthClosed(AppError):
    """An invoice has gone out for the month, or for a later one."""

    code = "month_closed"

    def text(self) -> str:
        return _("Invoices are issued up to %(month)s. Let the new terms begin in a later month.")


class ContractUsed(AppError):
    code = "contract_used"

    def text(self) -> str:
        return _(
            "Invoices up to %(month)s stand on these terms, so they stay as they are. "
            "Make new terms that begin in a later month."
        )


class MonthTaken(AppError):
    code = "month_taken"

    def text(self) -> str:
        return _("Terms that begin in %(month)s are there already. Correct those, or choose another month.")
