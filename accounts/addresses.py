"""Where the pages of a client are, for whoever asks: a page, a program, or a task."""

from django.conf import settings
from django.urls import reverse


def client_page(name: str, *args: object) -> str:
    """The path of a client's page: in a request below that client, in a task without the client before it.

    A task is in no request, and Django then looks among the agency's addresses only.
    """
    return reverse(name, settings.TENANT_URLCONF, args)
