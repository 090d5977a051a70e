"""The signature on a webhook: base64 of HMAC-SHA256 over the raw body, keyed with the channel secret.

Source: https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(secret: str, body: bytes) -> str:
    """The value of `X-Line-Signature` for these exact bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def is_valid(secrets: Iterable[str], body: bytes, header: str | None) -> bool:
    """Whether one of the secrets signed this body. Several, so that a secret can be replaced without a gap.

    Takes the same time for every wrong header, and answers False to whatever is no signature.
    """
    claimed = (header or "").encode("utf-8", "replace")
    matches = [hmac.compare_digest(sign(secret, body).encode(), claimed) for secret in secrets]
    return any(matches)
