"""What the shop refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class CancelledAlready(AppError):
    code = "cancelled_already"

    def text(self) -> str:
        return _("The order %(number)s is cancelled already.")


class HasOrders(AppError):
    code = "has_orders"

    def text(self) -> str:
        return _("The currency can no longer be changed: there are orders and products in it.")
