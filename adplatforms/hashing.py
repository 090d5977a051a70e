"""Contacts as ad platforms take them: SHA-256 of a written form that each of them prescribes.

What is kept of customers (`customers.contacts`) is in half width, lower case, a phone number of Japan with
its 0; from there the forms are made. Nothing else of a contact leaves.
"""

import hashlib
from dataclasses import dataclass

from customers import contacts
from customers.models import Customer

JAPAN = "81"
GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class Hashes:
    """Of one person, 64 hexadecimal digits in lower case each; "" where there is none.

    `phone` is of the E.164 form with its plus (Google, X, TikTok, LINE), `phone_digits` without (Meta);
    `email_google` is as Google takes conversions, dots of Gmail's names left out.
    """

    email: str = ""
    phone: str = ""
    phone_digits: str = ""
    email_google: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


def of(customers: list[Customer]) -> dict[int, Hashes]:
    """By customer. Contacts are opened here, hashed, and held nowhere."""
    contacts.open_all(customers)
    return {each.pk: hashed(each.email, each.phone) for each in customers}  # type: ignore[attr-defined]


def hashed(email: str, phone: str) -> Hashes:
    """Of contacts in the form in which `customers.contacts` keeps them."""
    number = international(phone)
    plain, google = digest(email), without_dots(email)
    return Hashes(
        plain,
        digest(number),
        digest(number.removeprefix("+")),
        plain if google == email else digest(google),
    )


def without_dots(email: str) -> str:
    """As Google normalises its own addresses before it hashes them.

    Source: https://developers.google.com/google-ads/api/docs/conversions/upload-offline
    """
    name, _at, domain = email.rpartition("@")
    return f"{name.replace('.', '')}@{domain}" if domain in GMAIL else email


def international(phone: str) -> str:
    """In E.164 form with its plus; "" stays."""
    if not phone or phone.startswith("+"):
        return phone
    return f"+{JAPAN}{phone.removeprefix('0')}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
