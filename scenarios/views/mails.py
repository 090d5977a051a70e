"""Pages: what was mailed beside LINE, and in whose name."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from accounts.paging import page
from customers.models import Customer
from scenarios.mails import senders
from scenarios.mails.forms import MailFilter, MailSettingsForm
from scenarios.models import MailSend, MailSettings


@permission_required("scenarios.view_mailsend", raise_exception=True)
@require_GET
def mails(request: Request) -> HttpResponse:
    """Every mail of every scenario, newest first, and what became of it."""
    form = MailFilter(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state")
    sends = MailSend.objects.select_related("entry__scenario").filter(**({"state": state} if state else {}))
    found = page(sends, form.cleaned_data.get("before"))
    customers = Customer.objects.in_bulk({send.customer_id for send in found.rows})
    rows = [(send, customers.get(send.customer_id)) for send in found.rows]
    context = {"form": form, "page": found, "rows": rows, "state": state, "sender": MailSettings.present()}
    return render(request, "scenarios/mails/list.html", context)


@permission_required("scenarios.change_mailsettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    """Sender, address for answers, and what the law wants below each mail."""
    present = MailSettings.present() or MailSettings()
    form = MailSettingsForm(request.POST or None, instance=present)
    if form.is_valid():
        senders.change(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. It holds for every mail that leaves from now on."))
        return redirect("scenario_mails")
    return render(request, "scenarios/mails/settings.html", {"form": form, "sender": present})
