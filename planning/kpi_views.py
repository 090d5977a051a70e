"""Pages of one indicator: how it stands and why, its targets, its numbers, its place in the tree."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import people
from accounts.errors import AppError
from accounts.http import Request
from planning import counting, details, moving, pages, purses, standing, trees, windows, wording
from planning.forms import DayForm, KpiForm, MonthForm, MonthOfForm, NumberForm
from planning.models import Kpi, Reading
from planning.purses import Purse
from planning.standing import Book
from planning.views import campaign_of, eyes_of, tree_address, whose_of

MOST_NUMBERS = 62
STEPS = {"up": -1, "down": 1}


@permission_required("planning.view_kpi", raise_exception=True)
@require_GET
def kpi(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    campaign, eyes = found.campaign, eyes_of(request)
    window = windows.of(campaign, request.GET.get("month", ""), counting.today())
    book = Book(eyes, window, [found], [campaign] if campaign else [])
    [told] = standing.of(eyes, [found], window, campaign, book)
    purse = purses.of(request.tenant.pk, window.month)
    metric = None if told.why in standing.UNTOLD else told.metric
    moved = moving.of(eyes, metric, campaign, window, book) if metric else None
    earlier, later = windows.around(campaign, window.month)
    context = {
        "kpi": found,
        "row": pages.row_of(told, purse),
        "metric": metric,
        "campaign": campaign,
        "whose": whose_of(campaign),
        "window": window,
        "earlier": earlier,
        "later": later,
        "has_whole": bool(campaign and campaign.ends_on),
        "chart": details.drawn(book, told, campaign, window) if metric else None,
        "days": details.by_day(book, metric, campaign, window) if metric else [],
        "moved": moved,
        "moved_words": details.moved_in_words(moved, metric, purse) if moved and metric else "",
        "parts": details.parts(moved, purse) if moved else [],
        "components": details.components(moved, purse) if moved else [],
        "basis": pages.bases(eyes, [found], window, purse).get(found.pk, ""),
        "months": details.targets_of(found, eyes, campaign, counting.today()),
        "numbers": _numbers(found, purse) if found.is_own else [],
        "number_form": _number_form(found),
        "unit": wording.unit_of(found),
        "responsible": pages.named(people.members()).get(found.responsible_id or 0, ""),
    }
    return render(request, "planning/kpi.html", context)


@permission_required("planning.add_kpi", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request, whose: str) -> HttpResponse:
    campaign = campaign_of(whose)
    form = KpiForm(request.POST or None, campaign=campaign, initial={"parent": request.GET.get("parent", "")})
    if form.is_valid():
        try:
            made = trees.add(
                campaign,
                by=request.user,
                parent=form.parent_node(),
                metric=form.metric_code(),
                **form.settings(),
            )
            messages.success(request, _("“%(name)s” is added.") % {"name": wording.name(made)})
            return redirect(tree_address(whose))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "planning/kpi_edit.html", {"form": form, "campaign": campaign, "whose": whose})


@permission_required("planning.change_kpi", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    form = KpiForm(request.POST or None, campaign=found.campaign, kpi=found)
    if form.is_valid():
        try:
            trees.change(found, by=request.user, **form.settings())
            if form.parent_node() != found.parent:
                trees.move(found, parent=form.parent_node(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "kpi": found, "name": wording.name(found), "campaign": found.campaign}
    return render(request, "planning/kpi_edit.html", context | {"whose": whose_of(found.campaign)})


@permission_required("planning.change_kpi", raise_exception=True)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """One place up or down among those beside it, or out to where its parent stands."""
    found = _get(pk)
    way = request.POST.get("way", "")
    try:
        if way in STEPS:
            beside = [each for each in Kpi.objects.of(found.campaign) if each.parent_id == found.parent_id]
            place = beside.index(found) + STEPS[way] if found in beside else 0
            trees.move(found, parent=found.parent, position=place, by=request.user)
        elif way == "out" and found.parent:
            trees.move(found, parent=found.parent.parent, by=request.user)
        elif way == "in":
            _move_in(found, request)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(f"{tree_address(whose_of(found.campaign))}?edit=1#kpi-{found.pk}")


@permission_required("planning.delete_kpi", raise_exception=True)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Out of the tree; it can be put back from there."""
    found = _get(pk)
    try:
        trees.remove(found, by=request.user)
        words = {"name": wording.name(found)}
        messages.success(request, _("“%(name)s” is taken out. It can be put back below the tree.") % words)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(tree_address(whose_of(found.campaign)))


@permission_required("planning.delete_kpi", raise_exception=True)
@require_POST
def restore(request: Request, pk: int) -> HttpResponse:
    found = _get(pk, Kpi.objects.all())
    try:
        trees.restore(found, by=request.user)
        messages.success(request, _("“%(name)s” is back in the tree.") % {"name": wording.name(found)})
    except AppError as error:
        messages.error(request, error.message)
    return redirect(tree_address(whose_of(found.campaign)))


@permission_required("planning.change_kpi", raise_exception=True)
@require_POST
def target(request: Request, pk: int) -> HttpResponse:
    """The target of one month; empty takes it away."""
    found = _get(pk)
    form = MonthForm(request.POST)
    try:
        if form.is_valid():
            value = form.number(wording.unit_of(found))
            month = form.cleaned_data["month"]
            trees.set_target(found, month, value, eyes=eyes_of(request), by=request.user)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Enter a number."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(f"{found.get_absolute_url()}#targets")


@permission_required("planning.change_kpi", raise_exception=True)
@require_POST
def number(request: Request, pk: int) -> HttpResponse:
    """A number of an indicator of the client's own; empty takes it away."""
    found = _get(pk)
    form = _number_form(found, request.POST)
    try:
        if form.is_valid():
            value = form.number(wording.unit_of(found))
            trees.enter(found, form.cleaned_data["day"], value, by=request.user)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Enter a day and a number."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(f"{found.get_absolute_url()}#numbers")


def _move_in(found: Kpi, request: Request) -> None:
    """Below the one that stands before it."""
    beside = [each for each in Kpi.objects.of(found.campaign) if each.parent_id == found.parent_id]
    place = beside.index(found)
    if place:
        trees.move(found, parent=beside[place - 1], by=request.user)


def _number_form(kpi: Kpi, data=None) -> NumberForm:
    form = MonthOfForm if kpi.grain == Kpi.Grain.MONTH else DayForm
    return form(data)


def _numbers(kpi: Kpi, purse: Purse) -> list[tuple[Reading, str]]:
    rows = kpi.readings.order_by("-day")[:MOST_NUMBERS]
    return [(row, wording.figure(row.value, kpi.unit, purse.cost)) for row in rows]


def _get(pk: int, rows: QuerySet[Kpi] | None = None) -> Kpi:
    present = Kpi.objects.filter(removed_at=None) if rows is None else rows
    return get_object_or_404(present.select_related("campaign", "parent__parent"), pk=pk)
