"""Links that know to whom they were sent: `<code>.<token>`, where the token is the friend's number, sealed.

A token is one AES block under a key of the client: a check that names the link, and the number. Nothing is
stored for it, whoever has none cannot make one, and of another link it says nothing. See decision 0016.
"""

import base64
import hashlib
import hmac
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PURPOSE = "links of people"  # by which the key is derived
# No sign at its end that LINE would leave out of a link in a text. Of 130 bits for 128 the last two are zero.
MARK = r"[a-z2-7]{25}[aeimquy4]"
HOLE = "0" * 26  # stands for the token in what is frozen for all; not one itself, since it has no 0
CHECK_BYTES, NUMBER_BYTES = 8, 8
MOST = 2**31  # numbers of friends are less


class Tokens:
    """Makes and reads the tokens of one client's links."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  one block, never two alike for a link
        self._encryptor, self._decryptor = cipher.encryptor(), cipher.decryptor()

    def seal(self, code: str, friend: int) -> str:
        """The token of this friend in the link of this code; the same each time."""
        block = self._encryptor.update(_check(code) + friend.to_bytes(NUMBER_BYTES))
        return base64.b32encode(block).decode().rstrip("=").lower()

    def unseal(self, code: str, token: str) -> int | None:
        """The friend's number; None if it was not made by `seal` for this link."""
        if not re.fullmatch(MARK, token):
            return None
        block = self._decryptor.update(base64.b32decode(token.upper() + "======"))
        number = int.from_bytes(block[CHECK_BYTES:])
        is_ours = hmac.compare_digest(block[:CHECK_BYTES], _check(code))
        return number if is_ours and 0 < number < MOST else None


class Holes:
    """The places in frozen messages where each friend's own tokens go."""

    def __init__(self, codes: list[str], tokens: Tokens) -> None:
        self._holes = [(code, f"{code}.{HOLE}".encode()) for code in codes]
        self._tokens = tokens

    def fill(self, body: bytes, friend: int) -> bytes:
        """The messages for one friend; again, the same bytes."""
        for code, hole in self._holes:
            body = body.replace(hole, f"{code}.{self._tokens.seal(code, friend)}".encode())
        return body


def _check(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()[:CHECK_BYTES]
