"""The part of a customer's page that shows whether they agreed to mails."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import Request
from customers.models import Customer
from scenarios.mails import consents
from scenarios.models import MailConsent


@permission_required("scenarios.view_mailconsent", raise_exception=True)
@require_http_methods(["GET", "POST"])
def consent(request: Request, pk: int) -> HttpResponse:
    """What holds now and how that is known; a post says what the person said to the client's people."""
    customer = get_object_or_404(Customer, pk=pk)
    if request.method == "POST":
        if not request.user.has_perm("scenarios.change_mailconsent"):
            raise PermissionDenied
        given = request.POST.get("agreed") == "yes"
        consents.state(customer, is_given=given, how=MailConsent.How.PAGE, by=request.user)
        if not request.htmx:
            return redirect("customer", pk)
    said = MailConsent.objects.filter(customer=customer)[:10]
    return render(request, "scenarios/mails/consent.html", {"customer": customer, "said": said})
