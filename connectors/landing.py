"""Where what shops tell lands: customers, orders, products, timeline. What these refuse is said as it is."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from connectors.errors import Unfit
from customers import contacts, erasing, merging, numbers
from customers import services as customers
from customers.models import Customer
from events import incoming, timeline
from events.timeline import NewEvent
from shops import orders, products
from shops.models import Order

REFUSED = gettext_noop("%(what)s %(name)s: %(reason)s")
ERASED = gettext_noop("The personal data of customer %(number)s was erased. It takes nothing in any more.")
NOBODY = gettext_noop("There is no customer %(number)s.")


def customer(row: dict[str, Any]) -> None:
    """Raises Unfit with the reason if the row is refused; so do the others.

    Nothing is taken in of a customer who was erased, and nothing else is held up by it: their orders count.
    """
    if not is_erased(str(row.get("number", ""))):
        _say(customers.upsert_customers([row]).errors, gettext_noop("Customer"), row.get("number"))


def order(row: dict[str, Any], *, source: str, first_told_at: str = "", is_all: bool = False) -> None:
    """`first_told_at` stands for the time of an order whose shop does not say when it was placed.

    With `is_all` the row is made of all that is known of the order.
    """
    if "placed_at" not in row and not Order.objects.filter(source=source, number=row["number"]).exists():
        row = row | {"placed_at": first_told_at}
    _say(
        orders.upsert_orders([row], source=source, is_all=is_all).errors,
        gettext_noop("Order"),
        row.get("number"),
    )


def product(row: dict[str, Any]) -> None:
    _say(products.upsert_products([row]).errors, gettext_noop("Product"), row.get("code"))


def stock(code: str, count: int, at: str) -> None:
    product({"code": code, "stock": count, "updated_at": at})


def events(number: str, rows: list[dict[str, Any]]) -> None:
    """Put these on a customer's timeline; those whose `key` is there already change nothing."""
    found = find_customer(number)
    timeline.record(
        NewEvent(
            type=row["type"],
            at=datetime.fromisoformat(row["at"]),
            customer_id=found.pk,
            properties=row["properties"],
            key=row["key"],
        )
        for row in rows
    )


def event(row: dict[str, Any]) -> None:
    """An event as programs send them, checked as theirs are."""
    good, errors = incoming.read({"events": [row]})
    _say([(0, each["detail"]) for each in errors], gettext_noop("Event"), row["type"])
    timeline.record(good)


def is_erased(number: str) -> bool:
    """Whether what was personal of this customer was erased."""
    found = numbers.get(number)
    return bool(found and found.erased_at)


def number_by_email(email: str) -> str:
    """The number of the one customer of this address; empty if there is none, or more than one."""
    found = contacts.find_by_email(email)
    return found[0].number if len(found) == 1 else ""


def merge_customers(*, into: str, gone: str) -> None:
    merging.merge(find_customer(into), find_customer(gone), by=None)


def erase_customer(number: str) -> None:
    erasing.erase(find_customer(number), by=None)


def find_customer(number: str) -> Customer:
    """Raises Unfit."""
    found = numbers.get(number)
    if found is None:
        raise Unfit(NOBODY, number=number)
    return found


def _say(errors: list[tuple[int, str]], what: str, name: object) -> None:
    if errors:
        raise Unfit(REFUSED, what=what, name=name, reason=errors[0][1])
