from django.utils.translation import gettext as _

from accounts.errors import AppError


class BadCustomer(AppError):
    """A row that does not fit; the message is the reason."""

    code = "bad_customer"


class CustomerExists(AppError):
    code = "customer_exists"

    def text(self) -> str:
        return _("There is already a customer with the number %(number)s.")


class CustomerErased(AppError):
    code = "customer_erased"

    def text(self) -> str:
        return _("The personal data of customer %(number)s was erased. It takes nothing in any more.")


class NotErased(AppError):
    code = "not_erased"

    def text(self) -> str:
        return _("This customer has not been erased.")


class SameCustomer(AppError):
    code = "same_customer"

    def text(self) -> str:
        return _("A customer cannot be merged with itself.")


class NoSuchCustomer(AppError):
    code = "no_such_customer"

    def text(self) -> str:
        return _("There is no customer with the number %(number)s.")


class ChoiceInUse(AppError):
    code = "choice_in_use"

    def text(self) -> str:
        return _("“%(choice)s” is the answer of some customers, so it has to stay a choice.")
