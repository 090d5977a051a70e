"""Lines that people write on a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from invoices import drafts
from invoices.forms import LineForm, ReasonForm
from invoices.views import reach
from invoices.views.reach import CHANGE, needs


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    document = reach.document(request, pk, "change")
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.write_line(document, by=request.user, **form.cleaned_data)
            messages.success(request, _("The line is added."))
            return redirect(document)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invoices/line.html", {"document": document, "form": form})


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def change(request: Request, pk: int, line: int) -> HttpResponse:
    found = reach.line(request, pk, line)
    form = LineForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.change_line(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("The line is changed."))
            return redirect(found.document)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invoices/line.html", {"document": found.document, "line": found, "form": form})


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int, line: int) -> HttpResponse:
    found = reach.line(request, pk, line)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.remove_line(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("The line is removed."))
            return redirect(found.document)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"document": found.document, "line": found, "form": form}
    return render(request, "invoices/remove_line.html", context)
