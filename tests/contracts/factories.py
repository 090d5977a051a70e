from datetime import date
from decimal import Decimal

from django_tenants.utils import schema_context

from accounts.models import Tenant
from contracts import services
from contracts.models import Contract

LONG_AGO = date(2023, 6, 1)


def make_contract(
    tenant: Tenant, valid_from: date = LONG_AGO, options: tuple = (), **terms: object
) -> Contract:
    """A mark-up of a fifth that the client does not see; `terms` say otherwise."""
    usual = {"kind": "markup", "rate": Decimal("0.2"), "shows": "gross"}
    with schema_context("public"):
        return services.add_contract(
            tenant, by=None, valid_from=valid_from, options=options, **(usual | terms)
        )
