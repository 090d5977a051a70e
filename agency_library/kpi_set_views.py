"""An agency's KPI sets in its console."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from accounts.paging import key, page
from agency_library import kpi_sets
from agency_library.models import KpiSet


@permission_required("agency_library.view_kpiset", raise_exception=True)
@require_GET
def sets(request: Request) -> HttpResponse:
    rows = KpiSet.objects.visible_to(request.user).select_related("agency").defer("tree")
    found = page(rows, key(request.GET.get("before", "")))
    return render(request, "agency_library/kpi_sets.html", {"page": found, "rows": found.rows})


@permission_required("agency_library.view_kpiset", raise_exception=True)
@require_GET
def one(request: Request, pk: int) -> HttpResponse:
    """Its indicators, and how they were in earlier versions."""
    found = get_object_or_404(KpiSet.objects.visible_to(request.user).select_related("agency"), pk=pk)
    versions = [(each, kpi_sets.walk(each.tree)) for each in found.versions.all()[:20]]
    may_delete = KpiSet.objects.visible_to(request.user, "delete").filter(pk=pk).exists()
    context = {"set": found, "versions": versions, "may_delete": may_delete}
    return render(request, "agency_library/kpi_set.html", context)


@permission_required("agency_library.delete_kpiset", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(KpiSet.objects.visible_to(request.user, "delete"), pk=pk)
    if request.method == "POST":
        kpi_sets.delete(found, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("kpi_sets")
    return render(request, "agency_library/kpi_set_delete.html", {"set": found})
