"""The client in whose schema we work at this moment, and the connection that is in it."""

from typing import TYPE_CHECKING, cast

from django.db import connection as django_connection
from django_tenants.utils import get_tenant_model

if TYPE_CHECKING:
    from accounts.models import Tenant
    from accounts.postgresql.base import DatabaseWrapper

connection = cast("DatabaseWrapper", django_connection)


class NoTenant(RuntimeError):
    """Tenant data was asked for in the public schema, or in a schema entered by name alone."""

    def __init__(self) -> None:
        super().__init__("no tenant is selected")


def tenant() -> "Tenant":
    """Raises NoTenant."""
    found = tenant_or_none()
    if found is None:
        raise NoTenant
    return found


def tenant_or_none() -> "Tenant | None":
    """For what also runs outside of any client."""
    return connection.tenant if isinstance(connection.tenant, get_tenant_model()) else None


def schema() -> str:
    """Its name; `public` outside of any client."""
    return connection.schema_name
