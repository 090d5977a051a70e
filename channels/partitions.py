"""Partitions of the inbox and its like: one per UTC day, made ahead and dropped when aged."""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

DAYS_AHEAD = 7
MOMENT_OF = {"channels_inboxbody": "received_at", "channels_webhookevent": "happened_at"}  # see `register`

# These locks stand in the way of webhooks: rather try again in an hour than have them wait.
BEGIN = """
    SET LOCAL lock_timeout = '3s';
    SELECT pg_advisory_xact_lock(hashtext('channels.partitions'))
"""
EXISTING = """
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = to_regclass('public.' || %s)
"""
# Rows of the day may have come before; they wait where everything is that matches no day.
CREATE = """
    CREATE TABLE public.{partition} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    WITH early AS (DELETE FROM public.{other} WHERE {moment} >= {start} AND {moment} < {end} RETURNING *)
    INSERT INTO public.{partition} SELECT * FROM early;
    ALTER TABLE public.{table} ATTACH PARTITION public.{partition} FOR VALUES FROM ({start}) TO ({end})
"""
DROP = "DROP TABLE public.{partition}"
FORGET_OTHERS = "DELETE FROM public.{other} WHERE {moment} < {start} AND state <> 'new'"
HAS_WORK = "SELECT EXISTS (SELECT FROM public.{partition} WHERE state = 'new')"


def register(table: str, *, moment: str) -> None:
    """Have a table of an app further right kept in days too.

    It is partitioned by the range of its column `moment`, has `<table>_other` for what matches no day, and a
    column `state` that says `new` for what is still to be done.
    """
    MOMENT_OF[table] = moment


def maintain(today: date) -> None:
    """Make partitions for today (UTC) and a week ahead, drop those older than WEBHOOK_RETENTION_DAYS.

    In the public schema, as the owner. May be repeated at any time, by several at once. Raises
    OperationalError if a long transaction stands in the way; what was made until then stays.
    """
    oldest = today - timedelta(days=settings.WEBHOOK_RETENTION_DAYS)
    wanted = {today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)}
    for table in MOMENT_OF:
        existing = days_of(table)
        for day in sorted(wanted - existing):
            _create(table, day)
        for day in sorted(day for day in existing if day < oldest):
            _drop(table, day)
        _forget_others(table, oldest)


def days_of(table: str) -> set[date]:
    """The days that have a partition of their own."""
    with connection.cursor() as cursor:
        cursor.execute(EXISTING, [table])
        endings = [re.search(r"_(\d{8})$", name) for (name,) in cursor.fetchall()]
    return {datetime.strptime(ending[1], "%Y%m%d").date() for ending in endings if ending}  # noqa: DTZ007


@transaction.atomic
def _create(table: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
        if day not in days_of(table):
            cursor.execute(_fill(CREATE, table, day))


@transaction.atomic
def _drop(table: str, day: date) -> None:
    """What nobody has processed yet stays, however old it is."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
        if day not in days_of(table):
            return
        cursor.execute(_fill(HAS_WORK, table, day))
        [has_work] = cursor.fetchone()
        if not has_work:
            cursor.execute(_fill(DROP, table, day))


def _forget_others(table: str, oldest: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_fill(FORGET_OTHERS, table, oldest))


def _fill(statement: str, table: str, day: date) -> sql.Composed:
    start = datetime.combine(day, time(), UTC)
    names = {
        "table": table,
        "partition": f"{table}_{day:%Y%m%d}",
        "other": f"{table}_other",
        "moment": MOMENT_OF[table],
    }
    bounds = {"start": start, "end": start + timedelta(days=1)}
    return sql.SQL(statement).format(
        **{word: sql.Identifier(name) for word, name in names.items()},
        **{word: sql.Literal(moment) for word, moment in bounds.items()},
    )
