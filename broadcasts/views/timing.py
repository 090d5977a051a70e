"""Parts of pages about when broadcasts go out, and the rules that hold for all sends."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from broadcasts.models import SendingRules
from broadcasts.timing import notes, rules
from broadcasts.timing.forms import SendingRulesForm, TimeFields


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def time_note(request: Request) -> HttpResponse:
    """What the time that is chosen means; with `take` the fields, filled in with the moment offered."""
    form = TimeFields(request.GET)
    if "take" not in request.GET:
        return render(request, "broadcasts/time_note.html", {"note": notes.of(form)})
    moment = _moment(request.GET["take"])
    taken = TimeFields(initial=notes.take(form, moment)) if moment else form  # what was typed stays
    return render(request, "broadcasts/time.html", {"form": taken})


@permission_required("broadcasts.change_sendingrules", raise_exception=True)
@require_http_methods(["GET", "POST"])
def sending_rules(request: Request) -> HttpResponse:
    """Quiet hours, the cap, and how weeks are shown."""
    form = SendingRulesForm(request.POST or None, instance=SendingRules.present())
    if form.is_valid():
        rules.change(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. It holds for everything that is sent from now on."))
        return redirect("broadcasts")
    return render(request, "broadcasts/sending_rules.html", {"form": form})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
