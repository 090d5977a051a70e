"""People in scenarios when their customer becomes another, or is erased."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import erasing, merging
from customers.merging import Part
from customers.models import Customer
from scenarios.engine import leaving
from scenarios.models import Candidate, Entry


def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """Who was in a scenario as `gone` is in it as `into`; as both, it goes on with the one."""
    theirs = Entry.objects.inside().real().filter(friend=None, customer_id=into.pk)
    known = set(theirs.values_list("scenario", "subject"))
    mine = Entry.objects.inside().real().filter(friend=None, customer_id=gone.pk)
    twice = [entry.pk for entry in mine if (entry.scenario_id, entry.subject) in known]
    leaving.leave(Entry.objects.filter(pk__in=twice), Entry.Reason.REMOVED)
    Entry.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)
    Candidate.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)


def count(customer: Customer) -> int:
    return Entry.objects.filter(customer_id=customer.pk).count()


@erasing.register
def erase(customer: Customer, by: User | None) -> None:
    """Who is inside as this customer alone leaves; what let them in is not kept of any entry."""
    entries = Entry.objects.filter(customer_id=customer.pk)
    leaving.leave(entries.filter(friend=None), Entry.Reason.REMOVED)
    entries.update(context={})
    Candidate.objects.filter(customer_id=customer.pk).delete()


merging.register(Part(_("Scenarios"), merge, count))
