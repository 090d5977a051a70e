"""A browser of somebody who is signed in, through Django's whole stack, in this process."""

from typing import Any


def browser_of(tenant: Any) -> Any:
    """Of an owner of the client's agency."""
    from django.test import Client
    from django_tenants.utils import schema_context

    from accounts.models import Membership, User

    with schema_context("public"):
        email = f"bench@{tenant.slug}.example"
        person = User.objects.filter(email=email).first()
        if person is None:
            person = User.objects.create_user(email, "bench")
            Membership.objects.create(user=person, agency=tenant.agency, role=Membership.Role.OWNER)
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        return browser


def get(browser: Any, address: str, **headers: str) -> Any:
    """The answer; in names of headers _ stands for -. Raises AssertionError for anything but a page."""
    from django.db import connection
    from django_tenants.utils import tenant_context

    with tenant_context(connection.tenant):
        answer = browser.get(
            address, headers={name.replace("_", "-"): each for name, each in headers.items()}
        )
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code} {answer.headers.get('Location', '')}")
    return answer
