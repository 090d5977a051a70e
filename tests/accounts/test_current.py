"""Who the present tenant is: what needs one fails without, and does not guess."""

import pytest
from django_tenants.utils import schema_context

from accounts import current


def test_it_is_the_client_whose_schema_was_entered(tenant):
    assert current.tenant() == tenant
    assert current.schema() == tenant.schema_name


def test_there_is_none_in_the_public_schema(tenant):
    with schema_context("public"), pytest.raises(current.NoTenant, match="no tenant is selected"):
        current.tenant()


def test_a_schema_entered_by_name_alone_has_none(tenant):
    with schema_context(tenant.schema_name):
        assert current.tenant_or_none() is None
        with pytest.raises(current.NoTenant):
            current.tenant()
