"""The costs that were entered; what friends cost and brought is a page of `acquisition`."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from routes import costs
from routes.cost_forms import AdCostForm, CostFilter, PeriodForm
from routes.models import AdCost


@permission_required("routes.view_adcost", raise_exception=True)
@require_GET
def route_costs(request: Request) -> HttpResponse:
    """What friends cost stands beside whether they stay and what they bring."""
    return redirect(f"{reverse('acquisition')}?{_period(request)}")


@permission_required("routes.view_adcost", raise_exception=True)
@require_GET
def route_costs_csv(request: Request) -> HttpResponse:
    return redirect(f"{reverse('acquisition_file')}?{_period(request)}&kind=utf-8")


@permission_required("routes.view_adcost", raise_exception=True)
@require_GET
def ad_costs(request: Request) -> HttpResponse:
    """What was entered, newest first; of one route if that is asked for."""
    form = CostFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    shown = AdCost.objects.select_related("route")
    if route := asked.get("route"):
        shown = shown.filter(route=route)
    context = {"form": form, "route": route, "page": page(shown, asked.get("before"))}
    return render(request, "routes/ad_costs.html", context)


@permission_required("routes.add_adcost", raise_exception=True)
@require_http_methods(["GET", "POST"])
def ad_cost_new(request: Request) -> HttpResponse:
    form = AdCostForm(request.POST or None, initial={"route": request.GET.get("route")})
    if form.is_valid():
        try:
            made = costs.add_cost(form.cost(), by=request.user)
            messages.success(request, _("The cost is entered."))
            return redirect(made.route)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "routes/ad_cost.html", {"form": form})


@permission_required("routes.change_adcost", raise_exception=True)
@require_http_methods(["GET", "POST"])
def ad_cost(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    form = AdCostForm(request.POST or None, initial=AdCostForm.of(found))
    if form.is_valid():
        try:
            costs.change_cost(found, form.cost(), by=request.user)
            messages.success(request, _("The cost is changed."))
            return redirect(found.route)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "routes/ad_cost.html", {"form": form, "cost": found})


@permission_required("routes.delete_adcost", raise_exception=True)
@require_http_methods(["GET", "POST"])
def ad_cost_delete(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    if request.method == "POST":
        costs.delete_cost(found, by=request.user)
        messages.success(request, _("The cost is deleted."))
        return redirect(found.route)
    return render(request, "routes/ad_cost_delete.html", {"cost": found})


def _get(pk: int) -> AdCost:
    return get_object_or_404(AdCost.objects.select_related("route"), pk=pk)


def _period(request: Request) -> str:
    first, last = PeriodForm(request.GET).period()
    return f"first={first}&last={last}"
