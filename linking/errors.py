from django.utils.translation import gettext as _

from accounts.errors import AppError


class NotConnected(AppError):
    code = "not_connected"

    def text(self) -> str:
        return _("This client has no LINE channel yet. Connect one first.")


class NotAFriend(AppError):
    """LINE gives link tokens for present friends only."""

    code = "not_a_friend"

    def text(self) -> str:
        return _("LINE does not count this person as a friend, so they cannot be linked.")


class LinkExpired(AppError):
    code = "link_expired"

    def text(self) -> str:
        return _("This link is no longer valid. Send “%(word)s” in the chat to get a new one.")


class WrongDetails(AppError):
    """The same for an unknown number and a wrong birthday, so that nobody learns which numbers exist."""

    code = "wrong_details"

    def text(self) -> str:
        return _("The customer number and birthday do not match our records. Please check both.")


class TooManyTries(AppError):
    code = "too_many_tries"

    def text(self) -> str:
        return _("The details were wrong too often. Please try again tomorrow, or ask the shop.")


class NotLinked(AppError):
    code = "not_linked"

    def text(self) -> str:
        return _("This link has already ended.")
