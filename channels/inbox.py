"""Webhook bodies as they come, and the one statement that stores them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import psycopg

KIND = "inbox"
# What a connection raises when the fault is not with the statement.
DATABASE_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)
# The board's rows, which other processes want too, are locked last (a WITH that nothing reads runs after the
# rest) and in one order, so that two processes cannot wait for each other.
INSERT = f"""
    WITH called AS (
        INSERT INTO public.accounts_due AS due (tenant_id, kind, due_at, version)
        SELECT id, '{KIND}', clock_timestamp(), 1
        FROM public.accounts_tenant WHERE id = ANY (%b::int[]) ORDER BY id
        ON CONFLICT (tenant_id, kind) DO UPDATE
        SET due_at = least(due.due_at, excluded.due_at), version = due.version + 1
    )
    INSERT INTO public.channels_inboxbody (tenant_id, received_at, signature, body)
    SELECT * FROM unnest(%b::int[], %b::timestamptz[], %b::text[], %b::bytea[])
"""  # noqa: S608  (our own constant)


class Body(NamedTuple):
    """A webhook's body, rightly signed, byte for byte."""

    tenant_id: int
    received_at: datetime
    signature: str
    content: bytes


async def insert(connection: psycopg.AsyncConnection, bodies: Sequence[Body]) -> None:
    """Store bodies and call for their processing, in one statement; they are safe once it is committed."""
    tenant_ids, *columns = map(list, zip(*bodies, strict=True))
    await connection.execute(INSERT, [sorted(set(tenant_ids)), tenant_ids, *columns])
