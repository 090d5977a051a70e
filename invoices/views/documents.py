"""One document in the console: what is on it, who has checked it, and issuing it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.spreadsheets import EXCEL, download
from invoices import crediting, drafts, drift, history, issuing, mails, sums, workbook
from invoices.forms import DetailsForm, LineForm
from invoices.models import Document
from invoices.printing.pdf import pdf as printed
from invoices.views import reach
from invoices.views.reach import CHANGE, ISSUE, needs


@needs()
@require_GET
def document(request: Request, pk: int) -> HttpResponse:
    return _page(request, reach.document(request, pk))


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def details(request: Request, pk: int) -> HttpResponse:
    """Due date and remarks."""
    found = reach.document(request, pk, "change")
    form = DetailsForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.change_details(found, by=request.user, **form.cleaned_data)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invoices/details.html", {"document": found, "form": form})


@needs(CHANGE)
@require_POST
def reckon(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, "change", drafts.reckon_again, _("It agrees with ledger and contract again."))


@needs(CHANGE)
@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, "change", issuing.review, _("Marked as reviewed. It can be issued now."))


@needs(CHANGE)
@require_POST
def send_back(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, "change", issuing.send_back, _("It is a draft again."))


@needs(ISSUE)
@require_http_methods(["GET", "POST"])
def issue(request: Request, pk: int) -> HttpResponse:
    """Asked first: it cannot be taken back."""
    found = reach.document(request, pk, "issue")
    if request.method == "POST":
        return _done(request, pk, "issue", issuing.issue, _("It is issued. Nothing can change it now."))
    context = {"document": found, "hindrances": issuing.all_hindrances(found), "rates": sums.rates(found)}
    return render(request, "invoices/issue.html", context | {"lines": found.lines.all()})


@needs("invoices.delete_document")
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = reach.document(request, pk, "delete")
    if request.method == "POST":
        try:
            drafts.delete_draft(found, by=request.user)
            messages.success(request, _("The draft is deleted."))
            month = urlencode({"month": f"{found.month:%Y-%m}", "agency": found.agency.slug})
            return redirect(f"{reverse('invoices')}?{month}")
        except AppError as error:
            messages.error(request, error.message)
            return redirect(found)
    return render(request, "invoices/delete.html", {"document": found})


@needs()
@require_GET
def pdf(request: Request, pk: int) -> HttpResponse:
    """As it was issued, byte for byte; a draft as it would be now."""
    found = reach.document(request, pk)
    content = found.pdf if found.is_issued else printed(found, list(found.lines.all()))
    return pdf_file(found, bytes(content or b""))


@needs()
@require_GET
def excel(request: Request, pk: int) -> HttpResponse:
    found = reach.document(request, pk)
    return download(workbook.sheets(found, with_net=True), EXCEL, found.number or f"draft-{found.pk}")


@needs(ISSUE)
@require_http_methods(["GET", "POST"])
def mail(request: Request, pk: int) -> HttpResponse:
    """Asked first: a mail cannot be taken back either."""
    found = reach.document(request, pk, "issue")
    if request.method == "POST":
        try:
            mails.send(found, by=request.user)
            text = _("Sent to %(address)s.") % {"address": found.recipient["email"]}
            messages.success(request, text)
        except AppError as error:
            messages.error(request, error.message)
        return redirect(found)
    return render(request, "invoices/mail.html", {"document": found, "sent": mails.sent(found)})


def pdf_file(found: Document, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{mails.file_name(found)}"'
    return response


def _page(request: Request, found: Document) -> HttpResponse:
    is_open = found.is_issued and found.is_invoice
    context = {
        "document": found,
        "lines": list(found.lines.all()),
        "rates": sums.rates(found),
        "hindrances": [] if found.is_issued else issuing.all_hindrances(found),
        "is_stale": not found.is_issued and issuing.is_stale(found),
        "drift": drift.of(found) if is_open else None,
        "credit_notes": found.credit_notes.light().order_by("pk") if is_open else [],
        "remaining": sum(crediting.remaining_by_rate(found).values()) if is_open else None,
        "line_form": LineForm() if not found.is_issued and found.is_invoice else None,
        "history": history.of(found),
    }
    return render(request, "invoices/document.html", context)


def _done(request: Request, pk: int, act: str, command: Callable, text: str) -> HttpResponse:
    """Do it, and say so or why not, on the document's page."""
    found = reach.document(request, pk, act)
    try:
        command(found, by=request.user)
        messages.success(request, text)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)
