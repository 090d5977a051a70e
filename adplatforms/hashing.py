"""Contacts as ad platforms take them: SHA-256 of a written form that each of them prescribes.

What is kept of customers (`customers.contacts`) is in half width, lower case, a phone number of Japan with
its 0; from there the forms are made. Nothing else of a contact leaves.
"""

import hashlib
from dataclasses import dataclass

from customers import contacts
from customers.models import Customer

JAPAN = "81"


@dataclass(frozen=True, slots=True)
class Hashes:
    """Of one person, 64 hexadecimal digits in lower case each; "" where there is none.

    `phone` is of the E.164 form with its plus (Google, X, TikTok, LINE), `phone_digits` without (Meta).
    """

    email: str = ""
    phone: str = ""
    phone_digits: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


def of(customers: list[Customer]) -> dict[int, Hashes]:
    """By customer. Contacts are opened here, hashed, and held nowhere."""
    contacts.open_all(customers)
    return {each.pk: hashed(each.email, each.phone) for each in customers}  # type: ignore[attr-defined]


def hashed(email: str, phone: str) -> Hashes:
    """Of contacts in the form in which `customers.contacts` keeps them."""
    number = international(phone)
    return Hashes(digest(email), digest(number), digest(number.removeprefix("+")))


def international(phone: str) -> str:
    """In E.164 form with its plus; "" stays."""
    if not phone or phone.startswith("+"):
        return phone
    return f"+{JAPAN}{phone.removeprefix('0')}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
