"""What a conversion point refuses, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class CodeTaken(AppError):
    code = "point_code_taken"

    def text(self) -> str:
        return _("The code “%(code)s” is taken. Choose another one.")


class OrdersAreThere(AppError):
    code = "point_orders_are_there"

    def text(self) -> str:
        return _("There is a conversion point for the orders of the shop already. Change that one.")


class NoPointName(AppError):
    code = "point_without_name"

    def text(self) -> str:
        return _("Give the conversion point a name.")


class NoEvent(AppError):
    code = "point_without_event"

    def text(self) -> str:
        return _("Choose the event that counts as a conversion.")


class UnfitWhere(AppError):
    code = "point_unfit_where"

    def text(self) -> str:
        return _("What must be true of the event is not understood: %(reason)s")


class NoTouch(AppError):
    code = "point_without_touch"

    def text(self) -> str:
        return _("Choose at least one thing that can lead to a conversion.")


class StaysOpen(AppError):
    code = "point_stays_open"

    def text(self) -> str:
        return _("The orders of the shop cannot be archived: they are what return is reckoned by.")


class ManyPoints(AppError):
    code = "point_too_many"

    def text(self) -> str:
        return _("There can be %(most)s conversion points at once. Archive one that is no longer needed.")


class NoPages(AppError):
    code = "point_without_pages"

    def text(self) -> str:
        return _("Give the address of the page, or the name of the conversion: one of the two.")


class UnfitPages(AppError):
    code = "point_unfit_pages"

    def text(self) -> str:
        return _(
            "Write the address of the page such as shop.example/thanks or /thanks*, without what stands "
            "behind ? or #: that is not kept."
        )


class NoOrigin(AppError):
    code = "tag_without_pages"

    def text(self) -> str:
        return _("Name at least one address of your shop, such as https://shop.example.")


class BadOrigin(AppError):
    code = "tag_bad_address"

    def text(self) -> str:
        return _("“%(given)s” is no address of a shop. Write it such as https://shop.example.")


class ManyOrigins(AppError):
    code = "tag_too_many_addresses"

    def text(self) -> str:
        return _("There can be %(most)s addresses. Take out one that is no longer needed.")
