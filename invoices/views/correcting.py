"""After an invoice is issued: credit notes, and what the ledger has changed since."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from invoices import crediting, drift
from invoices.forms import CreditForm
from invoices.views import reach
from invoices.views.reach import ADD, CHANGE, needs

WAYS = {"credit": drift.give_back, "next": drift.bill_next}


@needs(ADD, CHANGE)
@require_http_methods(["GET", "POST"])
def credit(request: Request, pk: int) -> HttpResponse:
    """A credit note to some lines, or to all that is left with `?all=1`."""
    invoice = reach.document(request, pk, "change")
    lines, remaining = list(invoice.lines.all()), crediting.remaining(invoice)
    form = CreditForm(lines, remaining, invoice.currency, request.POST or None)
    if request.GET.get("all"):
        form.begin_with(remaining)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            note = crediting.make_credit_note(invoice, form.amounts(), reason=reason, by=request.user)
            messages.success(request, _("The credit note is drafted. Check it, then issue it."))
            return redirect(note)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invoices/credit.html", {"document": invoice, "form": form})


@needs(ADD, CHANGE)
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Give a difference back by a credit note, or put it on the next invoice."""
    invoice = reach.document(request, pk, "change")
    command = WAYS.get(request.POST.get("way", ""))
    try:
        if command:
            return redirect(command(invoice, by=request.user))
        messages.error(request, _("Choose how the difference is settled."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(invoice)
