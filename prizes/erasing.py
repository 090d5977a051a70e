"""Where prizes were sent, of a customer whose personal data is erased."""

from accounts.models import User
from customers import erasing
from customers.models import Customer
from linking.models import Link
from prizes.models import Win


@erasing.register
def forget_addresses(customer: Customer, by: User | None) -> None:
    """What was won stays on record, as numbers do; who it was sent to does not."""
    friends = Link.objects.filter(customer=customer).values("friend")
    Win.objects.filter(friend__in=friends).update(sealed_contact=None, note="")
