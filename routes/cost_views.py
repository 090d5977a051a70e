"""What friends cost and brought by route, as a page and as a file; and the costs that were entered."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from routes import cost_pages, costs, returns, sheets
from routes.cost_forms import AdCostForm, CostFilter, PeriodForm
from routes.models import AdCost, Route
from routes.returns import Return


@permission_required("routes.view_adcost", raise_exception=True)
@require_GET
def route_costs(request: Request) -> HttpResponse:
    form = PeriodForm(request.GET)
    first, last = form.period()
    found = returns.of_period(first, last)
    context = {
        "form": form,
        "first": first,
        "last": last,
        "presets": cost_pages.presets(first, last),
        "groups": cost_pages.groups(found),
        "total": returns.total(each for _route, each in found),
        "has_costs": AdCost.objects.exists(),
    }
    return render(request, "routes/costs.html", context)


@permission_required("routes.view_adcost", raise_exception=True)
@require_GET
def route_costs_csv(request: Request) -> HttpResponse:
    """One row for each route; what cannot be known is empty."""
    first, last = PeriodForm(request.GET).period()
    response = HttpResponse(sheets.BOM, content_type="text/csv; charset=utf-8")
    name = f"route-costs-{first:%Y%m%d}-{last:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(_rows(returns.of_period(first, last)))
    return response


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


def _rows(found: list[tuple[Route, Return]]) -> Iterator[list]:
    yield [
        *(_("Route"), _("Code"), _("Media"), _("Cost"), _("New friends"), _("Cost per friend"), _("Linked")),
        *(_("Cost per linked friend"), _("Buyers"), _("Revenue since"), _("Revenue per yen (ROAS)")),
    ]
    for route, each in found:
        yield [
            *(sheets.safe(route.name), route.code, route.get_media_display(), each.cost, each.new),
            *(_rounded(each.cost_per_friend), each.linked, _rounded(each.cost_per_linked)),
            *(each.buyers, each.revenue, _rounded(each.per_cost)),
        ]


def _rounded(amount: object) -> object:
    return "" if amount is None else f"{amount:.2f}"
