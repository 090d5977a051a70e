from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction
from django_tenants.utils import schema_context

from accounts.models import Agency, Tenant
from billing import ledger
from billing import services as billing
from contracts.models import Contract
from invoices import drafts, issuing, parties
from invoices.models import Document
from tests.billing.factories import make_entry

OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
MID_OCTOBER = datetime(2026, 10, 15, 3, tzinfo=UTC)
NUMBER = "T7123456789012"  # of nobody: twelve digits in order, and the digit that checks them


def make_parties(tenant: Tenant, **recipient: object) -> None:
    """Who bills the client's months, and whom."""
    issuer = {"name": "Sakura Agency", "registration_number": NUMBER, "number_prefix": "S-"}
    parties.write_issuer(tenant.agency, by=None, **issuer)
    told = {"name": "Apparel K.K.", "email": "billing@apparel.example", "language": "en"}
    parties.write_recipient(tenant, by=None, **(told | recipient))


def make_contract(tenant: Tenant, **terms: object) -> Contract:
    given = {"valid_from": date(2026, 1, 1), "kind": "markup", "rate": Decimal("0.2"), "shows": "gross"}
    return Contract.objects.create(tenant=tenant, **(given | terms))


def use(tenant: Tenant, messages: int, *, name: str = "1", at: datetime = MID_OCTOBER) -> None:
    """Messages that LINE has accepted."""
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages, f"broadcast:{name}/batch:1", at=at)])


def make_month(tenant: Tenant, messages: int = 50_000, **terms: object) -> None:
    """A plan, a contract, parties and an October in which this many messages were sent.

    Standard plan: ¥15,000, 30,000 free, then ¥3; so 50,000 messages cost LINE's ¥60,000.
    """
    billing.subscribe(tenant.pk, plan="standard", since=date(2026, 1, 1))
    make_contract(tenant, **terms)
    make_parties(tenant)
    use(tenant, messages)


def make_draft(tenant: Tenant, messages: int = 50_000, **terms: object) -> Document:
    make_month(tenant, messages, **terms)
    return drafts.make_draft(tenant, OCTOBER, by=None)


def make_invoice(tenant: Tenant, messages: int = 50_000, **terms: object) -> Document:
    """Issued: 60,000 × 1.2 + 15,000 × 1.2 = ¥90,000 before tax, ¥99,000 with it."""
    return issue(make_draft(tenant, messages, **terms))


def issue(document: Document) -> Document:
    return issuing.issue(issuing.review(document, by=None), by=None)


def make_agency(slug: str) -> Agency:
    return Agency.objects.create(name=slug.title(), slug=slug)


def make_documents(tenant: Tenant) -> dict[str, object]:
    """What addresses name: August's invoice, issued, and a draft of September with a line of its own."""
    with schema_context("public"):
        make_parties(tenant)
        use(tenant, 1, name="august", at=datetime(2026, 8, 15, 3, tzinfo=UTC))
        issued = issue(drafts.make_draft(tenant, date(2026, 8, 1), by=None))
        draft = drafts.make_draft(tenant, date(2026, 9, 1), by=None)
        price = {"quantity": Decimal(1), "unit_price": Decimal(5_000), "tax_rate": Decimal("0.1")}
        line = drafts.write_line(draft, by=None, reason="Agreed", text="Design", **price)
    return {"month": "2026-08", "issued_invoice": issued.pk, "invoice": draft.pk, "invoice_line": line.pk}
