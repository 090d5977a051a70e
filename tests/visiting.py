"""Somebody in a browser, signed in."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from accounts.models import User


class Visitor(Client):
    """Somebody in a browser, who reads English. Addresses without a leading slash are below /c/apparel/."""

    def generic(self, method: str, path: str, *args, **kwargs) -> HttpResponse:
        """Answers, and leaves the test in its own client again."""
        with tenant_context(connection.tenant):
            return super().generic(
                method, path if path.startswith("/") else f"/c/apparel/{path}", *args, **kwargs
            )

    def read(self, path: str, data: dict | None = None, **headers: str) -> str:
        """The page at this address, which must be there."""
        response = self.get(path, data, headers=headers)
        assert response.status_code == 200, response
        return response.content.decode()

    def send(self, path: str, data: dict) -> str:
        """What a form answers, on the page to which it leads."""
        return self.post(path, data, follow=True).content.decode()


def sign_in(user: User) -> Visitor:
    with schema_context("public"):
        User.objects.filter(pk=user.pk).update(language="en")
        visitor = Visitor()
        visitor.force_login(user)
    return visitor
