"""Who a customer is, signed by the shop's server: `customer=A-100&expires=1700000600&signature=…`.

As linking's signed addresses (docs/linking.md), by a secret of its own: what stands in a page must not link
anybody. The signature is the HMAC-SHA256, in hexadecimal, of what stands before `&signature=`.
"""

import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from accounts import current, secrets

LONGEST = timedelta(days=1)  # how far ahead `expires` may lie
LONGEST_SAID = 600


def purpose(generation: int) -> str:
    """By which the secret is derived."""
    return f"attribution.tag:{generation}"


def secret(generation: int) -> str:
    """What the shop's server signs with."""
    return secrets.derive(current.tenant().pk, purpose(generation)).hex()


def customer(said: object, secret: str, now: datetime) -> str:
    """The number of the customer who is signed in; "" where it is not signed so, or no longer holds."""
    if not isinstance(said, str) or len(said) > LONGEST_SAID or not said.isascii():
        return ""
    before, found, signature = said.partition("&signature=")
    expected = hmac.digest(secret.encode(), before.encode(), "sha256").hex()
    if not found or not hmac.compare_digest(signature.lower(), expected):
        return ""
    given = parse_qs(before, max_num_fields=10)
    number, expires = given.get("customer", [""])[0].strip(), given.get("expires", [""])[0]
    if not expires.isdigit() or len(expires) > 12:
        return ""
    left = int(expires) - now.timestamp()
    return number if 0 < left <= LONGEST.total_seconds() else ""
