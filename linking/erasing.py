"""Links of a customer whose personal data is erased."""

from django.utils import timezone

from accounts.models import User
from customers import erasing
from customers.models import Customer
from linking import bonds
from linking.models import Link, LinkAttempt, LinkConflict, MailedCode

State = LinkAttempt.State


@erasing.register
def end_links(customer: Customer, by: User | None) -> None:
    """Nothing of them reaches the friend any more, nor does what was begun end in a link.

    That there was a link, and the consent, stay on record.
    """
    active = Link.objects.active().filter(customer=customer).select_for_update()
    bonds.end(list(active), timezone.now(), Link.Ended.BY_STAFF, by=by)
    Link.objects.filter(customer=customer).update(reason="")
    LinkConflict.objects.filter(customer=customer).delete()
    MailedCode.objects.filter(customer=customer).delete()
    begun = LinkAttempt.objects.exclude(state__in=[State.LINKED, State.FAILED]).filter(customer=customer)
    begun.update(state=State.EXPIRED, ended_at=timezone.now(), nonce_hash=None, code_verifier="")
