"""Clients whose data is really committed, for tests that look at it over several connections."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django_tenants.utils import schema_context

from accounts import schemas, services
from accounts.models import Agency, DataKey, Due, Tenant


@contextmanager
def committed_client(name: str, *, agency: Agency | None = None) -> Iterator[Tenant]:
    """A client, of an agency of its own unless one is given: so nobody of Sakura sees what is left of it."""
    slug = f"{name}-{secrets.token_hex(4)}"
    with schema_context("public"):
        agency = agency or services.create_agency(name=f"Agency of {name}", slug=slug)
        tenant = services.create_client(agency, slug=slug, name=name.capitalize())
    try:
        yield tenant
    finally:
        with schema_context("public"):
            schemas.drop(tenant.schema_name)
            nothing_to_do(tenant)
            DataKey.objects.filter(pk=tenant.pk).delete()


def nothing_to_do(tenant: Tenant) -> None:
    """Take its work off the board, which other tests look at."""
    Due.objects.filter(tenant=tenant).delete()
