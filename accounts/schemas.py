"""Schemas of tenants: made ahead of need, walled off by a database role each, dropped with the tenant.

A schema is made by replaying the rendered SQL of all migrations (accounts/migrator.py). A few are kept ready,
named `_pool_…`; a new client gets one by renaming it, which takes milliseconds.
"""

import secrets

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from accounts import migrator
from accounts.models import Tenant
from accounts.postgresql.base import role_name

POOL = "_pool_"
# What a tenant's role may do in public. Whatever is not named here is out of its reach.
PUBLIC_RIGHTS = {
    "SELECT": [
        "accounts_agency",
        "accounts_apikey",
        "accounts_activity",
        "accounts_datakey",
        "accounts_domain",
        "accounts_membership",
        "accounts_tenant",
        "accounts_user",
        "account_emailaddress",
        "agency_library_agencybranding",
        "agency_library_agencyfile",
        "agency_library_agencytemplate",
        "agency_library_kpiset",
        "agency_library_kpisetversion",
        "auth_permission",
        "billing_plan",
        "billing_pricetable",
        "billing_ledgerentry",
        "billing_quotareading",
        "billing_budgetlift",
        "billing_noticeprice",
        "billing_reserve",
        "channels_channel",
        "contracts_contract",
        "contracts_contractoption",
        "invoices_document",
        "invoices_documentline",
        "django_content_type",
    ],
    "SELECT, INSERT": [
        "billing_ledgerentry",
        "billing_quotareading",
        "billing_budgetlift",
        "billing_reserve",
        "accounts_activity",
        "accounts_datakey",
    ],
    "SELECT, INSERT, DELETE": ["billing_subscription"],
    "SELECT, INSERT, UPDATE": [
        "billing_budget",
        "billing_budgetalert",
        "billing_daycount",
        "billing_monthusage",
        "channels_channel",
        "channels_channelcheck",
        "channels_eventreplay",
        "channels_hourofevents",
        "channels_inboxbody",
        "channels_webhookevent",
        "channels_pace",
        "django_admin_log",
        "relays_delivery",
    ],
    "SELECT, INSERT, UPDATE, DELETE": [
        "accounts_due",
        "agency_figures_clientfigure",
        "django_session",
        "relays_target",
    ],
    "UPDATE (last_used_at)": ["accounts_apikey"],
    "UPDATE (used_count)": ["agency_library_agencytemplate", "agency_library_kpiset"],
    "UPDATE (last_login, language)": ["accounts_user"],
}
# Of these a tenant's role sees and writes only rows of its own tenant. API keys are not among them: a key of
# another client must be told from a wrong one.
OWN_ROWS = [
    "accounts_activity",
    "accounts_datakey",
    "accounts_due",
    "agency_figures_clientfigure",
    "billing_budget",
    "billing_budgetalert",
    "billing_budgetlift",
    "billing_daycount",
    "billing_ledgerentry",
    "billing_monthusage",
    "billing_noticeprice",
    "billing_quotareading",
    "billing_reserve",
    "billing_subscription",
    "channels_channel",
    "channels_channelcheck",
    "channels_eventreplay",
    "channels_hourofevents",
    "channels_inboxbody",
    "channels_pace",
    "channels_webhookevent",
    "contracts_contract",
    "relays_delivery",
    "relays_target",
]
# Of these it sees its own rows once they are issued; of their lines, those of documents that it sees.
ISSUED_ROWS, ISSUED_LINES = ["invoices_document"], ["invoices_documentline"]
# Of these it sees its own rows and those that are for every client.
SHARED_ROWS = ["billing_pricetable"]
# Of these it sees the rows of its agency.
AGENCY_ROWS = [
    "agency_library_agencybranding",
    "agency_library_agencyfile",
    "agency_library_agencytemplate",
    "agency_library_kpiset",
    "agency_library_kpisetversion",
]
# Of these it sees what belongs to the contracts that it sees.
CONTRACT_ROWS = ["contracts_contractoption"]
OWN = """CREATE POLICY own_rows ON public.{table} TO {group} USING (tenant_id = (
    SELECT id FROM public.accounts_tenant WHERE current_user = left({database} || ':' || schema_name, 63)))"""
OWN_OR_SHARED = OWN.replace("(tenant_id =", "(tenant_id IS NULL OR tenant_id =")
OF_CONTRACT = """CREATE POLICY own_rows ON public.{table} TO {group} USING (
    contract_id IN (SELECT id FROM public.contracts_contract))"""
