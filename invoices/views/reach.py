"""What of invoices somebody has in reach in the console: that of agencies in which they work."""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import Request
from accounts.models import Agency, Tenant
from accounts.paging import words
from contracts.sight import VIEW_NET
from invoices.models import Document, DocumentLine

VIEW, ADD = "invoices.view_document", "invoices.add_document"
CHANGE, ISSUE = "invoices.change_document", "invoices.issue_document"


def needs(*permissions: str) -> Callable[[Callable], Callable]:
    """For pages of the console, which show LINE's cost."""
    return permission_required((VIEW, VIEW_NET, *permissions), raise_exception=True)


def agencies(request: Request, permission: str = VIEW) -> QuerySet[Agency]:
    """Those in which the user has the permission, and sees LINE's cost; rights elsewhere are no help."""
    return Agency.objects.where(request.user, permission).where(request.user, VIEW_NET)


def agency(request: Request, permission: str = VIEW) -> Agency:
    """The one that the address names by `?agency=`, else the first by name. Raises Http404."""
    named = words(request.GET.get("agency") or request.POST.get("agency") or "")
    found = agencies(request, permission)
    chosen = (found.filter(slug=named) if named else found.order_by("name")).first()
    if chosen is None:
        raise Http404
    return chosen


def document(request: Request, pk: int, act: str = "view") -> Document:
    """Raises Http404."""
    rows = Document.objects.in_reach(request.user, act).filter(agency__in=agencies(request)).light()
    return get_object_or_404(rows.select_related("tenant", "agency", "corrects", "tenant__agency"), pk=pk)


def line(request: Request, pk: int, line_pk: int) -> DocumentLine:
    """A line of a document that may be changed. Raises Http404."""
    found = document(request, pk, "change")
    return get_object_or_404(
        DocumentLine.objects.select_related("document__tenant"), pk=line_pk, document=found
    )


def client(request: Request, slug: str, permission: str) -> Tenant:
    """A client of an agency in which the user has the permission. Raises Http404."""
    rows = Tenant.objects.filter(agency__in=agencies(request, permission)).select_related("agency")
    return get_object_or_404(rows, slug=slug)
