"""Audiences for ads: who of a segment can be given out, their files, and who has to be taken off again."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from adplatforms.audiences import commands, forms_of_files, making, sizes
from adplatforms.forms import AudienceForm
from adplatforms.models import AdAudience, AdAudienceFile, LineAdAudience, LineAdVersion

LOOK, EXPORT = "adplatforms.view_adaudience", "adplatforms.export_adaudience"
SHOWN, SHOWN_AUDIENCES = 20, 300


@permission_required(LOOK, raise_exception=True)
@require_GET
def audiences(request: Request) -> HttpResponse:
    found = AdAudience.objects.select_related("segment")
    context = {"audiences": found[:SHOWN_AUDIENCES], "at_line": _at_line()}
    return render(request, "adplatforms/audiences.html", context)


@permission_required("adplatforms.add_adaudience", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = AudienceForm(request.POST or None, initial={"segment": request.GET.get("segment")})
    if form.is_valid():
        try:
            return redirect(commands.create(**form.cleaned_data, by=request.user))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "adplatforms/new_audience.html", {"form": form})


@permission_required(LOOK, raise_exception=True)
@require_GET
def audience(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(AdAudience.objects.select_related("segment"), pk=pk)
    context = {
        "audience": found,
        "file_form": forms_of_files.of(found),
        "files": found.files.all()[:SHOWN],
        "removable": sizes.removable(found),
        "given_out": sizes.given_out(found),
        "kept_days": making.KEPT.days,
    }
    return render(request, "adplatforms/audience.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def size(request: Request, pk: int) -> HttpResponse:
    """How many can be given out, and why the others cannot; a part of the page."""
    found = get_object_or_404(AdAudience.objects.select_related("segment"), pk=pk)
    context: dict = {"audience": found, "least": forms_of_files.of(found).least}
    try:
        context["size"] = sizes.of(found, sizes.people(found))
    except AppError as error:
        context["problem"] = error.message
    return render(request, "adplatforms/size.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def files(request: Request, pk: int) -> HttpResponse:
    """The files of an audience; a part of the page that asks again while one is being made."""
    found = get_object_or_404(AdAudience, pk=pk)
    return render(request, "adplatforms/files.html", {"audience": found, "files": found.files.all()[:SHOWN]})


@permission_required(EXPORT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def export(request: Request, pk: int) -> HttpResponse:
    """Ask before people are given out; a post has the file made."""
    found = get_object_or_404(AdAudience.objects.select_related("segment"), pk=pk)
    if request.method == "POST":
        return _begun(request, found, commands.begin_export)
    context: dict = {"audience": found, "least": forms_of_files.of(found).least}
    try:
        context["size"] = sizes.of(found, sizes.people(found))
    except AppError as error:
        messages.error(request, error.message)
        return redirect(found)
    return render(request, "adplatforms/export.html", context)


@permission_required(EXPORT, raise_exception=True)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    return _begun(request, get_object_or_404(AdAudience, pk=pk), commands.begin_removal)


@permission_required(EXPORT, raise_exception=True)
@require_POST
def download(request: Request, pk: int, file_pk: int) -> HttpResponseBase:
    """The file; who took it is on the log."""
    found = get_object_or_404(AdAudienceFile.objects.select_related("audience"), pk=file_pk, audience=pk)
    try:
        content = commands.download(found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect(found.audience)
    return as_file(found, content)


@permission_required("adplatforms.delete_adaudience", raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(AdAudience, pk=pk)
    if request.method == "POST":
        commands.remove(found, by=request.user)
        messages.success(request, _("“%(name)s” is removed.") % {"name": found.name})
        return redirect("ad_audiences")
    context = {"audience": found, "given_out": sizes.given_out(found)}
    return render(request, "adplatforms/remove_audience.html", context)


def as_file(file: AdAudienceFile, content: object) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")  # type: ignore[arg-type]
    response["Content-Disposition"] = (
        f'attachment; filename="audience-{file.audience_id}-{file.pk}-{file.kind}.csv"'
    )
    return response


def _at_line() -> Sequence[LineAdAudience]:
    """Audiences kept at LINE, each with its newest version that is not gone, as `newest`."""
    living = LineAdVersion.objects.light().exclude(state=LineAdVersion.State.GONE).order_by("number")
    kept = Prefetch("versions", living, to_attr="living")
    found = list(LineAdAudience.objects.select_related("segment").prefetch_related(kept)[:SHOWN_AUDIENCES])
    for each in found:
        each.newest = each.living[-1] if each.living else None  # type: ignore[attr-defined]
    return found


def _begun(request: Request, found: AdAudience, command: Callable[..., AdAudienceFile]) -> HttpResponse:
    try:
        command(found, by=request.user)
        messages.success(request, _("The file is being made. It can be downloaded here when it is ready."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)
