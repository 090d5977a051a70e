"""The page of the client's approver."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from broadcasts import services
from broadcasts.forms import ReviewForm
from broadcasts.models import Broadcast
from broadcasts.views import found as shared
from composing import phone


@permission_required("broadcasts.approve_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """For the client's approver, on a phone as well: everything on one page, two buttons."""
    found = shared.get(pk)
    form = ReviewForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        try:
            _review(found, form, request)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"broadcast": found, "form": form, "shown": phone.shown(found.messages)} | shared.forecast_of(
        found
    )
    return render(request, "broadcasts/review.html", context)


def _review(found: Broadcast, form: ReviewForm, request: Request) -> None:
    asked = form.cleaned_data
    said = {"comment": asked["comment"], "version": asked["version"]}
    if asked["verdict"] == "approve":
        services.approve(found, by=request.user, **said)
        messages.success(request, _("“%(name)s” is approved.") % {"name": found.name})
    else:
        services.send_back(found, by=request.user, **said)
        messages.success(request, _("“%(name)s” went back to its author.") % {"name": found.name})
