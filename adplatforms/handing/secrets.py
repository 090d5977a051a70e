"""What a destination is spoken to with: the platform's token, or the secret that signs our webhook."""

from datetime import datetime, timedelta

from accounts import current, secrets
from adplatforms.models import Destination
from scenarios.acts import signing

FORMER_LASTS = timedelta(days=1)


def seal(destination: Destination, text: str) -> bytes:
    """For a destination that has its number already."""
    return secrets.seal(current.tenant().pk, _place(destination), text)


def present(destination: Destination) -> str:
    """In clear; "" if there is none. The caller asks for the right."""
    return _open(destination, destination.sealed_secret)


def signing_secrets(destination: Destination, now: datetime) -> list[str]:
    """The present one, and for a day after it was renewed the former one too."""
    good = [destination.sealed_secret]
    if destination.former_until and now < destination.former_until:
        good.append(destination.sealed_former)
    return [_open(destination, each) for each in good if each]


def fresh() -> str:
    return signing.fresh()


def _open(destination: Destination, sealed: bytes | memoryview | None) -> str:
    if not sealed:
        return ""
    return secrets.unseal(current.tenant().pk, _place(destination), bytes(sealed))


def _place(destination: Destination) -> str:
    return f"adplatforms_destination.secret:{destination.pk}"
