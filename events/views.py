"""Pages about types of events."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from events import registry, types
from events.forms import EventTypeForm
from events.models import EventSettings, EventTypeDefinition


@permission_required("events.view_eventtypedefinition", raise_exception=True)
@require_GET
def event_types(request: Request) -> HttpResponse:
    context = {
        "own": EventTypeDefinition.objects.all(),
        "built_in": registry.all_types(),
        "settings": EventSettings.present(),
    }
    return render(request, "events/types.html", context)


@permission_required("events.add_eventtypedefinition", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = EventTypeForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            types.create_type(given["name"], given["label"], form.properties, by=request.user)
            messages.success(request, _("The event type is there; programs may send it now."))
            return redirect("event_types")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "events/type.html", {"form": form})


@permission_required("events.change_eventtypedefinition", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, name: str) -> HttpResponse:
    found = get_object_or_404(EventTypeDefinition, name=name)
    form = EventTypeForm(request.POST or None, of=found)
    if form.is_valid():
        archives = {"archive": True, "restore": False}.get(request.POST.get("wish", ""))
        try:
            label = form.cleaned_data["label"]
            types.change_type(
                found, label=label, properties=form.properties, is_archived=archives, by=request.user
            )
            messages.success(request, _("Saved."))
            return redirect("event_types")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "events/type.html", {"form": form, "type": found})


@permission_required("events.change_eventsettings", raise_exception=True)
@require_POST
def unknown(request: Request) -> HttpResponse:
    """Whether events of types that nobody defined are taken."""
    types.take_unknown_types(request.POST.get("takes") == "yes", by=request.user)
    messages.success(request, _("Saved."))
    return redirect("event_types")
