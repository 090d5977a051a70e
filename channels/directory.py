"""Who may call the webhook: tenants by slug, with the secrets that sign for them. Kept in the process.

Read anew every half minute, and whenever an address or a signature is not known; while the database is away,
what was read last goes on to hold.
"""

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from accounts import secrets
from channels.inbox import DATABASE_AWAY
from channels.models import secret_place
from line import signatures

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_READINGS = 1.0
SECONDS_TO_READ = 5.0
SECONDS_TO_WAIT = 1.5  # LINE hangs up after two
READ = """
    SELECT tenant.slug, tenant.id AS tenant_id, channel.sealed_secret, channel.sealed_old_secret,
           data_key.wrapped AS wrapped_key
    FROM channels_channel channel
    JOIN accounts_tenant tenant ON tenant.id = channel.tenant_id
    JOIN accounts_datakey data_key ON data_key.tenant_id = channel.tenant_id
"""
COUNT_BAD_SIGNATURES = """
    UPDATE channels_channel AS channel
    SET bad_signature_count = bad_signature_count + more.number, bad_signature_at = clock_timestamp()
    FROM unnest(%s::bigint[], %s::bigint[]) AS more (tenant_id, number)
    WHERE channel.tenant_id = more.tenant_id
"""


@dataclass(frozen=True)
class Receiver:
    """One tenant's end of the webhook. Its secrets are opened at their first use."""

    slug: str
    tenant_id: int
    sealed_secret: bytes
    sealed_old_secret: bytes | None
    wrapped_key: bytes

    @cached_property
    def secrets(self) -> list[str]:
        place = secret_place(self.tenant_id)
        sealed = [self.sealed_secret, self.sealed_old_secret]
        return [secrets.unseal_with(self.wrapped_key, self.tenant_id, place, each) for each in sealed if each]

    def has_signed(self, body: bytes, signature: str) -> bool:
        return signatures.is_valid(self.secrets, body, signature)


class Directory:
    """The tenants with a channel, by slug."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._receivers: dict[str, Receiver] = {}
        self._bad_signatures: Counter[int] = Counter()
        self._read_at: float | None = None
        self._next_reading: asyncio.Task | None = None

    @property
    def is_read(self) -> bool:
        """False while the database has been away since the start."""
        return self._read_at is not None

    def find(self, slug: str) -> Receiver | None:
        return self._receivers.get(slug)

    async def read(self) -> None:
        """Raises one of DATABASE_AWAY when it is."""
        async with (
            asyncio.timeout(SECONDS_TO_READ),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Receiver)) as cursor,
        ):
            rows = await (await cursor.execute(READ, binary=True)).fetchall()
        fresh = {row.slug: row for row in rows}
        kept = {slug: row for slug, row in self._receivers.items() if fresh.get(slug) == row}
        self._receivers = fresh | kept
        self._read_at = time.monotonic()

    async def look_again(self) -> None:
        """Wait for a reading that begins after this call; there is at most one a second.

        While the database is away everything stays as it was, and the wait is no longer than LINE's.
        """
        if self._next_reading is None:
            self._next_reading = asyncio.create_task(self._read_soon())
        await asyncio.wait([self._next_reading], timeout=SECONDS_TO_WAIT)

    async def _read_soon(self) -> None:
        if self._read_at is not None:
            await asyncio.sleep(self._read_at + SECONDS_BETWEEN_READINGS - time.monotonic())
        self._next_reading = None
        try:
            await self.read()
        except DATABASE_AWAY as error:
            logger.warning("directory.not_read", extra={"reason": str(error)})

    def count_bad_signature(self, receiver: Receiver) -> None:
        self._bad_signatures[receiver.tenant_id] += 1

    async def write_bad_signatures(self) -> None:
        """Add what was counted to the channels' rows. Raises one of DATABASE_AWAY, and counts on."""
        if not self._bad_signatures:
            return
        counted = dict(self._bad_signatures)
        async with self._pool.connection() as connection:
            await connection.execute(COUNT_BAD_SIGNATURES, [list(counted), list(counted.values())])
        self._bad_signatures -= Counter(counted)
