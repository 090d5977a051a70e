"""What others need of programmes: campaigns names, messages addresses and buttons."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from campaigns import services as campaigns
from campaigns.members import Member
from campaigns.models import Campaign
from customers.merging import Part
from customers.models import Customer
from events import outbox
from referrals.models import Programme
from referrals.work import MERGED


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these programmes."""
    for each in Programme.objects.filter(pk__in=found):
        address, state = each.get_absolute_url(), str(each.get_status_display())
        yield Member(each.ledger_owner, each.name, address, state, each.starts_at or each.started_at)


def campaigns_of(programmes: Iterable[Programme]) -> dict[str, Campaign]:
    """Those of several, by the name that the ledger has for a programme."""
    return campaigns.of_many(each.ledger_owner for each in programmes)


def _tell(into: Customer, gone: Customer, by: User | None) -> None:
    outbox.tell(MERGED, [into.pk])


# Nothing here moves with a customer, but by a merge it may be known that somebody invited themself.
PART = Part(gettext_lazy("Referrals"), _tell)


def addressed() -> dict[int, str]:
    """Those whose addresses are offered to messages, by number."""
    rows = Programme.objects.running().values_list("pk", "name")
    return {number: _("Referral: %(name)s") % {"name": name} for number, name in rows}


def titles(numbers: set[int]) -> dict[int, str]:
    """These, as the results of what led to their pages name them."""
    rows = Programme.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {number: _("Referral: %(name)s") % {"name": name} for number, name in rows}


def buttons() -> list[tuple[str, str]]:
    """What a tap can begin, by code."""
    rows = Programme.objects.running().values_list("code", "name")
    return [(code, _("Referral: %(name)s") % {"name": name}) for code, name in rows]


def begun_by(codes: set[str]) -> dict[str, str]:
    """Programmes that have these codes, by code."""
    return dict(Programme.objects.running().filter(code__in=codes).values_list("code", "name"))