OWN_ISSUED = OWN.replace("USING (", "USING (state = 'issued' AND ")
OF_DOCUMENT = """CREATE POLICY own_rows ON public.{table} TO {group} USING (
    document_id IN (SELECT id FROM public.invoices_document))"""
OF_AGENCY = OWN.replace("(tenant_id =", "(agency_id =").replace("SELECT id", "SELECT agency_id")
POLICIES = [
    (OWN_ROWS, OWN),
    (ISSUED_ROWS, OWN_ISSUED),
    (ISSUED_LINES, OF_DOCUMENT),
    (SHARED_ROWS, OWN_OR_SHARED),
    (CONTRACT_ROWS, OF_CONTRACT),
    (AGENCY_ROWS, OF_AGENCY),
]


def take(schema: str) -> None:
    """Give a tenant its schema: a ready-made one if there is one, a new one otherwise."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('musubi.schema_pool'))")
        ready = pooled(cursor)
        if ready:
            _rename(cursor, ready[0], schema)
        else:
            make(schema)


def make(schema: str) -> None:
    """Create a schema with all tables, and its role. Raises ProgrammingError if the name is in use."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        _make_role(cursor, schema)
        migrator.replay_all(schema)


def drop(schema: str) -> None:
    """Drop the schema with all its data, and its role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        role = sql.Identifier(_role(schema))
        if _role_exists(cursor, _role(schema)):
            cursor.execute(sql.SQL("DROP OWNED BY {}; DROP ROLE {}").format(role, role))


def fill_pool() -> int:
    """Make ready-made schemas until there are as many as SCHEMA_POOL_SIZE; how many were made."""
    with connection.cursor() as cursor:
        missing = settings.SCHEMA_POOL_SIZE - len(pooled(cursor))
    for _ in range(missing):
        make(f"{POOL}{secrets.token_hex(6)}")
    return max(missing, 0)


def pooled(cursor) -> list[str]:
    """Names of the schemas that wait for a tenant."""
    cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY 1", [POOL])
    return [name for (name,) in cursor.fetchall()]


def tenant_schemas() -> list[str]:
    """All schemas that migrations must reach: every tenant's and those that wait."""
    with connection.cursor() as cursor:
        return [*Tenant.objects.values_list("schema_name", flat=True).order_by("pk"), *pooled(cursor)]


def apply_walls() -> None:
    """Grant the group of all tenant roles what it may do in public, and nothing else."""
    group = sql.Identifier(_group())
    with transaction.atomic(), connection.cursor() as cursor:
        if not _role_exists(cursor, _group()):
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(group))
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(group))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(group))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(group))
        for rights, tables in PUBLIC_RIGHTS.items():
            for table in _existing(cursor, tables):
                grant = sql.SQL("GRANT {} ON public.{} TO {}")
                cursor.execute(grant.format(sql.SQL(rights), sql.Identifier(table), group))
        for tables, policy in POLICIES:
            for table in _existing(cursor, tables):
                _wall_off_rows(cursor, sql.Identifier(table), group, policy)


def _wall_off_rows(cursor, table: sql.Identifier, group: sql.Identifier, policy: str) -> None:
    """Row security binds the tenants' roles alone: the owner of a table is free of it."""
    for statement in (
        "DROP POLICY IF EXISTS own_rows ON public.{table}",
        policy,
        "ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY",
    ):
        database = sql.Literal(connection.settings_dict["NAME"][:24])
        cursor.execute(sql.SQL(statement).format(table=table, group=group, database=database))


def _existing(cursor, tables: list[str]) -> list[str]:
    cursor.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass('public.' || name) IS NOT NULL",
        [tables],
    )
    return [name for (name,) in cursor.fetchall()]


def _make_role(cursor, schema: str) -> None:
    role = sql.Identifier(_role(schema))
    name = sql.Identifier(schema)
    if not _role_exists(cursor, _role(schema)):
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
    cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(_group()), role))
    cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, role))
    for things, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        cursor.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON {} TO {}").format(
                name, sql.SQL(rights), sql.SQL(things), role
            )
        )


def _rename(cursor, old: str, new: str) -> None:
    cursor.execute(
        sql.SQL("ALTER SCHEMA {} RENAME TO {}; ALTER ROLE {} RENAME TO {}").format(
            *map(sql.Identifier, [old, new, _role(old), _role(new)])
        )
    )


def _role_exists(cursor, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None


def _role(schema: str) -> str:
    return role_name(connection.settings_dict["NAME"], schema)


def _group() -> str:
    return role_name(connection.settings_dict["NAME"], "tenants")
