"""Who agreed to ads, who does no longer, since when and how that is known."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from adplatforms.handing import news
from adplatforms.models import AdAudienceEntry, AdConsent, Destination, Handover
from customers import erasing
from customers.consents.keeping import Purpose
from customers.merging import Part
from customers.models import Customer

How = AdConsent.How
ADS = Purpose(AdConsent, "ad_consent", words=["source", "proof"], hear=news.tell)
of, said_by, given_by, state, take_in = ADS.of, ADS.said_by, ADS.given_by, ADS.state, ADS.take_in


def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """What either said, and what was told of either."""
    ADS.move(into, gone)
    _told_of(gone).update(customer_id=into.pk)
    kept = AdAudienceEntry.objects.filter(customer_id=into.pk).values_list("audience_id", "mark")
    twice = {(audience, bytes(mark)) for audience, mark in kept}
    for entry in AdAudienceEntry.objects.filter(customer_id=gone.pk):
        if (entry.audience_id, bytes(entry.mark)) in twice:
            entry.delete()
        else:
            AdAudienceEntry.objects.filter(pk=entry.pk).update(customer_id=into.pk, is_replaced=True)
    news.tell([into.pk])


PART = Part(_("Consents to ads"), merge, ADS.count)


@erasing.register
def forget(customer: Customer, by: User | None) -> None:
    """Whoever asks to be forgotten agrees to no ads; so the next removal file names what went out of them."""
    if of(customer):
        state(customer, is_given=False, how=How.ERASED, by=by)
    _told_of(customer).update(click_value="", click_name="")


def _told_of(customer: Customer) -> QuerySet[Handover]:
    """By destination, as the index has them."""
    destinations = list(Destination.objects.values_list("pk", flat=True))
    return Handover.objects.filter(destination__in=destinations, customer_id=customer.pk)
