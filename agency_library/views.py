"""An agency's templates in its console; their files, handed out to whoever has the address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from agency_library import commands
from agency_library.forms import AgencyTemplateForm
from agency_library.models import AgencyFile, AgencyTemplate
from composing import phone

SIZE = 12  # each is drawn as a phone
COLOR = "#3b6ef6"
FOR_GOOD = "public, max-age=31536000, immutable"


@permission_required("agency_library.view_agencytemplate", raise_exception=True)
@require_GET
def templates(request: Request) -> HttpResponse:
    sought = words(request.GET.get("q", ""))
    rows = AgencyTemplate.objects.visible_to(request.user).select_related("agency")
    found = page(rows.matching(sought) if sought else rows, key(request.GET.get("before", "")), size=SIZE)
    context = {
        "page": found,
        "rows": [(each, phone.shown(each.messages), _sender(each)) for each in found.rows],
        "words": sought,
    }
    return render(request, "agency_library/list.html", context)


@permission_required("agency_library.view_agencytemplate", raise_exception=True)
@require_http_methods(["GET", "POST"])
def template(request: Request, pk: int) -> HttpResponse:
    """One of them, and what it is called; its messages come from a client, where they are shared anew."""
    found = get_object_or_404(_in_reach(request, "view"), pk=pk)
    may_change = _in_reach(request, "change").filter(pk=pk).exists()
    form = AgencyTemplateForm(request.POST or None, instance=found) if may_change else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if form and form.is_valid():
        try:
            commands.change_template(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is saved.") % {"name": found.name})
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"template": found, "form": form, "shown": phone.shown(found.messages)}
    return render(request, "agency_library/template.html", context | {"tenant": _sender(found)})


@permission_required("agency_library.delete_agencytemplate", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(_in_reach(request, "delete"), pk=pk)
    if request.method == "POST":
        commands.delete_template(found, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("agency_templates")
    return render(request, "agency_library/delete.html", {"template": found})


@login_not_required
@require_safe
def file(request: Request, code: str, size: str) -> HttpResponseBase:
    """The file of a template, whatever size the address names: previews draw it smaller themselves."""
    found = get_object_or_404(AgencyFile, code=code)
    try:
        content = default_storage.open(found.path)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type=found.media_type)
    answer["Cache-Control"] = FOR_GOOD
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _in_reach(request: Request, act: str):
    return AgencyTemplate.objects.visible_to(request.user, act).select_related("agency")


def _sender(template: AgencyTemplate) -> dict:
    """Who stands above the messages in the preview: the agency, since no client is meant."""
    return {"name": template.agency.name, "color": COLOR}
