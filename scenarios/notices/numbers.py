"""Telephone numbers as LINE knows them: by a digest, made where it is sent and not kept."""

import hashlib

from accounts import current, secrets
from customers import contacts
from customers.models import Customer
from scenarios.models import NoticeSend

JAPAN = "+81"


def international(plain: str) -> str:
    """In E.164 form, from the form in which `customers.contacts` keeps it."""
    return plain if plain.startswith("+") else JAPAN + plain.removeprefix("0")


def digest(plain: str) -> str:
    """What LINE is told in place of the number.

    Source: https://developers.line.biz/en/docs/partner-docs/line-notification-messages/technical-specs/
    """
    return hashlib.sha256(international(plain).encode()).hexdigest()


def seal(notice: NoticeSend, plain: str) -> None:
    """Keep the number of somebody who is no customer with the notice, until it is settled."""
    notice.sealed_phone = secrets.seal(current.tenant().pk, _place(notice), plain)


def digests(notices: list[NoticeSend]) -> dict[int, str]:
    """What LINE is told of these, by notice; of whom no number is known any more nothing."""
    sealed = [notice for notice in notices if notice.sealed_phone]
    opened = secrets.unseal_each(
        current.tenant().pk, [(_place(each), bytes(each.sealed_phone or b"")) for each in sealed]
    )
    plain = {notice.pk: number for notice, number in zip(sealed, opened, strict=True)}
    customers = Customer.objects.in_bulk({each.customer_id for each in notices if each.pk not in plain})
    contacts.open_all(customers.values())
    for notice in notices:
        if notice.pk not in plain and notice.customer_id in customers:
            plain[notice.pk] = getattr(customers[notice.customer_id], "phone", "")
    return {pk: digest(number) for pk, number in plain.items() if number}


def _place(notice: NoticeSend) -> str:
    return f"scenarios_noticesend.phone:{notice.tag}"
