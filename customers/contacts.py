"""E-mail and phone of customers: sealed at rest, found again by a keyed hash.

What is kept is the plain form: an address in half width and small letters, a phone number
of Japan with its 0.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import current, secrets
from customers.models import Customer
from imports.kinds import Unfit

LONGEST_EMAIL = 254
WORD = r"[^\s@.<>,;:\"()\[\]\\]+"
looks_like_email = re.compile(
    rf"{WORD}(\.+{WORD})*\.?@{WORD}(\.{WORD})+"
).fullmatch  # docomo had “..” and “.@”
looks_like_phone = re.compile(r"(0\d{9,10}|\+\d{7,15})").fullmatch
between_digits = re.compile(r"[\s()\-‐‑‒–—―−ー.・/]")
PURPOSE = "customers.contacts"


@dataclass(frozen=True)
class Sealed:
    """A contact as it is stored: sealed for the customer of this number, and the hash it is found by."""

    sealed: bytes | None = None
    hash: bytes | None = None


def plain_email(written: str) -> str:
    """The address in the form that is kept; "" stays. Raises Unfit."""
    address = unicodedata.normalize("NFKC", written).strip().lower()
    fits = len(address) <= LONGEST_EMAIL and address.isprintable() and looks_like_email(address)
    if address and not fits:
        raise Unfit(_("This is no e-mail address such as hanako@example.jp."), "email")
    return address


def plain_phone(written: str) -> str:
    """The number in the form that is kept, 09012345678 or +12125550123; "" stays. Raises Unfit.

    +81, 0081 and 010-81 before a Japanese number become its 0.
    """
    number = between_digits.sub("", unicodedata.normalize("NFKC", written))
    number = re.sub(r"^(\+|00|010)810?", "0", number)
    number = re.sub(r"^(00|010)(?=[1-9])", "+", number)
    if number and not looks_like_phone(number):
        raise Unfit(_("This is no phone number such as 090-1234-5678 or +81 90 1234 5678."), "phone")
    return number


def seal(kind: str, contacts: Sequence[tuple[str, str | None]]) -> list[Sealed]:
    """Contacts of one kind, by customer number, in their plain form; None and "" stay empty."""
    given = [(number, plain) for number, plain in contacts if plain]
    if not given:
        return [Sealed()] * len(contacts)
    tenant = current.tenant().pk
    sealed = iter(secrets.seal_each(tenant, ((_place(kind, number), plain) for number, plain in given)))
    key = secrets.derive(tenant, PURPOSE)
    return [
        Sealed(next(sealed), _hash(key, kind, plain)) if plain else Sealed() for _number, plain in contacts
    ]


def open_all(customers: Iterable[Customer]) -> None:
    """Give each of them `email` and `phone` in clear. The caller asks for the right."""
    customers = list(customers)
    for kind in ("email", "phone"):
        held = [customer for customer in customers if getattr(customer, f"sealed_{kind}")]
        places = [(_place(kind, each.number), getattr(each, f"sealed_{kind}")) for each in held]
        opened = secrets.unseal_each(current.tenant().pk, places) if places else []
        for customer in customers:
            setattr(customer, kind, "")
        for customer, text in zip(held, opened, strict=True):
            setattr(customer, kind, text)


def take_over(into: Customer, gone: Customer) -> None:
    """Give a customer the contacts of another that it lacks itself; the caller saves it."""
    open_all([gone])
    for kind in ("email", "phone"):
        plain = getattr(gone, kind)
        if plain and not getattr(into, f"sealed_{kind}"):
            [sealed] = seal(kind, [(into.number, plain)])
            setattr(into, f"sealed_{kind}", sealed.sealed)
            setattr(into, f"{kind}_hash", sealed.hash)


def find_by_email(address: str) -> list[Customer]:
    """Customers with this address, whatever its case and width; oldest first."""
    return _find("email", plain_email, address)


def find_by_phone(number: str) -> list[Customer]:
    """Customers with this phone number, written in any way; oldest first."""
    return _find("phone", plain_phone, number)


def email_of(customer: Customer) -> str:
    """The address in clear, "" if there is none. The caller asks for the right."""
    return _open("email", customer)


def phone_of(customer: Customer) -> str:
    """The number in clear, "" if there is none. The caller asks for the right."""
    return _open("phone", customer)


def _find(kind: str, plain: Callable[[str], str], written: str) -> list[Customer]:
    try:
        sought = plain(written)
    except Unfit:
        return []
    if not sought:
        return []
    key = secrets.derive(current.tenant().pk, PURPOSE)
    return list(Customer.objects.filter(**{f"{kind}_hash": _hash(key, kind, sought)}).order_by("pk"))


def _open(kind: str, customer: Customer) -> str:
    sealed = getattr(customer, f"sealed_{kind}")
    if not sealed:
        return ""
    return secrets.unseal(current.tenant().pk, _place(kind, customer.number), bytes(sealed))


def _hash(key: bytes, kind: str, plain: str) -> bytes:
    return hmac.digest(key, f"{kind}:{plain}".encode(), "sha256")


def _place(kind: str, number: str) -> str:
    return f"customers_customer.{kind}:{number}"
