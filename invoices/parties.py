"""Who bills whom, as a document keeps it: what was true when it was issued stays on it."""

from django.db import transaction

from accounts import activity
from accounts.models import Agency, Tenant, User
from invoices.models import Issuer, Recipient

OF_ISSUER = ("name", "registration_number", "address", "phone", "email", "bank_account", "tax_rounding")
OF_RECIPIENT = ("name", "department", "address", "email", "closing_day", "due_months", "due_day")


def issuer_of(agency_id: int) -> dict:
    """As a document keeps it; empty while the agency has entered none."""
    return _kept(Issuer.objects.filter(agency=agency_id).first(), OF_ISSUER)


def recipient_of(tenant_id: int) -> dict:
    """Likewise of a client."""
    return _kept(Recipient.objects.filter(tenant=tenant_id).first(), OF_RECIPIENT)


@transaction.atomic
def write_issuer(agency: Agency, *, by: User | None, **given: object) -> Issuer:
    """What the agency's next documents say of it. Those that are issued keep what they said."""
    issuer, _created = Issuer.objects.update_or_create(agency=agency, defaults=given)
    detail = {name: str(value) for name, value in given.items()}
    activity.record("issuer.changed", issuer, by=by, of=None, **detail)
    return issuer


@transaction.atomic
def write_recipient(tenant: Tenant, *, by: User | None, **given: object) -> Recipient:
    """To whom the client's next documents are addressed, and when they fall due."""
    recipient, _created = Recipient.objects.update_or_create(tenant=tenant, defaults=given)
    detail = {name: str(value) for name, value in given.items()}
    activity.record("recipient.changed", recipient, by=by, of=tenant, **detail)
    return recipient


def _kept(row: Issuer | Recipient | None, names: tuple[str, ...]) -> dict:
    return {name: getattr(row, name) for name in names} if row else {}
