"""One person across the accounts of one company."""

import pytest
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Company, Tenant
from friends import elsewhere
from tests.channels.conftest import give_channel
from tests.factories import make_friend, make_user


@pytest.fixture
def sisters(tenant, other_tenant):
    """Both clients are brands of one company, under one provider."""
    with schema_context("public"):
        company = Company.objects.create(agency=tenant.agency, name="Hana Group")
        Tenant.objects.filter(pk__in=[tenant.pk, other_tenant.pk]).update(company=company)
        tenant.company = company
        give_channel(tenant, channel_id="1", provider_id="7")
        give_channel(other_tenant, channel_id="2", provider_id="7")
    return other_tenant


def provider(tenant: Tenant, provider_id: str) -> None:
    with schema_context("public"):
        type(tenant.channel).objects.filter(tenant=tenant).update(provider_id=provider_id)


def test_the_same_person_is_found_at_the_sister_account(sisters):
    friend = make_friend("aoi")
    with tenant_context(sisters):
        make_friend("aoi", status="blocked")
        make_friend("ren")

    [found] = elsewhere.of(friend, make_user("marketer", whole_agency=True))

    assert (found.tenant, found.friend.status) == (sisters, "blocked")


@pytest.mark.parametrize("provider_id", ["8", ""])
def test_under_another_provider_the_id_may_be_somebody_else(sisters, provider_id):
    friend = make_friend("aoi")
    with tenant_context(sisters):
        make_friend("aoi")
    with schema_context("public"):
        provider(sisters, provider_id)

    assert elsewhere.of(friend, make_user("marketer", whole_agency=True)) == []


def test_who_may_not_see_friends_there_is_not_told(sisters):
    friend = make_friend("aoi")
    with tenant_context(sisters):
        make_friend("aoi")

    assert elsewhere.of(friend, make_user("marketer")) == []


def test_clients_of_different_companies_are_strangers(tenant, other_tenant, sisters):
    friend = make_friend("aoi")
    with tenant_context(other_tenant):
        make_friend("aoi")
    tenant.company = None

    assert elsewhere.of(friend, make_user("marketer", whole_agency=True)) == []
