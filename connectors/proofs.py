"""Whether a webhook is the shop's own: its signature over the bytes as they came, or a shared secret."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils import timezone

from connectors.models import Connection

Proof = Connection.Proof
HASH_PREFIX = "sha256="  # some carts write the algorithm before the signature


def is_genuine(connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """`headers` answers to names in any case. Each secret that holds now is compared in constant time."""
    if not _is_from_its_shop(connection, headers) or not _is_fresh(connection, headers, now):
        return False
    proof, given = _proof_of(connection), _given(connection, headers)
    signed = _signed(connection, headers, body)
    expected = [_expected(proof, secret, signed, connection) for secret in connection.secrets(now)]
    return any(hmac.compare_digest(each.encode(), given.encode()) for each in expected)


def sign(proof: str, secret: str, signed: bytes) -> str:
    """HMAC-SHA256 as the header carries it."""
    digest = hmac.new(secret.encode(), signed, hashlib.sha256)
    if proof == Proof.HMAC_BASE64:
        return base64.b64encode(digest.digest()).decode()
    return digest.hexdigest()


def _is_from_its_shop(connection: Connection, headers: Mapping[str, str]) -> bool:
    """Source: https://shopify.dev/docs/apps/build/webhooks/delivery-structure"""
    if connection.kind != Connection.Kind.SHOPIFY:
        return True
    return headers.get("X-Shopify-Shop-Domain", "").lower() == connection.shop_domain


def _is_fresh(connection: Connection, headers: Mapping[str, str], now: datetime) -> bool:
    if not connection.time_header:
        return True
    try:
        at = moment_of(headers.get(connection.time_header, ""))
    except ValueError:
        return False
    return abs((now - at).total_seconds()) <= connection.tolerance_seconds


def _signed(connection: Connection, headers: Mapping[str, str], body: bytes) -> bytes:
    if connection.time_header and connection.signs_time:
        return headers.get(connection.time_header, "").encode() + b"." + body
    return body


def moment_of(text: str) -> datetime:
    """A time as headers write it: seconds or milliseconds since 1970, or ISO 8601. Raises ValueError."""
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else timezone.make_aware(at)


def _proof_of(connection: Connection) -> str:
    return Proof.HMAC_BASE64 if connection.kind == Connection.Kind.SHOPIFY else connection.proof


def _given(connection: Connection, headers: Mapping[str, str]) -> str:
    if connection.kind == Connection.Kind.SHOPIFY:
        return headers.get("X-Shopify-Hmac-Sha256", "")
    if connection.proof == Proof.BASIC:
        return headers.get("Authorization", "")
    given = headers.get(connection.header, "").strip().removeprefix(HASH_PREFIX)
    return given.lower() if connection.proof == Proof.HMAC_HEX else given.removeprefix("Bearer ")


def _expected(proof: str, secret: str, signed: bytes, connection: Connection) -> str:
    if proof == Proof.TOKEN:
        return secret
    if proof == Proof.BASIC:
        return "Basic " + base64.b64encode(f"{connection.user_name}:{secret}".encode()).decode()
    return sign(proof, secret, signed)
