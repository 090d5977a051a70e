"""How far segments overlap."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.errors import AppError
from accounts.http import Request
from segments.facts import overlap
from segments.forms.pages import OverlapForm


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def compare(request: Request) -> HttpResponse:
    """Two or three segments; with one given, the form asks for the other."""
    is_asked = request.GET.get("a") and request.GET.get("b")
    form = OverlapForm(request.GET) if is_asked else OverlapForm(initial=request.GET.dict())
    context: dict = {"form": form}
    if is_asked and form.is_valid():
        try:
            found = overlap.of(form.chosen())
            context |= {"overlap": found, "sets": _sets(found)}
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "segments/overlap.html", context)


def _sets(found: overlap.Overlap) -> list[tuple]:
    """Letter, segment, size and circle of each."""
    letters = overlap.LETTERS[: len(found.segments)]
    return list(zip(letters, found.segments, found.totals, found.circles, strict=True))
