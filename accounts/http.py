"""The request as views meet it."""

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework import request as rest

from accounts.models import Tenant, User


class Arriving(HttpRequest):
    """A request in the middleware: anybody's, and for a client only below /c/<slug>/ or at its own domain."""

    tenant: Tenant | None


class Request(HttpRequest):
    """A request that has passed the middleware: somebody is signed in; below /c/<slug>/ there is a client."""

    user: User
    tenant: Tenant
    htmx: HtmxDetails


class ApiRequest(rest.Request):
    """A call of a client's API that was let in.

    A program stands in for a user: without a primary key, but with rights, and with its `api_key`.
    """

    user: User


def network_address(request: HttpRequest) -> str:
    """Whose request it is; behind a proxy of ours, as that one says."""
    given = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return given.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
