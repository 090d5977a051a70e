"""E-mail and phone of customers: sealed at rest, found again by a keyed hash."""

from customers.models import Customer


def find_by_email(address: str) -> list[Customer]:
    """Customers with this address, whatever its case and width; oldest first."""
    raise NotImplementedError


def find_by_phone(number: str) -> list[Customer]:
    """Customers with this phone number, written in any way; oldest first."""
    raise NotImplementedError


def email_of(customer: Customer) -> str:
    """The address in clear, "" if there is none. The caller asks for the right."""
    raise NotImplementedError


def phone_of(customer: Customer) -> str:
    """The number in clear, "" if there is none. The caller asks for the right."""
    raise NotImplementedError
