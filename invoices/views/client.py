"""A client's own invoices: those that are issued to it, and never another's."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import key, page
from accounts.spreadsheets import EXCEL, download
from contracts import sight
from invoices import workbook
from invoices.models import Document
from invoices.views.documents import pdf_file
from invoices.views.reach import VIEW


@permission_required(VIEW, raise_exception=True)
@require_GET
def invoices(request: Request) -> HttpResponse:
    rows = Document.objects.of_client(request.tenant.pk).select_related("corrects")
    found = page(rows, key(request.GET.get("before", "")))
    return render(request, "invoices/mine.html", {"page": found})


@permission_required(VIEW, raise_exception=True)
@require_GET
def pdf(request: Request, pk: int) -> HttpResponse:
    """The file as it was issued."""
    found = _own(request, pk)
    return pdf_file(found, bytes(found.pdf or b""))


@permission_required(VIEW, raise_exception=True)
@require_GET
def excel(request: Request, pk: int) -> HttpResponse:
    """With LINE's cost for who sees it, by contract."""
    found = _own(request, pk)
    seen = sight.of(request.user, request.tenant, found.month)
    return download(workbook.sheets(found, with_net=seen.shows_net), EXCEL, found.number)


def _own(request: Request, pk: int) -> Document:
    return get_object_or_404(Document.objects.of_client(request.tenant.pk), pk=pk)
