"""Somebody at a browser, while the test stays inside its client."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import tenant_context

from accounts.models import User


class Browser(Client):
    """Django's test client; a request ends outside of all clients, and the test goes on in its own."""

    def request(self, **request: object) -> HttpResponse:
        with tenant_context(connection.tenant):
            return super().request(**request)


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser
