"""django-tenants' backend, with a second wall: schema, role and tenant are set in one statement.

In a tenant the connection is the tenant's own role, which has rights on its schema and on few public tables.
A query that strays fails in the database, raw SQL included. In the public schema it is the owner again.
"""

from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base
from django_tenants.utils import get_public_schema_name

SET = "SELECT set_config('role', %s, false), set_config('search_path', %s, false)"


class DatabaseWrapper(base.DatabaseWrapper):
    schema_name: str
    search_path_set_schemas: list[str] | None
    _setting_search_path: bool
    as_owner = False

    def _handle_search_path(self, cursor=None):
        if self._setting_search_path or self.search_path_set_schemas:
            return
        paths = self._get_cursor_search_paths()
        self._setting_search_path = True
        own = cursor or self.connection.cursor()
        try:
            own.execute(SET, [self.role(), ",".join(f'"{path}"' for path in paths)])
        except (
            DatabaseError,
            base.psycopg.Error,
        ):  # the transaction has failed already: its next statement says so
            self.search_path_set_schemas = None
        else:
            self.search_path_set_schemas = paths
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()

    def role(self) -> str:
        """The database role for the present schema; `none` is the one that signed in."""
        if self.schema_name == get_public_schema_name() or self.as_owner:
            return "none"
        return role_name(self.settings_dict["NAME"], self.schema_name)


def role_name(database: str, schema: str) -> str:
    """Roles belong to the whole server, so a tenant's is named for its database too. At most 63 bytes."""
    return f"{database[:24]}:{schema}"[:63]
