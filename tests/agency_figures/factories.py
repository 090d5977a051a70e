"""Clients of an agency that have figures, without schemas of their own."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django_tenants.utils import schema_context

from accounts.models import Agency, Tenant
from agency_figures.models import ClientFigure

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
COUNTED = datetime(2026, 11, 1, 1, tzinfo=UTC)


def make_client(name: str, agency: Agency | None = None) -> Tenant:
    """A client that is only looked at from outside."""
    with schema_context("public"):
        agency = agency or Agency.objects.get(slug="sakura")
        slug = name.lower()
        return Tenant.objects.create(agency=agency, slug=slug, name=name, schema_name=f"c_{slug}")


def make_figure(tenant: Tenant, metric: str, value: str | None, **given) -> ClientFigure:
    """Of October, counted to its end, unless told otherwise."""
    facts = {"month": OCTOBER, "counted_until": date(2026, 10, 31), "counted_at": COUNTED} | given
    number = None if value is None else Decimal(value)
    with schema_context("public"):
        return ClientFigure.objects.create(tenant=tenant, metric=metric, value=number, **facts)


def make_clients(metric: str, values: list[str], **given) -> list[Tenant]:
    """One for each value."""
    known = Tenant.objects.count()
    tenants = [make_client(f"Client{known + number}") for number in range(len(values))]
    for tenant, value in zip(tenants, values, strict=True):
        make_figure(tenant, metric, value, **given)
    return tenants
