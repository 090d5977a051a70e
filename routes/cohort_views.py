"""Early blocks by route, as a page and as a file."""

import csv
from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import Request
from routes import cohorts, pages, sheets
from routes.cohorts import Cohort
from routes.forms import MonthForm
from routes.models import Route


@permission_required("routes.view_arrival", raise_exception=True)
@require_GET
def early_blocks(request: Request) -> HttpResponse:
    found = pages.cohorts_of_year(timezone.now())
    form = MonthForm(request.GET, found=found)
    month = form.cleaned_data["month"] if form.is_valid() else ""
    shown = [cohort for cohort in found if not month or f"{cohort.month:%Y-%m}" == month]
    by_route = cohorts.by_route(shown)
    routes = Route.objects.in_bulk([cohort.route_id for cohort in by_route if cohort.route_id])
    context = {
        "form": form,
        "rows": [(routes.get(cohort.route_id or 0), cohort) for cohort in by_route],
        "total": cohorts.total(shown),
        "channel": pages.channel(),
    }
    return render(request, "routes/early_blocks.html", context)


@permission_required("routes.view_arrival", raise_exception=True)
@require_GET
def early_blocks_csv(request: Request) -> HttpResponse:
    """Every route and month, one row each; what is not yet known is empty."""
    found = pages.cohorts_of_year(timezone.now())
    routes = Route.objects.in_bulk({cohort.route_id for cohort in found if cohort.route_id})
    response = HttpResponse(sheets.BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="early-blocks.csv"'
    csv.writer(response).writerows(_rows(found, routes))
    return response


def _rows(found: list[Cohort], routes: dict[int, Route]) -> Iterator[list]:
    names = [_("24 hours"), _("7 days"), _("30 days")]
    within = [_("Blocked within %(period)s") % {"period": name} for name in names]
    over = [_("Of those with %(period)s over") % {"period": name} for name in names]
    heads = [head for pair in zip(within, over, strict=True) for head in pair]
    yield [_("Month"), _("Route"), _("Offer"), _("New friends"), *heads]
    for cohort in found:
        route = routes.get(cohort.route_id or 0)
        cells = [number for blocked, over, _open in cohort.cells for number in (blocked, over)]
        name, label = (
            (sheets.safe(route.name), sheets.safe(route.label)) if route else (_("Unknown route"), "")
        )
        yield [f"{cohort.month:%Y-%m}", sheets.safe(name), sheets.safe(label), cohort.new, *cells]
