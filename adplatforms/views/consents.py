"""Who agreed to ads: all together, and the part of a customer's page."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from accounts.paging import key, page
from adplatforms.consenting import figures
from adplatforms.consenting.consents import ADS
from adplatforms.models import AdConsent
from customers.consents.views import part

LOOK = "adplatforms.view_adconsent"


@permission_required(LOOK, raise_exception=True)
@require_GET
def all_consents(request: Request) -> HttpResponse:
    """How many agree, how many do not, and what was said lately."""
    said = page(AdConsent.objects.select_related("customer"), key(request.GET.get("before", "")))
    return render(request, "adplatforms/consents.html", {"page": said, "figures": figures.kept()})


@permission_required(LOOK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def consent(request: Request, pk: int) -> HttpResponse:
    return part(request, pk, ADS, template="adplatforms/consent.html", change="adplatforms.change_adconsent")
