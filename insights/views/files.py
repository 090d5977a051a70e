"""Which file is asked for."""

from django.http import Http404

from accounts import spreadsheets
from accounts.http import Request


def kind_of(request: Request) -> str:
    """Raises Http404 if there is no such file."""
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    return kind
