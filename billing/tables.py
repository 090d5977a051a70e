"""Price tables on their way in: entered, confirmed, superseded. One that is in use is never edited.

When prices change, what clients have booked is priced again by the work board, one client in one transaction:
a crash leaves each client right, before or after, and a second run finishes the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts import activity, board
from accounts.models import Due, Tenant, User
from billing import ledger, plans
from billing.errors import AlreadySuperseded, OtherTable
from billing.models import LedgerEntry, MonthUsage, NoticePrice, PriceTable, Subscription

REPRICING = "repricing"
# What a version says; two versions differ in these. The rest is whose it is, and how it came.
FIGURES = [
    "name_ja",
    "name_en",
    "valid_to",
    "currency",
    "monthly_fee",
    "free_messages",
    "brackets",
    "tax_rate",
    "is_tax_included",
    "is_confirmed",
    "source",
]
PLACE = ["plan", "tenant", "valid_from"]
# What may still be changed in a table that is in use; the database refuses anything else.
OPEN = ["valid_to", "is_confirmed", "source"]
# These decide what a month costs.
PRICES = ["valid_to", "monthly_fee", "free_messages", "brackets", "currency"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two versions differ."""

    field: models.Field
    old: object
    new: object


def is_used(table: PriceTable) -> bool:
    """Whether an entry was priced by it, or a client on its plan has booked a month in which it holds."""
    return LedgerEntry.objects.filter(price_table=table).exists() or _booked(table).exists()


@transaction.atomic
def enter(table: PriceTable, *, by: User | None) -> PriceTable:
    """Store a new table. One of the same plan and client that was open ends the day before."""
    table.created_by_id = getattr(by, "pk", None)
    before = PriceTable.objects.filter(plan=table.plan_id, tenant=table.tenant_id, superseded_at=None)
    before = before.filter(Q(valid_to=None) | Q(valid_to__gte=table.valid_from))
    before.filter(valid_from__lt=table.valid_from).update(valid_to=table.valid_from - timedelta(days=1))
    table.save()
    activity.record("price_table.entered", table, by=by, of=table.tenant, table=str(table))
    price_clients_again(table)
    return table


def enter_for(tenants: Iterable[Tenant], table: PriceTable, *, by: User | None) -> list[PriceTable]:
    """Store the same prices as own prices of each of these clients."""
    with transaction.atomic():
        return [enter(copy(table, tenant=tenant), by=by) for tenant in tenants]


def copy(table: PriceTable, **changes: object) -> PriceTable:
    """A table that says the same but for these changes, not stored."""
    said = {name: getattr(table, name) for name in [*PLACE, *FIGURES]}
    return PriceTable(**said | {"reason": ""} | changes)


@transaction.atomic
def supersede(old: PriceTable, new: PriceTable, *, reason: str, by: User | None) -> PriceTable:
    """Put a new version in the place of a table: for the same plan, client and first month.

    Raises AlreadySuperseded if somebody was first, OtherTable if it is for another plan, client or month.
    """
    old = PriceTable.objects.select_for_update().get(pk=old.pk)
    if old.superseded_at:
        raise AlreadySuperseded
    if _place(old) != _place(new):
        raise OtherTable
    PriceTable.objects.filter(pk=old.pk).update(superseded_at=Now())
    new.reason, new.created_by_id = reason, getattr(by, "pk", None)
    new.save()
    PriceTable.objects.filter(pk=old.pk).update(superseded_by=new)
    changed = [difference.field.name for difference in differences(old, new)]
    told = {"table": str(new), "version": old.pk, "reason": reason, "changed": changed}
    activity.record("price_table.superseded", new, by=by, of=new.tenant, **told)
    price_clients_again(new)
    return new


@transaction.atomic
def withdraw(table: PriceTable, *, by: User | None) -> None:
    """Take a client's own prices back: what everybody pays holds for all its months again."""
    if PriceTable.objects.filter(pk=table.pk, superseded_at=None).update(superseded_at=Now()):
        activity.record("price_table.withdrawn", table, by=by, of=table.tenant, table=str(table))
        price_clients_again(table)


@transaction.atomic
def amend(table: PriceTable, fields: list[str], *, by: User | None) -> None:
    """Store these fields of a table that has them already, and tell the activity log.

    The database raises IntegrityError if the table is in use and more is changed than `OPEN` says.
    """
    if not fields:
        return
    table.save(update_fields=fields)
    is_confirmed = "is_confirmed" in fields and table.is_confirmed
    verb = "price_table.confirmed" if is_confirmed else "price_table.changed"
    activity.record(verb, table, by=by, of=table.tenant, table=str(table), changed=fields)
    if set(fields) & set(PRICES):
        price_clients_again(table)


def price_clients_again(table: PriceTable) -> int:
    """Have all priced again that clients on the plan of this table have booked; how many clients that are.

    Also those that seem to have booked nothing: their first entries may be on their way.
    """
    on_plan = Subscription.objects.filter(plan=table.plan_id)
    concerned = on_plan.filter(tenant=table.tenant_id) if table.tenant_id else on_plan
    tenants = sorted(set(concerned.values_list("tenant", flat=True)))
    for tenant_id in tenants:
        board.call(REPRICING, tenant_id=tenant_id)
    return len(tenants)


def waiting(tenants: models.QuerySet[Tenant]) -> int:
    """How many of these clients are still to be priced again."""
    return Due.objects.filter(kind=REPRICING, tenant__in=tenants).exclude(due_at=None).count()


@transaction.atomic
def price_months_again(tenant_id: int) -> None:
    """Adjust the months that the client has booked to the plan and prices that hold, where they differ."""
    for month in ledger.months_booked(tenant_id):
        table = plans.terms(tenant_id, month).table
        ledger.price_again(tenant_id, month, reason=table.reason if table else "")


@transaction.atomic
def enter_notice_price(price: NoticePrice, *, by: User | None) -> None:
    """Store what a client pays for notification messages, and price again what it has booked of them."""
    price.created_by_id = getattr(by, "pk", None)
    price.save()
    told = {"unit_price": str(price.unit_price), "valid_from": str(price.valid_from)}
    activity.record("notice_price.entered", price, by=by, of=price.tenant, **told)
    board.call(REPRICING, tenant_id=price.tenant_id)


def versions(table: PriceTable) -> models.QuerySet[PriceTable]:
    """All versions of the table, the newest first."""
    plan, tenant, valid_from = _place(table)
    found = PriceTable.objects.filter(plan=plan, tenant=tenant, valid_from=valid_from)
    return found.select_related("plan", "created_by").order_by("-pk")


def differences(old: PriceTable, new: PriceTable) -> list[Difference]:
    """What the newer version says otherwise, in the order of the form."""
    changed = (name for name in FIGURES if getattr(old, name) != getattr(new, name))
    fields = {field.name: field for field in PriceTable._meta.fields}
    return [Difference(fields[name], getattr(old, name), getattr(new, name)) for name in changed]


def _place(table: PriceTable) -> tuple[int, int | None, date]:
    return table.plan_id, table.tenant_id, table.valid_from


def _booked(table: PriceTable) -> models.QuerySet[MonthUsage]:
    """Months in which the table holds that clients on its plan have booked."""
    on_plan = Subscription.objects.filter(
        tenant=OuterRef("tenant"), plan=table.plan_id, valid_from__lte=OuterRef("month")
    )
    found = MonthUsage.objects.filter(Exists(on_plan), month__gte=table.valid_from)
    found = found.filter(month__lte=table.valid_to) if table.valid_to else found
    return found.filter(tenant=table.tenant_id) if table.tenant_id else found
