"""The request as views meet it."""

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
