"""Who agreed to mails, who does no longer, since when and how that is known."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.consents.keeping import Purpose
from customers.merging import Part
from customers.models import Customer
from scenarios.models import MailConsent, MailSend

How = MailConsent.How
MAILS = Purpose(MailConsent, "mail_consent", words=["note"])
of, given_by, state, take_in = MAILS.of, MAILS.given_by, MAILS.state, MAILS.take_in


def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """What either said, and what either was sent."""
    MAILS.move(into, gone)
    MailSend.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)


PART = Part(_("Consents to mails"), merge, MAILS.count)
