"""What was written to a customer whose personal data is erased."""

from accounts.models import User
from customers import erasing
from customers.models import Customer
from scenarios.models import Send


@erasing.register
def empty_values(customer: Customer, by: User | None) -> None:
    """What filled their messages is not kept; of what may be under way it is, since a retry says the same."""
    theirs = Send.objects.filter(entry__customer_id=customer.pk).exclude(state__in=Send.OPEN)
    theirs.exclude(values="").update(values="")
