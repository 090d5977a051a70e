"""Why a webhook is not relayed to an address, and what to do about it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AppError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class BadAddress(AppError):
    """Nothing was saved or sent."""

    code = "bad_address"

    LENGTH = gettext_lazy("Give the address that shall get the webhooks, at most 500 characters.")
    CHARACTERS = gettext_lazy(
        "The address has characters that no address has. Write Japanese domain names as xn--… (Punycode)."
    )
    FORM = gettext_lazy("Give a whole address that begins with https:// and has no # in it.")
    PASSWORD = gettext_lazy(
        "Leave user name and password out of the address. The tool knows us by LINE's signature."
    )
    PRIVATE = gettext_lazy("This leads into a private network. Give an address that everybody can reach.")
    PORT = gettext_lazy("Only port 443 is allowed. Leave the port out of the address.")
    OURS = gettext_lazy("This is an address of Musubi itself: the webhook would go round in circles.")

    def __init__(self, reason: "StrOrPromise") -> None:
        super().__init__(reason=reason)

    def text(self) -> str:
        return "%(reason)s"


class TargetExists(AppError):
    code = "relay_exists"

    def text(self) -> str:
        return _("There is a relay to this address already: “%(name)s”.")


class TooManyTargets(AppError):
    code = "too_many_relays"

    def text(self) -> str:
        return _("A client can have at most %(most)d relays. Remove one that is no longer needed.")


class TestFailed(AppError):
    """The tool did not take the test; nothing was saved."""

    code = "relay_test_failed"

    def text(self) -> str:
        return _("The test did not arrive: %(reason)s. Check the address, or add it all the same.")


class UnknownTypes(AppError):
    code = "unknown_event_types"

    def text(self) -> str:
        return _("LINE has no events of these types: %(types)s.")


class NothingToSend(AppError):
    code = "relay_not_again"

    def text(self) -> str:
        return _("This body is on its way already, or is no longer kept.")
