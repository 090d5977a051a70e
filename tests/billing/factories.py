from datetime import UTC, date, datetime
from uuid import uuid4

from accounts.models import Agency, Tenant
from billing import services, tables
from billing.ledger import NewEntry
from billing.models import LedgerEntry, PriceTable

NOVEMBER = date(2026, 11, 1)
MID_NOVEMBER = datetime(2026, 11, 15, 3, tzinfo=UTC)


def make_tenant(
    plan: str | None = "standard",
    *,
    additional_limit: int | None = None,
    agency: str = "billing",
    country: str = "JP",
    since: date = date(2023, 6, 1),
) -> Tenant:
    """A client without a schema of its own: billing lives in public. Its plan holds from 2023-06 on."""
    name = uuid4().hex[:12]
    owner, _created = Agency.objects.get_or_create(slug=agency, defaults={"name": agency.title()})
    tenant = Tenant.objects.create(agency=owner, slug=name, name=name, schema_name=f"c_{name}")
    if plan:
        cap = additional_limit
        services.subscribe(tenant.pk, plan=plan, since=since, additional_limit=cap, country=country)
    return tenant


def supersede(
    *, plan: str = "standard", country: str = "JP", valid_from: date = date(2026, 10, 1), **figures: object
) -> PriceTable:
    """A new version of a shipped table, with these figures."""
    shipped = PriceTable.objects.filter(superseded_at=None, tenant=None, valid_from=valid_from)
    old = shipped.get(plan__code=plan, plan__country=country)
    return tables.supersede(old, tables.copy(old, **figures), reason="LINE's list", by=None)


def make_entry(
    messages: int, reference: str = "", *, at: datetime = MID_NOVEMBER, kind: str = LedgerEntry.Kind.MULTICAST
) -> NewEntry:
    return NewEntry(kind, reference or f"broadcast:1/batch:{uuid4()}", "Autumn sale", messages, at)
