"""What others need of surveys: campaigns names, messages addresses and buttons, merges of customers rows."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from campaigns.members import Member
from customers.merging import Part
from customers.models import Customer
from surveys.models import Answer, Response, Survey


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these surveys."""
    for each in Survey.objects.filter(pk__in=found):
        address, state = each.get_absolute_url(), str(each.get_status_display())
        yield Member(each.ledger_owner, each.name, address, state, each.starts_at or each.published_at)


def addressed() -> dict[int, str]:
    """Those whose addresses are offered to messages, by number."""
    rows = Survey.objects.running().values_list("pk", "name")
    return {number: _("Survey: %(name)s") % {"name": name} for number, name in rows}


def titles(numbers: set[int]) -> dict[int, str]:
    """These, as the results of what led to their pages name them."""
    rows = Survey.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {number: _("Survey: %(name)s") % {"name": name} for number, name in rows}


def buttons() -> list[tuple[str, str]]:
    """What a tap can begin, by code."""
    rows = Survey.objects.running().values_list("code", "name")
    return [(code, _("Survey: %(name)s") % {"name": name}) for code, name in rows]


def begun_by(codes: set[str]) -> dict[str, str]:
    """Surveys that have these codes and take part in chats, by code."""
    return dict(Survey.objects.running().filter(code__in=codes).values_list("code", "name"))


def _merge(into: Customer, gone: Customer, by: User | None) -> None:
    Response.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)


def _count(customer: Customer) -> int:
    return Response.objects.filter(customer_id=customer.pk).count()


def erase(customer: Customer, by: User | None) -> None:
    """What they wrote in answers that came by file; what they chose stays in the totals."""
    Answer.objects.filter(response__customer_id=customer.pk).exclude(text="").update(text="")


MERGED = Part(gettext_lazy("Answers to surveys"), _merge, _count)
