"""What all clients of an agency used in a month, and what it costs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Tenant
from billing import bill, months
from billing.models import MonthUsage, PriceTable, QuotaReading, Subscription
from billing.plans import UNKNOWN, Terms
from contracts import markup
from contracts.models import Contract, ContractOption


@dataclass(frozen=True, slots=True)
class ClientMonth:
    """One client's month. `net` is LINE's charge, `billed` the agency's to the client; both before tax."""

    tenant: Tenant
    month: date
    terms: Terms
    usage: MonthUsage
    contract: Contract | None
    options: tuple[markup.Option, ...]  # of the contract
    line_limit: int | None  # as LINE told last in this month; None: no limit, or not asked
    line_used: int | None

    @property
    def unplanned_count(self) -> int:
        """Messages that LINE accepted though no plan we know of covers them."""
        return self.usage.messages - self.usage.free_count - self.usage.paid_count

    @property
    def net(self) -> Decimal:
        """Of messages, notification messages and the plan's fee; not rounded."""
        used = self._used()
        return used.amount + used.notice_amount + used.monthly_fee

    @property
    def lines(self) -> list[markup.Line]:
        """What the agency bills for the month by its contract, at cost without one."""
        if self.contract is None:
            return markup.month_lines(bill.at_cost(self.terms.tariff), self._used())
        return markup.month_lines(replace(self.contract.prices, options=self.options), self._used())

    @property
    def billed(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    def _used(self) -> markup.Usage:
        tariff = self.terms.tariff
        return markup.Usage(
            month=self.month,
            messages=self.usage.messages,
            paid=self.usage.paid_count,
            amount=tariff.before_tax(self.usage.amount),
            monthly_fee=tariff.before_tax(tariff.monthly_fee),
            notices=self.usage.notice_count,
            notice_amount=tariff.before_tax(self.usage.notice_amount),
        )


def of_clients(tenants: QuerySet[Tenant], month: date) -> list[ClientMonth]:
    """The month of each of these clients, in their order, in as many queries for a thousand as for one.

    To be asked outside of any client: the database role of one sees no other.
    """
    clients = list(_with_readings(tenants, month))
    ids = [client.pk for client in clients]
    usages = {row.tenant_id: row for row in MonthUsage.objects.filter(tenant__in=ids, month=month)}
    contracts, terms = _contracts(ids, month), _terms(ids, month)
    options = _options(contracts.values())
    return [
        ClientMonth(
            tenant=client,
            month=month,
            terms=terms[client.pk],
            usage=usages.get(client.pk) or _nothing(client, month),
            contract=(contract := contracts.get(client.pk)),
            options=options.get(contract.pk, ()) if contract else (),
            line_limit=client.line_limit,
            line_used=client.line_used,
        )
        for client in clients
    ]


def _nothing(client: Tenant, month: date) -> MonthUsage:
    return MonthUsage(tenant=client, month=month, notice_count=0, notice_amount=Decimal(0))


def _with_readings(tenants: QuerySet[Tenant], month: date) -> QuerySet:
    """With LINE's newest answer of the month, taken to begin in Japan's time."""
    start, end = months.span(month, months.HOME)
    readings = QuotaReading.objects.filter(tenant=OuterRef("pk"), read_at__gte=start, read_at__lt=end)
    newest = readings.order_by("-read_at")
    return tenants.annotate(
        line_limit=Subquery(newest.values("limit")[:1]), line_used=Subquery(newest.values("used")[:1])
    )


def _contracts(ids: Collection[int], month: date) -> dict[int, Contract]:
    begun = Contract.objects.filter(tenant__in=ids, valid_from__lte=month)
    newest = begun.order_by("tenant_id", "-valid_from", "-pk").distinct("tenant_id")
    return {row.tenant_id: row for row in newest}


def _options(contracts: Iterable[Contract]) -> dict[int, tuple[markup.Option, ...]]:
    """By contract. Not by `prefetch_related`, which makes a queryset for each of them."""
    found: dict[int, tuple[markup.Option, ...]] = {}
    for row in ContractOption.objects.filter(contract__in=[contract.pk for contract in contracts]):
        found[row.contract_id] = (*found.get(row.contract_id, ()), row.terms)
    return found


def _terms(ids: Collection[int], month: date) -> dict[int, Terms]:
    begun = Subscription.objects.filter(tenant__in=ids, valid_from__lte=month)
    newest = begun.order_by("tenant_id", "-valid_from", "-pk").distinct("tenant_id")
    plans = {row.tenant_id: row for row in newest.select_related("plan")}
    tables = _tables(ids, month)
    return {pk: _terms_of(pk, plans.get(pk), tables) for pk in ids}


def _tables(ids: Collection[int], month: date) -> dict[tuple[int, int | None], PriceTable]:
    """The table of each plan that holds in this month: for everybody (None), and clients' own."""
    holds = Q(valid_to=None) | Q(valid_to__gte=month)
    for_whom = Q(tenant=None) | Q(tenant__in=ids)
    rows = PriceTable.objects.filter(holds, for_whom, valid_from__lte=month, superseded_at=None)
    newest = rows.order_by("plan_id", F("tenant_id"), "-valid_from").distinct("plan_id", "tenant_id")
    return {(row.plan_id, row.tenant_id): row for row in newest.select_related("plan")}


def _terms_of(
    pk: int, subscription: Subscription | None, tables: dict[tuple[int, int | None], PriceTable]
) -> Terms:
    plan = subscription.plan_id if subscription else 0
    table = tables.get((plan, pk)) or tables.get((plan, None))
    if subscription is None or table is None:
        return Terms(None, UNKNOWN, tenant_id=pk)
    return Terms(table.plan, table.tariff(subscription.additional_limit), table.is_confirmed, table, pk)
