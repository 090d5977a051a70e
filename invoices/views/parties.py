"""Who issues an agency's invoices, and to whom each client's go."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import Request
from invoices import dates, parties
from invoices.forms import IssuerForm, RecipientForm
from invoices.models import Issuer, Recipient
from invoices.views import reach
from invoices.views.reach import needs


@needs("invoices.change_issuer")
@require_http_methods(["GET", "POST"])
def issuer(request: Request, slug: str) -> HttpResponse:
    agency = get_object_or_404(reach.agencies(request, "invoices.change_issuer"), slug=slug)
    found = Issuer.objects.filter(agency=agency).first() or Issuer(agency=agency, name=agency.name)
    form = IssuerForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        parties.write_issuer(agency, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Drafts take it over with “Reckon again”."))
        return redirect("invoices")
    return render(request, "invoices/issuer.html", {"agency": agency, "form": form})


@needs("invoices.change_recipient")
@require_http_methods(["GET", "POST"])
def recipient(request: Request, slug: str) -> HttpResponse:
    client = reach.client(request, slug, "invoices.change_recipient")
    found = Recipient.objects.filter(tenant=client).first() or Recipient(tenant=client, name=client.name)
    form = RecipientForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        parties.write_recipient(client, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Drafts take it over with “Reckon again”."))
        return redirect("invoices")
    context = {"client": client, "form": form, "example": _example(found)}
    return render(request, "invoices/recipient.html", context)


def _example(recipient: Recipient) -> tuple[date, date, date]:
    """The last month that is over, its closing day and its due date by what is saved."""
    month = dates.month_after(timezone.localdate().replace(day=1), -1)
    closing = dates.closing_on(month, recipient.closing_day)
    return month, closing, dates.due_on(closing, recipient.due_months, recipient.due_day)
