"""The part of a customer's page that shows whether they agreed to mails."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.http import Request
from customers.consents.views import part
from scenarios.mails.consents import MAILS

CHANGE, TEMPLATE = "scenarios.change_mailconsent", "scenarios/mails/consent.html"


@permission_required("scenarios.view_mailconsent", raise_exception=True)
@require_http_methods(["GET", "POST"])
def consent(request: Request, pk: int) -> HttpResponse:
    return part(request, pk, MAILS, template=TEMPLATE, change=CHANGE)
