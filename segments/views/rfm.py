"""The page on which a client says who is a good buyer, and sees how many there are of each class."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from segments import rfm
from segments.forms.rfm import BoundsForm
from segments.rfm import CLASSES, SCORES, Bounds, Cell
from shops.models import ShopSettings

SHADES = 5


@permission_required("segments.view_rfmsettings", raise_exception=True)
@require_GET
def show(request: Request) -> HttpResponse:
    bounds = rfm.present()
    return _page(request, BoundsForm.of(bounds), bounds)


@permission_required("segments.change_rfmsettings", raise_exception=True)
@require_POST
def change(request: Request) -> HttpResponse:
    """Save the bounds, or show what they would do, or fill in those that divide the buyers into fifths."""
    form = BoundsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, rfm.present(), is_wrong=True)
    try:
        if request.POST.get("do") == "propose":
            proposed = rfm.propose(form.cleaned_data["within_days"])
            return _page(request, BoundsForm.of(proposed), proposed, is_draft=True)
        bounds = form.bounds()
        if request.POST.get("do") == "preview":
            return _page(request, form, bounds, is_draft=True)
        rfm.change(bounds, by=request.user)
    except AppError as error:
        form.add_error(None, error.message)
        return _page(request, form, rfm.present(), is_wrong=True)
    messages.success(request, _("Saved."))
    return redirect("segment_rfm")


def _page(
    request: Request, form: BoundsForm, bounds: Bounds, *, is_draft: bool = False, is_wrong: bool = False
) -> HttpResponse:
    cells = rfm.table(bounds)
    context = {
        "form": form,
        "is_draft": is_draft,
        "is_wrong": is_wrong,
        "table": _table(cells),
        "classes": [(key, each, *_sums(cells, each.cells())) for key, each in CLASSES.items()],
        "buyers": sum(cell.customers for cell in cells.values()),
        "scores": SCORES,
        "currency": ShopSettings.present().currency,
        "within_days": bounds.within_days,
    }
    return render(request, "segments/rfm.html", context)


def _table(cells: dict[tuple[int, int], Cell]) -> list[tuple[int, list[tuple[Cell | None, int]]]]:
    """Recency from the best down, frequency from the least up; each cell with its shade."""
    most = max((cell.customers for cell in cells.values()), default=1)
    rows = []
    for recency in reversed(SCORES):
        row = [cells.get((recency, frequency)) for frequency in SCORES]
        rows.append((recency, [(cell, -(-SHADES * cell.customers // most) if cell else 0) for cell in row]))
    return rows


def _sums(cells: dict[tuple[int, int], Cell], wanted: list[tuple[int, int]]) -> tuple[int, int]:
    found = [cells[place] for place in wanted if place in cells]
    return sum(cell.customers for cell in found), sum(cell.friends for cell in found)
