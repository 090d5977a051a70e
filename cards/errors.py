"""What is refused of the card, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NotEncodable(AppError):
    """The number has signs that this kind of code does not know."""

    code = "not_encodable"

    def text(self) -> str:
        return _("“%(number)s” cannot be written as %(symbol)s.")


class NoCard(AppError):
    code = "no_card"

    def text(self) -> str:
        return _("There is no membership card here at present.")
