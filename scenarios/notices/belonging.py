"""Notification messages of customers who are merged or erased."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import erasing, merging
from customers.merging import Part
from customers.models import Customer
from scenarios.models import NoticeSend

State = NoticeSend.State


def move(into: Customer, gone: Customer, by: User | None) -> None:
    NoticeSend.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)


def count(customer: Customer) -> int:
    return NoticeSend.objects.filter(customer_id=customer.pk).count()


@erasing.register
def erase(customer: Customer, by: User | None) -> None:
    """What they were told is emptied; what was not sent yet is not sent."""
    theirs = NoticeSend.objects.filter(customer_id=customer.pk)
    theirs.filter(state=State.PENDING).update(state=State.CANCELLED, due_at=None)
    theirs.update(content={}, label="", sealed_phone=None)


merging.register(Part(_("Notification messages"), move, count))
