"""What every page's frame needs."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict:
    return {"tenant": getattr(request, "tenant", None)}
