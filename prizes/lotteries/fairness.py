"""What a draw comes to: a pure function of the seed, the lottery, the person and the turn.

The seed is fixed before the first draw and its SHA-256 published, so nobody can choose outcomes afterwards;
when the lottery is closed the seed is published too, so anybody can draw again. Seed and messages are plain
text, for tools such as `openssl dgst -sha256 -hmac`. See decision 0037.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Protocol

from prizes.models import WHOLE

SEED_BYTES = 32
TICKET_SIGNS = 16  # hex
LOT_BYTES = 8


class Chance(Protocol):
    """A prize, and how many of a million numbers are its own."""

    @property
    def prize(self) -> int: ...

    @property
    def ppm(self) -> int: ...


def new_seed() -> str:
    """256 random bits, in hex."""
    return secrets.token_hex(SEED_BYTES)


def commitment(seed: str) -> str:
    """What is published of a seed before it may be known."""
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket(seed: str, lottery: int, friend: int) -> str:
    """How a person is called in what is published; who they are follows only with the seed."""
    return _mac(seed, f"person:{lottery}:{friend}").hex()[:TICKET_SIGNS]


def lot(seed: str, lottery: int, ticket: str, turn: int) -> int:
    """The number that a turn draws, below a million; each is as likely as any other (within 2⁻⁴⁴)."""
    drawn = int.from_bytes(_mac(seed, f"draw:{lottery}:{ticket}:{turn}")[:LOT_BYTES])
    return drawn * WHOLE >> 8 * LOT_BYTES


def aim(chances: Iterable[Chance], lot: int) -> int | None:
    """The prize at which a number stands: the first has the lowest numbers, above the last nothing is won."""
    edge = 0
    for chance in chances:
        edge += chance.ppm
        if lot < edge:
            return chance.prize
    return None


def _mac(seed: str, message: str) -> bytes:
    return hmac.digest(seed.encode(), message.encode(), "sha256")
