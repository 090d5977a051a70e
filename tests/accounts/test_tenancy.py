"""Walls between clients: schema, role, pool of schemas, migrations."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django_tenants.utils import schema_context, tenant_context

from accounts import board, migrator, schemas
from accounts.models import Due, Tenant
from friends.models import Tag


def test_rows_of_one_client_are_not_there_for_another(tenant, other_tenant):
    Tag.objects.create(name="VIP")

    with tenant_context(other_tenant):
        assert not Tag.objects.exists()
    assert Tag.objects.get().name == "VIP"


def test_without_a_tenant_no_tenant_table_is_in_reach(db):
    with (
        schema_context("public"),
        pytest.raises(ProgrammingError, match="does not exist"),
        transaction.atomic(),
    ):
        Tag.objects.count()


def test_raw_sql_that_strays_into_another_schema_fails_in_the_database(tenant, other_tenant):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {tenant.schema_name}.friends_tag")
        assert cursor.fetchone() == (0,)

    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {other_tenant.schema_name}.friends_tag")


def test_a_client_cannot_write_in_public_tables_that_are_not_its_business(tenant):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Tenant.objects.filter(pk=tenant.pk).update(name="Taken over")


def test_after_a_rolled_back_savepoint_the_schema_is_still_right(tenant, other_tenant):
    class Undo(Exception):
        pass

    def stray() -> None:
        with transaction.atomic():
            connection.set_tenant(other_tenant)
            Tag.objects.create(name="Seen by the wrong one")
            raise Undo

    with pytest.raises(Undo):
        stray()

    with tenant_context(tenant):
        Tag.objects.create(name="Mine")
    with tenant_context(other_tenant):
        assert not Tag.objects.exists()


def test_a_new_schema_takes_a_ready_made_one_with_all_its_tables(db, settings):
    settings.SCHEMA_POOL_SIZE = 1
    with schema_context("public"):
        schemas.fill_pool()
        with connection.cursor() as cursor:
            [ready] = schemas.pooled(cursor)

        schemas.take("c_newcomer")

        with connection.cursor() as cursor:
            assert ready not in schemas.pooled(cursor)
    with schema_context("c_newcomer"):
        assert Tag.objects.create(name="First").pk == 1


def tables_of(app: str) -> list[str]:
    models = apps.get_app_config(app).get_models(include_auto_created=True)
    return [model._meta.db_table for model in models]


def test_a_schema_left_behind_is_brought_forward_and_a_broken_one_does_not_stop_it(db):
    with schema_context("public"):
        schemas.make("c_behind")
        schemas.make("c_broken")
        with connection.cursor() as cursor:
            for table in tables_of("broadcasts"):
                cursor.execute(f"DROP TABLE c_behind.{table} CASCADE")
            for schema in ("c_behind", "c_broken"):
                cursor.execute(f"DELETE FROM {schema}.django_migrations WHERE app = 'broadcasts'")  # noqa: S608

        report = migrator.bring_forward(["c_broken", "c_behind"])

        assert report.migrated == ["c_behind"]
        assert "already exists" in report.failed["c_broken"]
        assert migrator.bring_forward(["c_behind"]).migrated == []


def test_no_foreign_key_crosses_schemas(tenant):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT con.conrelid::regclass::text, con.confrelid::regclass::text
               FROM pg_constraint con JOIN pg_class own ON own.oid = con.conrelid
               JOIN pg_class other ON other.oid = con.confrelid
               WHERE con.contype = 'f' AND own.relnamespace <> other.relnamespace"""
        )
        assert cursor.fetchall() == []


def test_in_public_tables_a_client_sees_and_writes_only_its_own_rows(tenant, other_tenant):
    with tenant_context(other_tenant):
        board.call("secret work")

    assert not Due.objects.filter(kind="secret work").exists()
    assert not Due.objects.filter(kind="secret work").update(kind="taken")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        board.call("work for another", tenant_id=other_tenant.pk)


def test_of_public_rows_of_clients_a_client_reads_only_its_own(tenant):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT c.table_name FROM information_schema.columns c
               JOIN pg_class t ON t.oid = format('public.%I', c.table_name)::regclass
               WHERE c.table_schema = 'public'
               AND c.column_name IN ('tenant_id', 'contract_id', 'document_id')
               AND has_table_privilege(current_user, t.oid, 'SELECT') AND NOT t.relrowsecurity"""
        )
        seen = {name for (name,) in cursor.fetchall()}

    assert seen == {"accounts_apikey", "accounts_domain", "accounts_membership"}  # who comes to which address
