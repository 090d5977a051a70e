"""What messages can call a linked friend's own of the customer: the name, the number, the client's fields."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from composing.variables import Source, Values
from customers import rows
from customers.models import Customer, CustomerField
from linking.models import Link

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREFIX = "customer."
NAME, NUMBER = f"{PREFIX}name", f"{PREFIX}number"


def leans_on_links(names: set[str]) -> bool:
    """Whether what friends get depends on which customer they are."""
    return any(name.startswith(PREFIX) for name in names)


def _names() -> "dict[str, StrOrPromise]":
    fields = CustomerField.objects.filter(archived_at=None).order_by("position", "pk")
    own: dict[str, StrOrPromise] = {NAME: _("Customer’s name"), NUMBER: _("Customer number")}
    return own | {f"{PREFIX}{each.key}": each.name for each in fields}


def _values(friend_ids: list[int], wanted: set[str]) -> Values:
    asked = {name for name in wanted if name.startswith(PREFIX)}
    if not asked:
        return {}
    links = Link.objects.active().filter(friend__in=friend_ids).select_related("customer")
    return {link.friend_id: {name: _value(link.customer, name) for name in asked} for link in links}


def of_customers(customer_ids: list[int], wanted: set[str]) -> Values:
    """The same of customers themselves, by number: for mails to whom LINE does not reach."""
    asked = {name for name in wanted if name.startswith(PREFIX)}
    rows = Customer.objects.filter(pk__in=customer_ids) if asked else []
    return {customer.pk: {name: _value(customer, name) for name in asked} for customer in rows}


def _value(customer: Customer, name: str) -> str:
    if name == NAME:
        return customer.name
    if name == NUMBER:
        return customer.number
    return rows.as_text(customer.attributes.get(name.removeprefix(PREFIX)))


SOURCE = Source(_names, _values)
