from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from accounts import services as accounts
from accounts.models import Tenant

EVERYTHING = ("*", "broadcasts.approve_broadcast", "billing.add_subscription")


class Caller(Client):
    """A program that calls a client's API. Addresses are those below /c/<slug>/api/v1/, bodies are JSON."""

    def __init__(self, slug: str, **defaults: object) -> None:
        super().__init__(headers={"Accept-Language": "en"}, **defaults)
        self.base = f"/c/{slug}/api/v1/"

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Answers, and leaves the test in its own client again."""
        path = path if path.startswith(("/", "http")) else self.base + path
        payload = b"" if body is None else self._encode_json(body, "application/json")
        with tenant_context(connection.tenant):
            return self.generic(method, path, payload, "application/json", headers=headers)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, body, **headers)


def make_key(tenant: Tenant, *scopes: str) -> str:
    with schema_context("public"):
        return accounts.create_api_key(tenant, name="shop", scopes=list(scopes))[1]


def caller(key: str, slug: str = "apparel") -> Caller:
    return Caller(slug, HTTP_AUTHORIZATION=f"Bearer {key}")


@pytest.fixture
def call(tenant) -> Callable[..., Caller]:
    """A caller with a key of this client: `call("friends.view_friend")`; without scopes, with all of them."""
    return lambda *scopes: caller(make_key(tenant, *(scopes or EVERYTHING)))


@pytest.fixture
def document(call) -> dict:
    """The OpenAPI document, as a key holder gets it."""
    return call().get("schema/").json()
