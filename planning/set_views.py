"""KPI sets of the agency in a client: to use one, or to save the tree as one."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from agency_library import kpi_sets
from agency_library.models import KpiSet
from planning import counting, sets, windows
from planning.models import Kpi
from planning.views import campaign_of, eyes_of, tree_address

MOST = 100


class UseForm(forms.Form):
    kpi_set = forms.ModelChoiceField(label=gettext_lazy("KPI set"), queryset=KpiSet.objects.none())
    scaled = forms.BooleanField(
        label=gettext_lazy("With its targets, brought to this client’s number of friends"), required=False
    )


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the set"), max_length=KpiSet.NAME_LENGTH)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
    with_goals = forms.BooleanField(
        label=gettext_lazy("With targets, as rates and numbers per friend; never amounts of money"),
        required=False,
    )


@permission_required(["planning.view_kpi", "agency_library.view_kpiset"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def sets_page(request: Request, whose: str) -> HttpResponse:
    """The agency's sets with their indicators; one is taken over with a click."""
    may_use = request.user.has_perm("planning.add_kpi")
    if request.method == "POST" and not may_use:
        raise PermissionDenied
    campaign = campaign_of(whose)
    window = windows.of(campaign, request.GET.get("month", ""), counting.today())
    form = UseForm(request.POST or None)
    form.fields["kpi_set"].queryset = sets.all_of_agency()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = sets.take(given["kpi_set"], campaign, window, scaled=given["scaled"], by=request.user)
            messages.success(request, _("Added: %(count)s.") % {"count": len(made)})
            return redirect(tree_address(whose))
        except AppError as error:
            form.add_error(None, error.message)
    context = {
        "form": form,
        "may_use": may_use,
        "save_form": SaveForm(initial={"name": campaign.name if campaign else ""}),
        "rows": [(each, kpi_sets.walk(each.tree)) for each in sets.all_of_agency()[:MOST]],
        "has_kpis": Kpi.objects.of(campaign).exists(),
        "campaign": campaign,
        "whose": whose,
        "window": window,
    }
    return render(request, "planning/sets.html", context)


@permission_required(["planning.view_kpi", "agency_library.add_kpiset"], raise_exception=True)
@require_POST
def save(request: Request, whose: str) -> HttpResponse:
    campaign = campaign_of(whose)
    form = SaveForm(request.POST)
    if form.is_valid():
        try:
            made = sets.save(campaign, **form.cleaned_data, eyes=eyes_of(request), by=request.user)
            words = {"name": made.name, "version": made.version}
            messages.success(request, _("Saved for all clients: “%(name)s”, version %(version)s.") % words)
        except AppError as error:
            messages.error(request, error.message)
    else:
        messages.error(request, _("Give the set a name."))
    return redirect("kpi_sets_here", whose)
