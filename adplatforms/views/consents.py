"""Who agreed to ads: all together, and the part of a customer's page."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from accounts.paging import key, page
from adplatforms.consenting import consents, figures
from adplatforms.models import AdConsent
from customers.models import Customer

LOOK = "adplatforms.view_adconsent"


@permission_required(LOOK, raise_exception=True)
@require_GET
def all_consents(request: Request) -> HttpResponse:
    """How many agree, how many do not, and what was said lately."""
    said = page(AdConsent.objects.select_related("customer"), key(request.GET.get("before", "")))
    return render(request, "adplatforms/consents.html", {"page": said, "figures": figures.present()})


@permission_required(LOOK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def consent(request: Request, pk: int) -> HttpResponse:
    """What holds now and how that is known; a post says what the person said to the client's people."""
    customer = get_object_or_404(Customer, pk=pk)
    if request.method == "POST":
        if not request.user.has_perm("adplatforms.change_adconsent"):
            raise PermissionDenied
        given = {name: request.POST.get(name, "").replace("\0", "")[:200] for name in ("source", "proof")}
        is_given = request.POST.get("agreed") == "yes"
        consents.state(customer, is_given=is_given, how=AdConsent.How.PAGE, **given, by=request.user)
        if not request.htmx:
            return redirect("customer", pk)
    said = AdConsent.objects.filter(customer=customer)[:10]
    return render(request, "adplatforms/consent.html", {"customer": customer, "said": said})
