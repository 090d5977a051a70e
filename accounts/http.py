"""The request as views meet it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Tenant, User


class Request(HttpRequest):
    """A request that has passed the middleware: somebody is signed in; below /c/<slug>/ there is a client."""

    user: User
    tenant: Tenant
    htmx: HtmxDetails
