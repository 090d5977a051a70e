"""Why something about a shop's connection is refused, and what to do about it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NameTaken(AppError):
    code = "connection_exists"

    def text(self) -> str:
        return _("There is a connection called “%(name)s” already. Choose another name.")


class BadShopDomain(AppError):
    code = "bad_shop_domain"

    def text(self) -> str:
        return _("Give the shop's domain as Shopify shows it, such as my-shop.myshopify.com.")


class SecretMissing(AppError):
    code = "secret_missing"

    def text(self) -> str:
        return _("Enter the secret that Shopify shows; without it nothing that comes can be believed.")


class SecretTooShort(AppError):
    code = "secret_too_short"

    def text(self) -> str:
        return _("A secret has at least %(least)s characters and no line breaks.")


class BadHeader(AppError):
    code = "bad_header"

    def text(self) -> str:
        return _("“%(name)s” cannot be a header's name. Use letters, digits and -, as the cart shows it.")


class HeaderMissing(AppError):
    code = "header_missing"

    def text(self) -> str:
        return _("Name the header in which the cart sends its signature or token.")


class UserNameMissing(AppError):
    code = "user_name_missing"

    def text(self) -> str:
        return _("Give the user name that the cart sends with its password, without “:”.")


class BadMapping(AppError):
    """Nothing was saved. `faults` has each place in the mapping with what is wrong there."""

    code = "bad_mapping"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__()
        self.faults = faults

    def text(self) -> str:
        return "; ".join(f"{place}: {why}" if place else why for place, why in self.faults)


class NothingToReplay(AppError):
    code = "nothing_to_replay"

    def text(self) -> str:
        return _("This delivery waits to be processed already.")


class Note(AppError):
    """How a delivery ended, as a text to translate and its values: it is read in several languages."""

    def __init__(self, note: str, *, names: Iterable[str] = (), **values: object) -> None:
        super().__init__(None, **values)
        self.note, self.names = note, list(names)

    def text(self) -> str:
        return _(self.note)


class Unfit(Note):
    """A delivery that cannot be taken over as it is. It is kept, and can be replayed."""

    code = "unfit_delivery"


class Ignored(Note):
    """A delivery from which there is nothing to write."""

    code = "ignored_delivery"
