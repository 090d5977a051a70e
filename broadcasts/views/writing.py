"""Pages on which broadcasts are written."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from broadcasts import forecasts, services
from broadcasts.forms import BroadcastForm, LinkDefaultsForm
from broadcasts.models import Broadcast
from broadcasts.tracking import links
from broadcasts.views import found as shared
from composing import draft as drafts
from composing import editor
from composing.draft import Draft, Incomplete
from segments.models import Segment


@permission_required("broadcasts.add_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    usual = BroadcastForm.of(None) | {"segment": request.GET.get("segment")}
    form = BroadcastForm(request.POST or None, initial=usual)
    text = {"type": "text", "text": ""}
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages([text])
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = services.create_broadcast(
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                by=request.user,
                **form.details(),
            )
            return redirect(made)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    return render(request, "broadcasts/edit.html", _editor(form, draft))


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = shared.get(pk)
    kept = {"name": found.name, "segment": found.segment_id, "version": found.version}
    kept |= BroadcastForm.of(found)
    form = BroadcastForm(request.POST or None, initial=kept)
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(found.messages)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            services.change_broadcast(
                found,
                by=request.user,
                version=asked["version"] or 0,
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                **form.details(),
            )
            return redirect(found)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    return render(request, "broadcasts/edit.html", _editor(form, draft) | {"broadcast": found})


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def forecast(request: Request) -> HttpResponse:
    """Who would get a message to this segment, and what it would cost."""
    number = key(request.GET.get("segment", ""))
    segment = Segment.objects.filter(pk=number).first() if number is not None else None
    context: dict = {"forecast": forecasts.of_segment(segment) if segment else None}
    if segment and (found := context["forecast"]):
        method = Broadcast.Method.PUSH if "tracks_people" in request.GET else Broadcast.Method.MULTICAST
        context["is_most"] = not forecasts.is_exact(segment)
        context["sending"] = None if context["is_most"] else forecasts.sending(found.messages, method)
        context["messaged_today"] = forecasts.messaged_today(segment)
        context["refusal"] = forecasts.refusal(segment, method)
    return render(request, "broadcasts/forecast.html", context)


@permission_required("broadcasts.change_linkdefaults", raise_exception=True)
@require_http_methods(["GET", "POST"])
def link_defaults(request: Request) -> HttpResponse:
    """What new broadcasts begin with about their links."""
    form = LinkDefaultsForm(request.POST or None, instance=links.defaults())
    if form.is_valid():
        services.set_link_defaults(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. Broadcasts written from now on begin with this."))
        return redirect("broadcasts")
    return render(request, "broadcasts/link_defaults.html", {"form": form})


def _editor(form: BroadcastForm, draft: Draft) -> dict:
    return editor.context(draft, show_errors=form.is_bound) | {"form": form}
