"""Customers found by SHA-256 of their e-mail or phone, as files that ad platforms give out name people.

What is kept is keyed anew with the client's own key: the table alone tells nobody whose phone it is. It is
brought up to date right before it is asked, for those alone whose contacts have changed since.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterator

from django.db import connection

from accounts import current, secrets
from customers import contacts
from customers.models import ContactDigest, Customer

PURPOSE = "customers.digests"
PORTION = 5_000
JAPAN = "+81"
FIELDS = ("email_hash", "phone_hash", "email", "phone", "phone_digits", "phone_national")
# One join of the whole tables: to look each customer up takes many times as long. Who has no contact and is
# not there is as kept, too.
CHANGED = """
SELECT customer.id FROM customers_customer AS customer
LEFT JOIN customers_contactdigest AS kept ON kept.customer_id = customer.id
WHERE (customer.email_hash, customer.phone_hash) IS DISTINCT FROM (kept.email_hash, kept.phone_hash)
ORDER BY customer.id"""
KINDS = {"email": ("email",), "phone": ("phone", "phone_digits", "phone_national")}


def find(kind: str, digests: Collection[str]) -> dict[str, int]:
    """The customer of each of these, 64 hexadecimal digits each, of the kind "email" or "phone".

    A phone may have been hashed as +819012345678, 819012345678 or 09012345678. What several customers have
    names none of them.
    """
    if not digests:
        return {}
    refresh()
    key = secrets.derive(current.tenant().pk, PURPOSE)
    sought = {_keyed(key, each): each for each in digests}
    found: dict[str, set[int]] = {}
    for field in KINDS[kind]:
        rows = ContactDigest.objects.filter(**{f"{field}__in": list(sought)})
        for keyed, customer in rows.values_list(field, "customer_id"):
            found.setdefault(sought[bytes(keyed)], set()).add(customer)
    return {digest: min(customers) for digest, customers in found.items() if len(customers) == 1}


def refresh() -> None:
    """Bring the digests of all whose contacts have changed up to date. Two at once do the same."""
    key = secrets.derive(current.tenant().pk, PURPOSE)
    for block in _changed():
        contacts.open_all(block)
        rows = [_row(key, customer) for customer in block]
        ContactDigest.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["customer"], update_fields=FIELDS
        )


def _changed() -> Iterator[list[Customer]]:
    with connection.cursor() as cursor:
        cursor.execute(CHANGED)
        numbers = [number for (number,) in cursor]
    for start in range(0, len(numbers), PORTION):
        yield list(Customer.objects.filter(pk__in=numbers[start : start + PORTION]).order_by("pk"))


def _row(key: bytes, customer: Customer) -> ContactDigest:
    email, phone = customer.email, customer.phone  # type: ignore[attr-defined]  # as open_all gives them
    whole = JAPAN + phone.removeprefix("0") if phone.startswith("0") else phone
    return ContactDigest(
        customer=customer,
        email_hash=customer.email_hash,
        phone_hash=customer.phone_hash,
        email=_of(key, email),
        phone=_of(key, whole),
        phone_digits=_of(key, whole.removeprefix("+")),
        phone_national=_of(key, phone if phone.startswith("0") else ""),
    )


def _of(key: bytes, text: str) -> bytes | None:
    return _keyed(key, hashlib.sha256(text.encode()).hexdigest()) if text else None


def _keyed(key: bytes, digest: str) -> bytes:
    return hmac.digest(key, digest.lower().encode(), "sha256")
