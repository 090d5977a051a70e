"""Pages of conversions: what led to them, the points by which they count, the way to one order."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from attribution import credits as credited
from attribution import forms, journeys, leading, lift, naming, progress, services
from attribution.forms import AskForm, PointForm
from attribution.leading import By
from attribution.models import Credit, Point
from campaigns import members
from shops.models import Order, ShopSettings

LOOK = "attribution.view_credit"
MOST_ROWS = 300


@permission_required(LOOK, raise_exception=True)
@require_GET
def conversions(request: Request) -> HttpResponse:
    """What led to orders and other conversions, in a table."""
    form = AskForm(request.GET)
    asked = request.GET.get("by", "")
    table = leading.table(form.asked(By(asked) if asked in By else By.SEND))
    context = {
        "form": form,
        "table": table,
        "rows": table.rows[:MOST_ROWS],
        "left_count": max(0, len(table.rows) - MOST_ROWS),
        "kinds": By,
        "counting": progress.all_of_them(),
    }
    return render(request, "attribution/conversions.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def each_conversion(request: Request) -> HttpResponse:
    """Conversions one by one, the newest that was counted first."""
    rows = Credit.objects.chosen().select_related("point")
    found = page(rows, key(request.GET.get("before", "")))
    names = naming.of(each.owner for each in found.rows)
    context = {"page": found, "rows": [(each, names[each.owner]) for each in found.rows]}
    return render(request, "attribution/each.html", context)


@permission_required([LOOK, "shops.view_order"], raise_exception=True)
@require_GET
def way_to_order(request: Request, pk: int) -> HttpResponse:
    """What touched a person before an order, and which touch got it."""
    order = get_object_or_404(Order.objects.select_related("customer"), pk=pk)
    point = services.orders()
    context = {"journey": journeys.of_order(order, point), "order": order, "point": point}
    return render(request, "attribution/journey.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def credits_of(request: Request, owner: str) -> HttpResponse:
    """What a send or a scenario is credited with, whenever it happened; a part of the results' pages."""
    if owner not in members.of([owner]):
        raise Http404
    found = credited.of([owner]).get(owner)
    context = {"sums": found, "currency": ShopSettings.present().currency}
    return render(request, "attribution/credited.html", context) if found else HttpResponse()


@permission_required(LOOK, raise_exception=True)
@require_GET
def lift_of(request: Request, owner: str) -> HttpResponse:
    """What messages did beyond what people held out did without them; a part of the results' pages."""
    if owner not in members.of([owner]):
        raise Http404
    found = lift.of(owner)
    return render(request, "attribution/lift.html", {"lift": found}) if found else HttpResponse()


@permission_required("attribution.view_point", raise_exception=True)
@require_GET
def points(request: Request) -> HttpResponse:
    is_archive = request.GET.get("tab") == "archived"
    found = Point.objects.filter(archived_at__isnull=not is_archive)
    rows = [(each, forms.event_in_words(each), progress.of(each)) for each in found[:MOST_ROWS]]
    return render(request, "attribution/points.html", {"rows": rows, "is_archive": is_archive})


@permission_required("attribution.view_point", raise_exception=True)
@require_GET
def point(request: Request, pk: int) -> HttpResponse:
    """How a point counts, since when, and how it counted before."""
    found = get_object_or_404(Point, pk=pk)
    context = {
        "point": found,
        "words": forms.event_in_words(found),
        "touches": [Point.Touch(each).label for each in found.touches],
        "versions": progress.history(found),
        "percent": progress.of(found),
    }
    return render(request, "attribution/point.html", context)


@permission_required("attribution.view_point", raise_exception=True)
@require_GET
def point_progress(request: Request, pk: int) -> HttpResponse:
    """How far the count is; a part of a page that asks again until it is done."""
    found = get_object_or_404(Point, pk=pk)
    return render(request, "attribution/progress.html", {"point": found, "percent": progress.of(found)})


@permission_required("attribution.add_point", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new_point(request: Request) -> HttpResponse:
    kind = request.GET.get("kind", Point.Kind.EVENT)
    if kind not in progress.MADE:
        raise Http404
    form = PointForm(request.POST or None, kind=kind, initial={"touches": Point.Touch.values})
    if form.is_valid():
        try:
            made = services.create_point(kind=kind, by=request.user, **form.facts())
            messages.success(
                request, _("The conversion point is made. What happened so far is being counted.")
            )
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "kind": kind, "kinds": progress.MADE, "properties": forms.properties()}
    return render(request, "attribution/edit.html", context)


@permission_required("attribution.change_point", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit_point(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Point, pk=pk)
    form = PointForm(request.POST or None, kind=found.kind, instance=get_object_or_404(Point, pk=pk))
    if form.is_valid():
        try:
            changed = services.change_point(found, by=request.user, **form.facts())
            counts_anew = changed.version != found.version
            said = _("Saved. Everything is being counted anew; until then the figures are mixed.")
            messages.success(request, said if counts_anew else _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "point": found, "kind": found.kind, "properties": forms.properties()}
    return render(request, "attribution/edit.html", context)


@permission_required("attribution.change_point", raise_exception=True)
@require_POST
def archive_point(request: Request, pk: int) -> HttpResponse:
    """Or take it out of the archive again, so that nothing is lost by a wrong click."""
    found = get_object_or_404(Point, pk=pk)
    try:
        if found.archived_at:
            services.restore_point(found, by=request.user)
            messages.success(request, _("“%(name)s” counts again.") % {"name": found})
        else:
            services.archive_point(found, by=request.user)
            messages.success(request, _("“%(name)s” is archived. It counts no more.") % {"name": found})
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)
