"""How a client's friends link: the settings that shape the public pages."""

from django.db import transaction

from accounts import activity
from accounts.models import User
from linking.errors import ReturnRefused
from linking.models import LinkSettings
from linking.returning import check_named

FIELDS = ("proofs", "shop_sign_in_url", "return_addresses", "asks_email", "reason")


@transaction.atomic
def save(
    *,
    proofs: list[str],
    shop_sign_in_url: str,
    return_addresses: list[str],
    asks_email: bool,
    reason: str,
    by: User | None = None,
) -> LinkSettings:
    """Keep them. Raises ReturnRefused for an address that is not https, or has more than host and path."""
    for address in return_addresses:
        check_named(address)
    row, _created = LinkSettings.objects.get_or_create(pk=1)
    row.proofs, row.shop_sign_in_url = proofs, shop_sign_in_url
    row.return_addresses, row.asks_email, row.reason = return_addresses, asks_email, reason
    row.save(update_fields=[*FIELDS, "updated_at"])
    activity.record("link_settings.changed", row, by=by, proofs=proofs)
    return row


def is_named(address: str) -> bool:
    """Whether this can be an address to which browsers are sent back."""
    try:
        check_named(address)
    except ReturnRefused:
        return False
    return True
