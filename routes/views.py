"""Routes on the dashboard: the list with folders, one route, its form, its QR code."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from composing import draft as drafts
from composing import editor, phone
from composing.draft import Draft, Incomplete
from friends.models import Friend
from routes import pages, qr, services, signing_in, visits
from routes.forms import FolderForm, QrForm, RouteFilter, RouteForm
from routes.models import Folder, Route

ACTS: dict[str, Callable] = {"archive": services.archive, "restore": services.restore}
TEXT = {"type": "text", "text": ""}
RECENT = 10


@permission_required("routes.view_route", raise_exception=True)
@require_GET
def routes(request: Request) -> HttpResponse:
    form = RouteFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    shown = pages.in_folder(Route.objects.select_related("folder"), asked.get("folder", ""))
    if asked.get("q"):
        shown = shown.search(asked["q"])
    found = page(shown.prefetch_related("tags"), asked.get("before"))
    context = {
        "form": form,
        "page": found,
        "rows": pages.rows(found.rows),
        "tabs": pages.tabs(),
        "folder": asked.get("folder", ""),
        "folder_form": FolderForm(),
        "channel": pages.channel(),
        "callback": signing_in.redirect_uri(),
        "liff_endpoint": signing_in.liff_endpoint(),
    }
    return render(request, "routes/list.html", context)


@permission_required("routes.view_route", raise_exception=True)
@require_GET
def route(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    shown = phone.shown(found.messages) if found.messages else None
    context = pages.detail(found) | {"route": found, "shown": shown, "qr_form": QrForm()}
    return render(request, "routes/route.html", context)


@permission_required("routes.add_route", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = RouteForm(request.POST or None, initial={"folder": request.GET.get("folder")})
    return _edit(request, form, drafts.of_messages([TEXT]), services.create_route, None)


@permission_required("routes.change_route", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    form = RouteForm(request.POST or None, initial=pages.initial(found))

    change = partial(services.change_route, found)
    return _edit(request, form, drafts.of_messages(found.messages or [TEXT]), change, found)


@permission_required("routes.change_route", raise_exception=True)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Archive and restore: each undoes the other."""
    found = _get(pk)
    ACTS[name](found, by=request.user)
    said = _("Archived. Its link now says that it has ended.")
    messages.success(request, said if name == "archive" else _("The route is open again."))
    return redirect(found)


@permission_required("routes.add_route", raise_exception=True)
@require_POST
def duplicate(request: Request, pk: int) -> HttpResponse:
    made = services.duplicate(_get(pk), by=request.user)
    messages.success(request, _("This is the copy, with a link of its own."))
    return redirect(made)


@permission_required("routes.view_route", raise_exception=True)
@require_GET
def code(request: Request, pk: int, form: str) -> HttpResponse:
    """The QR code as a file: `svg` for print of any size, `png` for screens."""
    found = _get(pk)
    asked = QrForm(request.GET)
    if not asked.is_valid():
        raise Http404
    text, level = visits.address_of(found), asked.cleaned_data["level"] or "M"
    if form == "svg":
        response = HttpResponse(qr.svg(text, level=level), content_type="image/svg+xml")
    else:
        size = int(asked.cleaned_data["size"])
        response = HttpResponse(qr.png(text, size=size, level=level), content_type="image/png")
    kind = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{kind}; filename="route-{found.code}.{form}"'
    return response


@permission_required("routes.change_route", raise_exception=True)
@require_POST
def folder_new(request: Request) -> HttpResponse:
    try:
        made = services.create_folder(request.POST.get("name", ""), by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("routes")
    return redirect(pages.address_of_folder(made))


@permission_required("routes.change_route", raise_exception=True)
@require_http_methods(["GET", "POST"])
def folder(request: Request, pk: int) -> HttpResponse:
    """Rename a folder, or delete it: its routes stay."""
    found = get_object_or_404(Folder, pk=pk)
    if request.method == "GET":
        context = {"folder": found, "count": found.routes.count(), "form": FolderForm({"name": found.name})}
        return render(request, "routes/folder.html", context)
    try:
        if request.POST.get("do") == "delete":
            services.delete_folder(found, by=request.user)
            return redirect("routes")
        services.rename_folder(found, request.POST.get("name", ""), by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(pages.address_of_folder(found))


@permission_required("routes.view_arrival", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """For a friend's profile: every route they came by, first to last."""
    found = get_object_or_404(Friend, pk=pk)
    return render(request, "routes/of_friend.html", {"arrivals": pages.recent(found.arrivals, RECENT)})


def _edit(
    request: Request, form: RouteForm, draft: Draft, save: Callable[..., Route], found: Route | None
) -> HttpResponse:
    if request.POST:
        draft = drafts.of_form(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            values["messages"] = draft.messages() if values.pop("has_greeting") else None
            return redirect(save(by=request.user, **values))
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    context = editor.context(draft, show_errors=bool(request.POST))
    context |= {"form": form, "route": found, "channel": pages.channel()}
    return render(request, "routes/edit.html", context)


def _get(pk: int) -> Route:
    return get_object_or_404(Route.objects.select_related("folder"), pk=pk)
