"""Clients whose data is really committed, for tests that look at it over several connections.

A schema with all its tables takes seconds to make, so that of a test which is over is emptied and waits for
the next, unless the test has changed its tables.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django_tenants.utils import schema_context
from psycopg import sql

from accounts import schemas, services
from accounts.migrator import TEMPLATE
from accounts.models import Agency, DataKey, Due, Tenant
from accounts.postgresql.base import role_name

SHAPE = """SELECT (SELECT count(*) FROM pg_attribute WHERE attrelid = ANY(here.tables)),
  (SELECT count(*) FROM pg_constraint WHERE conrelid = ANY(here.tables)),
  (SELECT count(*) FROM pg_trigger WHERE tgrelid = ANY(here.tables)),
  cardinality(here.tables)
FROM (SELECT array_agg(oid) AS tables FROM pg_class
  WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)) AS here"""
FILLED = """SELECT relname FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
  AND relname <> 'django_migrations'"""
COUNTED = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s AND last_value IS NOT NULL"
COLUMNS = """SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
FORGET = """DELETE FROM pg_statistic WHERE starelid IN (
  SELECT oid FROM pg_class WHERE relnamespace = %s::regnamespace)"""
_spare: list[str] = []  # schemas that wait, with the tables of all the others


@contextmanager
def committed_client(name: str, *, agency: Agency | None = None) -> Iterator[Tenant]:
    """A client, of an agency of its own unless one is given: so nobody of Sakura sees what is left of it."""
    slug = f"{name}-{secrets.token_hex(4)}"
    with schema_context("public"):
        agency = agency or services.create_agency(name=f"Agency of {name}", slug=slug)
        if _spare:
            _rename(_spare.pop(), f"{schemas.POOL}0")
        tenant = services.create_client(agency, slug=slug, name=name.capitalize())
        shape = _shape(tenant.schema_name)
    try:
        yield tenant
    finally:
        with schema_context("public"):
            if _shape(tenant.schema_name) == shape:
                _empty(tenant.schema_name)
                _spare.append(f"spare_{secrets.token_hex(6)}")
                _rename(tenant.schema_name, _spare[-1])
            else:
                schemas.drop(tenant.schema_name)
            nothing_to_do(tenant)
            DataKey.objects.filter(pk=tenant.pk).delete()


def nothing_to_do(tenant: Tenant) -> None:
    """Take its work off the board, which other tests look at."""
    Due.objects.filter(tenant=tenant).delete()


def _shape(schema: str) -> tuple:
    return _rows(SHAPE, schema)[0]


def _empty(schema: str) -> None:
    """As if it had just been made: with the rows that migrations put there, and nothing known of others."""
    filled = [sql.Identifier(schema, name) for (name,) in _rows(FILLED, schema)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger tells of what is put back
        if filled:
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(filled)))
        for name, _last in _rows(COUNTED, schema):
            cursor.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(schema, name)))
        for (name,) in _rows(FILLED, TEMPLATE):
            columns = [sql.Identifier(column) for (column,) in _rows(COLUMNS, f"{TEMPLATE}.{name}")]
            cursor.execute(
                sql.SQL("INSERT INTO {} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {}").format(
                    sql.Identifier(schema, name),
                    sql.Identifier(TEMPLATE, name),
                    columns=sql.SQL(", ").join(columns),
                )
            )
        for name, last in _rows(COUNTED, TEMPLATE):
            if name != "django_migrations_id_seq":
                cursor.execute("SELECT setval(%s::regclass, %s)", [f"{schema}.{name}", last])
        cursor.execute(FORGET, [schema])


def _rename(old: str, new: str) -> None:
    database = connection.settings_dict["NAME"]
    names = (old, new, role_name(database, old), role_name(database, new))
    statement = "ALTER SCHEMA {} RENAME TO {}; ALTER ROLE {} RENAME TO {}"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _rows(query: str, schema: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, [schema])
        return cursor.fetchall()
