"""What mails keep of a customer who asks to be forgotten."""

from accounts.models import User
from customers import erasing
from customers.models import Customer
from scenarios.models import MailSend


@erasing.register
def forget(customer: Customer, by: User | None) -> None:
    """What was their own in each text goes. What they said about mails stays, so that a no stays a no."""
    MailSend.objects.filter(customer_id=customer.pk).exclude(values="").update(values="")
