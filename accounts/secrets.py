"""Secrets at rest: AES-GCM under a data key per tenant, which a master key wraps.

What is sealed is bound to its place (table, column, row), so that a ciphertext moved elsewhere does not open.
"""

import base64
import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from accounts.models import DataKey

NONCE_BYTES = 12


def seal(tenant_id: int, place: str, text: str) -> bytes:
    """Encrypt `text` for one place of one tenant, e.g. `channels_channel.secret:7`."""
    return _encrypt(_data_key(tenant_id), text.encode(), place)


def unseal(tenant_id: int, place: str, sealed: bytes) -> str:
    """The text again. Raises cryptography's InvalidTag if place, tenant or bytes are not those of `seal`."""
    return _decrypt(_data_key(tenant_id), bytes(sealed), place).decode()


def unseal_with(wrapped_key: bytes, tenant_id: int, place: str, sealed: bytes) -> str:
    """As `unseal`, for who has read the tenant's row of data keys on a connection of their own."""
    return _decrypt(_unwrap(wrapped_key, tenant_id), bytes(sealed), place).decode()


def seal_each(tenant_id: int, texts: Iterable[tuple[str, str]]) -> list[bytes]:
    """As `seal` for many places and texts, with one look at the data key."""
    key = _data_key(tenant_id)
    return [_encrypt(key, text.encode(), place) for place, text in texts]


def unseal_each(tenant_id: int, sealed: Iterable[tuple[str, bytes]]) -> list[str]:
    """As `unseal` for many places and what is sealed there."""
    key = _data_key(tenant_id)
    return [_decrypt(key, bytes(each), place).decode() for place, each in sealed]


def derive(tenant_id: int, purpose: str) -> bytes:
    """32 bytes that follow from the tenant's data key and a purpose, the same each time."""
    return _derived(_data_key(tenant_id), purpose)


def derive_with(wrapped_key: bytes, tenant_id: int, purpose: str) -> bytes:
    """As `derive`, for who has read the tenant's row of data keys on a connection of their own."""
    return _derived(_unwrap(wrapped_key, tenant_id), purpose)


def rewrap() -> int:
    """Wrap every data key with the newest master key; the number of keys rewritten."""
    count = 0
    for row in DataKey.objects.all():
        key = _unwrap(bytes(row.wrapped), row.pk)
        DataKey.objects.filter(pk=row.pk).update(wrapped=_wrap(key, row.pk))
        count += 1
    return count


def _derived(data_key: bytes, purpose: str) -> bytes:
    return hmac.digest(data_key, f"derived:{purpose}".encode(), "sha256")


def _data_key(tenant_id: int) -> bytes:
    row = DataKey.objects.filter(tenant_id=tenant_id).first()
    if row is None:
        fresh = _wrap(AESGCM.generate_key(256), tenant_id)
        row, _ = DataKey.objects.get_or_create(tenant_id=tenant_id, defaults={"wrapped": fresh})
    return _unwrap(bytes(row.wrapped), tenant_id)


def _wrap(key: bytes, tenant_id: int) -> bytes:
    return _encrypt(_master_keys()[0], key, f"data-key:{tenant_id}")


def _unwrap(wrapped: bytes, tenant_id: int) -> bytes:
    for master in _master_keys():
        try:
            return _decrypt(master, wrapped, f"data-key:{tenant_id}")
        except InvalidTag:
            continue
    raise InvalidTag


def _master_keys() -> list[bytes]:
    return [base64.b64decode(key) for key in settings.MASTER_KEYS]


def _encrypt(key: bytes, data: bytes, place: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def _decrypt(key: bytes, data: bytes, place: str) -> bytes:
    return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode())
