"""What stands between a client's month and its invoice, for many clients in a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Tenant
from billing import usage
from billing.models import DayCount
from billing.usage import ClientMonth
from invoices import dates
from invoices.models import Issuer, Recipient


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something to settle first (`stops`), or to know."""

    code: str
    text: str
    stops: bool = False


def of_client(tenant: Tenant, month: date) -> list[Hindrance]:
    found = usage.of_clients(Tenant.objects.filter(pk=tenant.pk), month)
    return of_clients(found)[tenant.pk]


def of_clients(clients: Sequence[ClientMonth]) -> dict[int, list[Hindrance]]:
    """By client, what stops the invoice of the month first."""
    facts = _Facts(clients)
    return {client.tenant.pk: list(_of(client, facts)) for client in clients}


class _Facts:
    """Which of the clients and their agencies have what an invoice needs."""

    def __init__(self, clients: Sequence[ClientMonth]) -> None:
        ids = [client.tenant.pk for client in clients]
        issuers = Issuer.objects.filter(agency__in={client.tenant.agency_id for client in clients})
        self.issuers = dict(issuers.values_list("agency", "registration_number"))
        self.recipients = set(Recipient.objects.filter(tenant__in=ids).values_list("tenant", flat=True))
        ends = {dates.month_end(client.month) for client in clients}
        counted = DayCount.objects.filter(tenant__in=ids, day__in=ends, is_ready=True)
        self.counted = set(counted.values_list("tenant", "day"))


def _of(client: ClientMonth, facts: _Facts) -> Iterable[Hindrance]:
    tenant, end = client.tenant, dates.month_end(client.month)
    if today(tenant) <= end:
        yield Hindrance("not_over", _("The month is not over."), stops=True)
    if tenant.agency_id not in facts.issuers:
        yield Hindrance("no_issuer", _("The agency’s own details are missing."), stops=True)
    if tenant.pk not in facts.recipients:
        yield Hindrance("no_recipient", _("No recipient is entered."), stops=True)
    if facts.issuers.get(tenant.agency_id) == "":
        yield Hindrance("not_registered", _("No registration number: not a qualified invoice."))
    if client.contract is None:
        yield Hindrance("no_contract", _("No contract: billed at LINE’s cost."))
    if client.unplanned_count:
        text = _("%(count)s messages are beyond the LINE plan and have no price.")
        yield Hindrance("unplanned", text % {"count": f"{client.unplanned_count:,}"})
    if client.usage.messages and not client.terms.is_confirmed:
        yield Hindrance("unconfirmed", _("LINE’s prices of the month are not confirmed."))
    if client.usage.messages and (tenant.pk, end) not in facts.counted:
        yield Hindrance("not_counted", _("LINE has not counted the last day yet."))


def today(tenant: Tenant) -> date:
    """The day it is where the client is."""
    return timezone.now().astimezone(ZoneInfo(tenant.time_zone)).date()
