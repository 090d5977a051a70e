"""The library on the dashboard: its files, one of them, its folders."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from library import access, listing, services, uses
from library.forms import FileForm, MediaFilter
from library.models import Folder, MediaFile

VIEW, ADD = "library.view_mediafile", "library.add_mediafile"
CHANGE, DELETE = "library.change_mediafile", "library.delete_mediafile"


@permission_required(VIEW, raise_exception=True)
@require_GET
def files(request: Request) -> HttpResponse:
    form = MediaFilter(request.GET)
    asked = form.asked()
    context = {
        "form": form,
        "asked": asked,
        "page": page(listing.chosen(asked), form.before, size=listing.SIZE),
        "kinds": MediaFile.Kind,
        "folders": listing.folders(),
        "is_reachable": access.is_reachable(),
    }
    return render(request, "library/files.html", context)


@permission_required(ADD, raise_exception=True)
@require_POST
def upload(request: Request) -> HttpResponse:
    """Keep files; to a script it answers the tile of each, or why it was refused."""
    number = key(request.POST.get("folder", ""))
    folder = Folder.objects.filter(pk=number).first() if number is not None else None
    kept = [_keep(file, folder, request) for file in request.FILES.getlist("file")]
    if request.htmx:
        context = {"kept": kept, "picking": "picking" in request.POST, "shape": request.POST.get("shape", "")}
        return render(request, "library/kept.html", context)
    for added, problem in kept:
        if added:
            messages.success(request, _("“%(name)s” is in the library.") % {"name": added.file.name})
        else:
            messages.error(request, problem)
    return redirect("library")


@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def file(request: Request, pk: int) -> HttpResponse:
    """One file: how it looks, where it is shown, its name and folder."""
    found = _get(pk)
    may_change = request.user.has_perm(CHANGE)
    given = request.POST if request.method == "POST" and may_change else None
    form = FileForm(given, initial={"name": found.name, "folder": found.folder_id})
    if given is not None and form.is_valid():
        try:
            services.change_file(found, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error("name", error.message)
    context = {"file": found, "form": form, "uses": uses.of(found), "may_change": may_change}
    return render(request, "library/file.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def preview(request: Request, pk: int) -> HttpResponse:
    """Another picture for a film; a script is told its address."""
    found = _get(pk)
    try:
        if given := request.FILES.get("file"):
            services.set_preview(found, given, by=request.user)
    except AppError as error:
        if request.htmx:
            return JsonResponse({"detail": error.message}, status=400)
        messages.error(request, error.message)
    if request.htmx:
        shown = reverse("media_public", args=[found.code, found.preview])
        return JsonResponse({"shown": shown, "preview": found.preview_address})
    return redirect(found)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Archive a file, or take it back."""
    found = _get(pk)
    do = services.restore if request.POST.get("do") == "restore" else services.archive
    do(found, by=request.user)
    return redirect(found)


@permission_required(DELETE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    problem = ""
    if request.method == "POST":
        try:
            services.delete_file(found, by=request.user)
            messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
            return redirect("library")
        except AppError as error:
            problem = error.message
    return render(request, "library/delete.html", {"file": found, "uses": uses.of(found), "problem": problem})


@permission_required(CHANGE, raise_exception=True)
@require_POST
def folder_new(request: Request) -> HttpResponse:
    return _in_folder(request, lambda: services.create_folder(request.POST.get("name", ""), by=request.user))


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def folder(request: Request, pk: int) -> HttpResponse:
    """Rename a folder, or delete it: its files stay."""
    found = get_object_or_404(Folder, pk=pk)
    if request.method == "GET":
        return render(request, "library/folder.html", {"folder": found, "count": found.files.count()})
    if request.POST.get("do") == "delete":
        services.delete_folder(found, by=request.user)
        return redirect("library")

    def rename() -> Folder:
        services.rename_folder(found, request.POST.get("name", ""), by=request.user)
        return found

    return _in_folder(request, rename)


def _keep(file: UploadedFile, folder: Folder | None, request: Request) -> tuple[services.Added | None, str]:
    """What was kept, or why it was not."""
    try:
        return services.add(file, folder=folder, by=request.user), ""
    except AppError as error:
        return None, error.message


def _in_folder(request: Request, act: Callable[[], Folder]) -> HttpResponse:
    """To the files of the folder that was made or renamed; to all if it was refused."""
    try:
        return redirect(f"{reverse('library')}?folder={act().pk}")
    except AppError as error:
        messages.error(request, error.message)
        return redirect("library")


def _get(pk: int) -> MediaFile:
    return get_object_or_404(MediaFile.objects.stored().select_related("folder"), pk=pk)
