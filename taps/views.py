from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from taps import services
from taps.forms import TapActionForm
from taps.models import TapAction

ACTS: dict[str, Callable] = {"archive": services.archive, "restore": services.restore}


@permission_required("taps.view_tapaction", raise_exception=True)
@require_GET
def tap_actions(request: Request) -> HttpResponse:
    found = TapAction.objects.select_related("field").prefetch_related("tags_put", "tags_taken")
    context = {
        "in_use": [each for each in found if each.archived_at is None],
        "archived": [each for each in found if each.archived_at],
    }
    return render(request, "taps/list.html", context)


@permission_required("taps.add_tapaction", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _edit(request, TapAction())


@permission_required("taps.change_tapaction", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(TapAction, pk=pk))


@permission_required("taps.change_tapaction", raise_exception=True)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """The acts of one click: archive, restore."""
    ACTS[name](get_object_or_404(TapAction, pk=pk), by=request.user)
    return redirect("tap_actions")


def _edit(request: Request, action: TapAction) -> HttpResponse:
    form = TapActionForm(request.POST or None, initial=TapActionForm.of(action) if action.pk else None)
    if form.is_valid():
        try:
            services.save_tap_action(action, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is saved.") % {"name": action.name})
            return redirect("tap_actions")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "taps/edit.html", {"form": form, "action": action})
