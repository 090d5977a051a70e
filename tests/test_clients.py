"""A client of a test meets a schema as it was made, whatever the test before it has done there."""

from django.db import connection
from django_tenants.utils import tenant_context
from psycopg import sql

from tests.clients import committed_client
from tests.factories import make_broadcast, make_friend, make_order, make_tag

TABLES = """SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> 'django_migrations'"""


def counts() -> dict[str, int]:
    """Rows of each table of the present client."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        each = (sql.SQL("SELECT {}, count(*) FROM {}").format(name, sql.Identifier(name)) for name in tables)
        cursor.execute(sql.SQL(" UNION ALL ").join(each))
        return dict(cursor.fetchall())


def test_the_next_client_meets_what_migrations_put_there_and_nothing_else(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with committed_client("first") as tenant, tenant_context(tenant):
            made = counts()
            make_tag("VIP", friends=[make_friend("aoi")])
            make_broadcast()
            make_order()
            used = counts()
        with committed_client("second") as tenant, tenant_context(tenant):
            again = counts()
            first = make_friend("ren").pk

    assert used != made
    assert (again, first) == (made, 1)
