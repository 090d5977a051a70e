"""Addresses a shop signs by itself, for pages that cannot ask ours: /link/start/?customer=…&signature=….

The signature is the HMAC-SHA256, in hexadecimal, of the query as it stands before `&signature=`.
"""

import hmac
from datetime import timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from accounts import activity, current, secrets
from accounts.models import User
from linking.errors import BadSignature
from linking.models import LinkAttempt, LinkSettings, hashed

LONGEST = timedelta(days=1)  # how far ahead `expires` may lie
OVERLAP = timedelta(days=1)  # how long the former secret is accepted
FIELDS = {"customer", "entry", "variant", "expires", "return_url"}


def secret(settings: LinkSettings) -> str:
    """What the shop signs with."""
    return _secret(settings.signing_generation)


@transaction.atomic
def rotate(*, by: User | None = None) -> None:
    """Give a new secret; addresses signed with the present one are accepted for another day."""
    LinkSettings.objects.get_or_create(pk=1)
    row = LinkSettings.objects.select_for_update().get(pk=1)
    row.signing_generation += 1
    row.old_signing_until = timezone.now() + OVERLAP
    row.save(update_fields=["signing_generation", "old_signing_until", "updated_at"])
    activity.record("link_settings.secret_rotated", row, by=by)


def read(query: str) -> tuple[dict[str, str], str]:
    """What a signed query says, and the hash of its signature. Raises BadSignature.

    What stands behind the signature, as mail programs add it, is not read.
    """
    said, found, rest = query.partition("&signature=")
    signature = rest.partition("&")[0].lower()
    if not found or not _is_signed(said, signature):
        raise BadSignature
    given = QueryDict(said)
    if not set(given) <= FIELDS or any(len(values) > 1 for _name, values in given.lists()):
        raise BadSignature
    fields = {name: given.get(name, "") for name in FIELDS}
    if not fields["customer"].strip() or not _is_in_time(fields["expires"]) or is_used(hashed(signature)):
        raise BadSignature
    return fields, hashed(signature)


def is_used(signature_hash: str) -> bool:
    """Whether the address with this signature has made its link."""
    made = LinkAttempt.objects.filter(signature_hash=signature_hash, state=LinkAttempt.State.LINKED)
    return bool(signature_hash) and made.exists()


def _is_signed(said: str, signature: str) -> bool:
    settings = LinkSettings.present()
    keys = [_secret(settings.signing_generation)]
    if settings.old_signing_until and settings.old_signing_until > timezone.now():
        keys.append(_secret(settings.signing_generation - 1))
    given = signature.encode()
    expected = [hmac.digest(key.encode(), said.encode(), "sha256").hex() for key in keys]
    return any(hmac.compare_digest(given, each.encode()) for each in expected)


def _is_in_time(expires: str) -> bool:
    if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
        return False
    left = int(expires) - timezone.now().timestamp()
    return 0 < left <= LONGEST.total_seconds()


def _secret(generation: int) -> str:
    return secrets.derive(current.tenant().pk, f"linking.start:{generation}").hex()
