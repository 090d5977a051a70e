"""Somebody in a browser, signed in."""

import re

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from accounts.models import User

TOKENS = re.compile(r"""(?<=name="csrfmiddlewaretoken" value=")\w{64}|(?<="X-CSRFToken": ")\w{64}""")


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
        return words_of(response)

    def send(self, path: str, data: dict) -> str:
        """What a form answers, on the page to which it leads."""
        return words_of(self.post(path, data, follow=True))


def words_of(page: HttpResponse) -> str:
    """Without the tokens of its forms: in 64 random letters any short name may stand."""
    return TOKENS.sub("", page.content.decode())


def sign_in(user: User) -> Visitor:
    with schema_context("public"):
        User.objects.filter(pk=user.pk).update(language="en")
        visitor = Visitor()
        visitor.force_login(user)
    return visitor
