"""The page on which a cart's fields are mapped, and tried on a sample before anything is saved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from connectors import bodies, preview, services
from connectors.errors import BadMapping
from connectors.forms import MappingForm
from connectors.mapping import targets
from connectors.mapping.values import WAYS
from connectors.models import Connection
from connectors.presets import PRESETS

EMPTY: dict[str, Any] = {"rules": [{"to": "order", "fields": {"number": "order.number"}}]}


@permission_required("connectors.change_connection", raise_exception=True)
@never_cache
@require_http_methods(["GET", "POST"])
def mapping(request: Request, pk: int) -> HttpResponse:
    """Write the mapping, try it, save it."""
    connection = get_object_or_404(Connection, pk=pk, kind=Connection.Kind.OTHER)
    form = MappingForm(request.POST or None, initial=_start(request, connection))
    context = {"connection": connection, "form": form, "targets": targets.TARGETS.values(), "ways": WAYS}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("save") and _save(request, connection, form):
            messages.success(request, _("Saved. What failed before can be replayed now."))
            return redirect(connection)
        context |= _try(connection, form)
    return render(request, "connectors/mapping.html", context)


def _start(request: Request, connection: Connection) -> dict[str, Any]:
    """The mapping as it is, and the delivery asked for as a sample, for who may read it."""
    preset = PRESETS.get(connection.preset)
    sample = preset.sample if preset else ""
    asked = key(request.GET.get("delivery", ""))
    if asked is not None and request.user.has_perm("connectors.view_body"):
        found = connection.deliveries.filter(pk=asked).first()
        sample = bodies.unseal(found).decode(errors="replace") if found else sample
    return {"mapping": connection.mapping or EMPTY, "sample": sample}


def _save(request: Request, connection: Connection, form: MappingForm) -> bool:
    try:
        services.save_mapping(connection, form.cleaned_data["mapping"], by=request.user)
    except BadMapping:
        return False
    return True


def _try(connection: Connection, form: MappingForm) -> dict[str, Any]:
    """What is wrong with the mapping, or what it makes of the sample."""
    try:
        return {"tried": preview.of(connection, form.cleaned_data["mapping"], form.cleaned_data["sample"])}
    except BadMapping as error:
        return {"faults": error.faults}
    except AppError as error:
        form.add_error("sample", error.message)
        return {}
