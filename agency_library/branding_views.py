"""How an agency looks, in its console."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.models import Agency
from agency_library import branding
from agency_library.branding_forms import BrandingForm

VIEW, CHANGE = "agency_library.view_agencybranding", "agency_library.change_agencybranding"


@permission_required(VIEW, raise_exception=True)
@require_GET
def brandings(request: Request) -> HttpResponse:
    """Whoever works for one agency is led to it; the rest choose."""
    found = list(Agency.objects.where(request.user, VIEW))
    if len(found) == 1:
        return redirect("agency_branding_one", found[0].pk)
    return render(request, "agency_library/brandings.html", {"agencies": found})


@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    """What is kept, with a small sheet that shows it."""
    agency = get_object_or_404(Agency.objects.where(request.user, VIEW), pk=pk)
    found = branding.of(agency.pk)
    form = BrandingForm(request.POST or None, request.FILES or None, instance=found)
    if request.method == "POST" and form.is_valid():
        get_object_or_404(Agency.objects.where(request.user, CHANGE), pk=pk)
        try:
            branding.change(agency.pk, by=request.user, **form.given())
            messages.success(request, _("Saved. It holds for reports that are released from now on."))
            return redirect("agency_branding_one", agency.pk)
        except AppError as error:
            form.add_error("accent" if "color" in error.code else "logo_file", error.message)
    context = {"agency": agency, "branding": branding.of(agency.pk), "form": form}
    return render(request, "agency_library/branding.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def logo(request: Request, pk: int) -> HttpResponse:
    agency = get_object_or_404(Agency.objects.where(request.user, VIEW), pk=pk)
    found = branding.of(agency.pk)
    if not found.logo:
        raise Http404
    return HttpResponse(bytes(found.logo), content_type="image/png")
