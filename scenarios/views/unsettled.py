"""Messages that LINE may have accepted and never answered: a person says what became of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import SIZE, key, page
from scenarios import standing
from scenarios.engine import settling
from scenarios.models import Scenario, Send
from scenarios.notices.forms import SettleForm


@permission_required("scenarios.view_send", raise_exception=True)
@require_http_methods(["GET", "POST"])
def unsettled(request: Request, pk: int) -> HttpResponse:
    """Those that wait for a word, the newest first. With POST some are chosen: it asks, then writes down."""
    found = get_object_or_404(Scenario, pk=pk)
    if request.method == "POST":
        return _settle(request, found)
    waiting = settling.unknown(found).select_related("entry__friend", "entry__version")
    shown = page(waiting, key(request.GET.get("before", "")))
    context = {"scenario": found, "page": shown, "rows": _rows(shown.rows)}
    return render(request, "scenarios/unsettled/list.html", context)


@permission_required("scenarios.change_entry", raise_exception=True)
def _settle(request: Request, found: Scenario) -> HttpResponse:
    form = SettleForm(request.POST)
    sends = [number for each in request.POST.getlist("id")[:SIZE] if (number := key(each))]
    if not sends or not form.is_valid():
        messages.error(request, _("Choose messages first, then say what became of them."))
        return redirect("scenario_unsettled", found.pk)
    if "sure" not in request.POST:
        context = {"scenario": found, "sends": sends, "form": form, "arrived": form.is_delivered}
        return render(request, "scenarios/unsettled/ask.html", context)
    try:
        settling.settle(found, sends, arrived=form.is_delivered, by=request.user)
        messages.success(request, _("It is written down. Nothing was sent again."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("scenario_unsettled", found.pk)


def _rows(sends: list[Send]) -> list[dict[str, Any]]:
    """With the friend, None once their data are erased, and the words of the step."""
    places = standing.places([(send.entry.version, send.step) for send in sends])
    return [
        {"send": send, "friend": send.entry.friend, "place": place}
        for send, place in zip(sends, places, strict=True)
    ]
