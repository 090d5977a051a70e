"""Whether a platform may, and can, be told of a conversion: asked again right before it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from adplatforms.consenting import consents
from adplatforms.handing import shapes
from adplatforms.models import Destination, Handover
from adplatforms.models.delivery import Reason
from customers.models import Customer


@dataclass(frozen=True)
class Known:
    """Of some customers: who agreed to ads, who said no, and who has an e-mail or a phone."""

    consenting: frozenset[int] = frozenset()
    refusing: frozenset[int] = frozenset()
    with_contact: frozenset[int] = frozenset()


def know(rows: Collection[Handover]) -> Known:
    """What must be known of these people; to be asked in the transaction that decides."""
    customers = {row.customer_id for row in rows if row.customer_id}
    found = Customer.objects.filter(pk__in=customers)
    with_contact = found.exclude(email_hash=None, phone_hash=None).values_list("pk", flat=True)
    said = consents.said_by(customers)
    return Known(
        consenting=frozenset(customer for customer, is_given in said.items() if is_given),
        refusing=frozenset(customer for customer, is_given in said.items() if not is_given),
        with_contact=frozenset(with_contact),
    )


def judge(destination: Destination, row: Handover, known: Known, now: datetime) -> str:
    """Why the destination is not told of this conversion, a Reason; "" if it is."""
    has_consent = row.customer_id in known.consenting
    has_contact = destination.sends_contacts and row.customer_id in known.with_contact
    if now - row.at > shapes.of(destination.kind).oldest:
        return Reason.TOO_OLD
    if destination.needs_click and not row.click_value:
        return Reason.NO_CLICK
    if destination.consent == Destination.Consent.REQUIRED and not has_consent:
        return Reason.NO_CONSENT
    if row.customer_id in known.refusing:  # their click is theirs, too
        return Reason.NO_CONSENT
    if row.click_value or (has_contact and has_consent):
        return ""
    return Reason.NO_CONSENT if has_contact else Reason.NO_IDENTIFIER
