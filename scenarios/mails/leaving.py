"""How people are rid of mails: by the link in each, or by their mail program's own button."""

from customers.models import Customer
from scenarios.mails import consents
from scenarios.models import MailConsent, MailSend

LINK = MailConsent.How.LINK


def unsubscribe(send: MailSend) -> None:
    """Who got this mail gets no more. Again, it changes nothing."""
    _state(send, is_given=False)


def subscribe(send: MailSend) -> None:
    """They have changed their mind, on the page that told them that they get no more."""
    _state(send, is_given=True)


def is_subscribed(send: MailSend) -> bool:
    return bool(consents.given_by([send.customer_id]))


def _state(send: MailSend, *, is_given: bool) -> None:
    """A customer who is gone gets no mails anyway; of one merged into another it is the other's."""
    customer = Customer.objects.filter(pk=send.customer_id).first()
    if customer:
        consents.state(customer, is_given=is_given, how=LINK, by=None)
