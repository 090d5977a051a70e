"""By which address a client is reached."""

import pytest
from django.urls import get_script_prefix
from django_tenants.utils import schema_context

from accounts.models import Domain
from tests.browser import signed_in
from tests.factories import make_user


@pytest.fixture
def own_domain(tenant) -> str:
    with schema_context("public"):
        return Domain.objects.create(tenant=tenant, domain="line.apparel.example", is_primary=True).domain


def test_a_client_is_reached_below_its_name(tenant):
    page = signed_in(make_user()).get("/c/apparel/")

    assert page.status_code == 200
    assert b'href="/c/apparel/friends/"' in page.content
    assert get_script_prefix() == "/"


def test_a_client_is_reached_by_its_own_domain_too(own_domain):
    page = signed_in(make_user()).get("/", headers={"host": own_domain})

    assert page.status_code == 200
    assert b'href="/friends/"' in page.content


def test_people_can_sign_in_on_the_clients_own_domain(own_domain, client):
    assert client.get("/friends/", headers={"host": own_domain}).url.startswith("/sign-in/login/")
    assert client.get("/sign-in/login/", headers={"host": own_domain}).status_code == 200


def test_on_a_clients_own_domain_there_is_no_other_client(own_domain, other_tenant):
    path = f"/c/{other_tenant.slug}/"
    user = make_user("owner", whole_agency=True)

    assert signed_in(user).get(path).status_code == 200
    assert signed_in(user).get(path, headers={"host": own_domain}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/sign-in/login/", "/c/apparel/", "/c/apparel/link/"])
def test_an_unknown_host_is_refused(tenant, client, path):
    assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400


def test_an_unknown_client_is_not_found(tenant, client):
    assert client.get("/c/nobody/").status_code == 404


@pytest.mark.parametrize("path", ["", "customers/", "f/r/", "media/", "api/v1/customers/", "u/"])
def test_nothing_has_an_address_with_a_letter_that_cannot_be_stored(tenant, path):
    visitor = signed_in(make_user("owner"))

    inside = visitor.get(f"/c/apparel/{path}%00/")
    outside = visitor.get(f"/{path}%00")

    assert (inside.status_code, outside.status_code) == (404, 404)
