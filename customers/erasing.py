"""Taking away what is personal of a customer, when they ask for it.

The row and its number stay, so that orders keep adding up and events keep happening to somebody; name,
birthday, contacts and attributes are emptied, and links end. Afterwards rows about this number are refused,
since the next night's upload would bring everything back. Who becomes a customer again is taken in by hand.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from customers import holding, services
from customers.errors import NotErased
from customers.models import ContactDigest, Customer
from events import versions

Eraser = Callable[[Customer, User | None], None]
_erasers: list[Eraser] = []
EMPTY: dict[str, object] = {
    "name": "",
    "birthday": None,
    "attributes": {},
    "sealed_email": None,
    "email_hash": None,
    "sealed_phone": None,
    "phone_hash": None,
}


def register(eraser: Eraser) -> Eraser:
    """`eraser(customer, by)` runs in the transaction that erases, before the own fields are emptied.

    It ends links, takes away what names the person, and may run again.
    """
    _erasers.append(eraser)
    return eraser


@transaction.atomic
def erase(customer: Customer, *, by: User | None = None) -> Customer:
    """Empty a customer. Again, it changes nothing."""
    holding.before({customer.pk})
    services.alone()
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer.erased_at:
        return customer
    for eraser in _erasers:
        eraser(customer, by)
    for name, empty in EMPTY.items():
        setattr(customer, name, empty)
    ContactDigest.objects.filter(customer=customer).delete()
    customer.erased_at = timezone.now()
    customer.save(update_fields=[*EMPTY, "erased_at", "updated_at"])
    activity.record("customer.erased", customer, by=by)
    versions.touch("customers", customers=[customer.pk])
    return customer


@transaction.atomic
def readmit(customer: Customer, *, by: User | None = None) -> None:
    """Let news of this customer in again. Raises NotErased."""
    rows = Customer.objects.filter(pk=customer.pk, erased_at__isnull=False)
    if not rows.update(erased_at=None):
        raise NotErased
    activity.record("customer.readmitted", customer, by=by)
