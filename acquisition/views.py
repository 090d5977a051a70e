"""Pages of acquisition: groups side by side, two of them compared, months of joining, the margin."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from acquisition import chart, cohorts, comparing, forms, services, sheets, table, wording
from acquisition.counting import HORIZON
from acquisition.forms import AskForm, CohortForm, MarginForm
from acquisition.models import Margin
from acquisition.table import Table
from routes.models import AdCost

PEOPLE, COST = "routes.view_arrival", "routes.view_adcost"
DRAWN = 3  # groups in one drawing


def may_look(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who sees people who came, and for who sees what was paid for them."""

    @wraps(view)
    def wrapped(request: Request, **given: object) -> HttpResponse:
        if not (request.user.has_perm(PEOPLE) or request.user.has_perm(COST)):
            raise PermissionDenied
        return view(request, **given)

    return wrapped


@may_look
@require_GET
def acquisition(request: Request) -> HttpResponse:
    """Routes, media, campaigns or ads side by side."""
    form = AskForm(request.GET)
    found = _table(request, form)
    chosen = found.row(request.GET.get("row", "")) if "row" in request.GET else None
    shown = chosen or found.total
    context = _context(form, found) | {
        "shown": shown,
        "is_whole": chosen is None,
        "chart": chart.draw([shown], found.margin.share),
        "headline": wording.headline(shown) if found.shows_cost else "",
        "cheapest": wording.cheapest(found),
        "rows": [(row, wording.pay_back(row.pay_back)) for row in found.rows],
        "total_words": wording.pay_back(found.total.pay_back),
        "has_costs": AdCost.objects.exists(),
    }
    return render(request, "acquisition/acquisition.html", context)


@may_look
@require_GET
def acquisition_file(request: Request) -> HttpResponse:
    """The table in one Excel file with what friends brought by month, or alone as CSV."""
    kind = _kind(request)
    found = _table(request, AskForm(request.GET))
    activity.record("acquisition.exported", "acquisition", by=request.user, file=kind)
    name = f"acquisition-{found.asked.first:%Y%m%d}-{found.asked.last:%Y%m%d}"
    return spreadsheets.download(sheets.of_table(found), kind, name)


@may_look
@require_GET
def compare(request: Request) -> HttpResponse:
    """Two groups, by how much they differ, and whether that may be chance."""
    form = AskForm(request.GET)
    found = _table(request, form)
    first, second = request.GET.get("a", ""), request.GET.get("b", "")
    context = _context(form, found) | {"a": first, "b": second, "is_chosen": "a" in request.GET}
    if context["is_chosen"]:
        try:
            compared = comparing.of(found, first, second)
            context["compared"] = compared
            context["chart"] = chart.draw([compared.first, compared.second], found.margin.share)
            context["words"] = [wording.pay_back(row.pay_back) for row in (compared.first, compared.second)]
        except AppError as error:
            context["problem"] = error.message
    return render(request, "acquisition/compare.html", context)


@may_look
@require_GET
def months(request: Request) -> HttpResponse:
    """Months of joining by months since."""
    form = CohortForm(request.GET)
    asked, metric = form.asked(), form.of_what()
    context = {
        "form": form,
        "asked": asked,
        "metric": metric,
        "lines": cohorts.of(asked, metric),
        "ages": range(1, HORIZON + 1),
        "formats": spreadsheets.FORMATS.items(),
        "metrics": cohorts.Metric,
        "shows_cost": request.user.has_perm(COST),
    }
    return render(request, "acquisition/cohorts.html", context)


@may_look
@require_GET
def months_file(request: Request) -> HttpResponse:
    kind, form = _kind(request), CohortForm(request.GET)
    metric = form.of_what()
    found = cohorts.of(form.asked(), metric)
    activity.record("acquisition.exported", "acquisition", by=request.user, file=kind)
    return spreadsheets.download([sheets.of_cohorts(found, str(metric.label))], kind, f"cohorts-{metric}")


@permission_required("acquisition.change_margin", raise_exception=True)
@require_http_methods(["GET", "POST"])
def margin(request: Request) -> HttpResponse:
    """What of revenue is counted against the cost."""
    present = Margin.present()
    form = MarginForm(request.POST or None, initial={"percent": present.percent})
    if form.is_valid():
        try:
            services.set_margin(form.cleaned_data["percent"], by=request.user)
            messages.success(request, _("The margin is saved. It holds for all periods."))
            return redirect("acquisition")
        except AppError as error:
            form.add_error("percent", error.message)
    return render(request, "acquisition/margin.html", {"form": form, "margin": present})


def _table(request: Request, form: AskForm) -> Table:
    return table.of(form.asked(), form.by_what(), shows_cost=request.user.has_perm(COST))


def _context(form: AskForm, found: Table) -> dict:
    return {
        "form": form,
        "table": found,
        "asked": found.asked,
        "presets": forms.presets(found.asked),
        "formats": spreadsheets.FORMATS.items(),
    }


def _kind(request: Request) -> str:
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    return kind
