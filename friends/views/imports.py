"""Friends from files and from LINE's list."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tenants.utils import tenant_context

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from channels.models import Channel
from friends import columns, imports, listing, progress
from friends.forms import UploadForm
from friends.models import FollowerListing, FriendImport
from imports import sheets

State = FriendImport.State
LISTING_ACTS = {"pause": listing.pause, "resume": listing.resume, "cancel": listing.cancel}


@permission_required("friends.import_friend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def friend_imports(request: Request) -> HttpResponse:
    """A file to upload, LINE's list to read, and what was imported before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = imports.upload(file, name=file.name, by=request.user)
            return redirect("friend_import", run.pk)
        except AppError as error:
            form.add_error("file", error.message)
    found = page(FriendImport.objects.all(), key(request.GET.get("before", "")), size=20)
    return render(request, "friends/imports.html", {"form": form, "page": found} | _listing(request))


@permission_required("friends.import_friend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def friend_import(request: Request, pk: int) -> HttpResponse:
    """One import at its step: what the columns mean, what it would do, how far it is, what it did."""
    run = get_object_or_404(FriendImport, pk=pk)
    context: dict = {"run": run}
    if request.method == "POST":
        try:
            imports.begin(run, request.POST.getlist("column"), by=request.user)
            return redirect("friend_import", run.pk)
        except AppError as error:
            context["problem"] = error.message
    if run.state == State.UPLOADED or "columns" in request.GET:
        return _ask_columns(request, context)
    return render(request, "friends/import.html", context | {"progress": progress.of(run)})


@permission_required("friends.import_friend", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """How far it is, for the page that shows it."""
    run = get_object_or_404(FriendImport, pk=pk)
    return render(request, "friends/import_live.html", {"run": run, "progress": progress.of(run)})


@permission_required("friends.import_friend", raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Confirm or cancel."""
    run = get_object_or_404(FriendImport, pk=pk)
    do = imports.confirm if request.POST.get("do") == "confirm" else imports.cancel
    try:
        do(run, by=request.user)
    except AppError as error:
        messages.warning(request, error.message)
    return redirect("friend_import", run.pk)


@permission_required("friends.import_friend", raise_exception=True)
@require_GET
def refused(request: Request, pk: int) -> StreamingHttpResponse:
    """The refused rows with their reasons, as a file to correct and upload again."""
    run = get_object_or_404(FriendImport, pk=pk)
    lines = _in_client(request, sheets.written(imports.refused_rows(run), run.encoding))
    response = StreamingHttpResponse(lines, content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="refused-{run.pk}.csv"'
    return response


@permission_required("friends.import_friend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def line_list(request: Request) -> HttpResponse:
    """LINE's list of followers: how far reading it is; begin, pause, go on, end."""
    if request.method == "POST":
        try:
            _act_on_listing(request)
        except AppError as error:
            messages.warning(request, error.message)
    if request.method == "GET" and request.htmx:
        return render(request, "friends/listing.html", _listing(request))
    return redirect("friend_imports")


def _act_on_listing(request: Request) -> None:
    do = request.POST.get("do", "")
    if do == "begin":
        listing.begin(by=request.user)
    elif do in LISTING_ACTS and (open_one := FollowerListing.objects.open().first()):
        LISTING_ACTS[do](open_one, by=request.user)


def _listing(request: Request) -> dict:
    last = FollowerListing.objects.first()
    channel = Channel.objects.filter(tenant=request.tenant.pk).first()
    context: dict = {"listing": last, "channel": channel, "can_list": channel and not _is_unverified(channel)}
    if last and last.state == FollowerListing.State.DONE:
        context["not_listed"] = listing.not_listed(last).count()
    if last and last.state in (FollowerListing.State.RUNNING, FollowerListing.State.DONE):
        context["profiles_left"], context["minutes_left"] = listing.profiles_left()
    return context


def _is_unverified(channel: Channel) -> bool:
    return channel.account_type == Channel.AccountType.UNVERIFIED


def _ask_columns(request: Request, context: dict) -> HttpResponse:
    run = context["run"]
    try:
        outline = imports.look(run)
    except AppError as error:
        return render(request, "friends/import.html", context | {"problem": error.message})
    chosen = request.POST.getlist("column") or run.columns or columns.guess(outline.header)
    rows = [[*row, *[""] * len(chosen)] for row in outline.preview]  # a row may be short
    samples = [[row[place] for row in rows] for place in range(len(chosen))]
    context["encoding"] = sheets.ENCODINGS[run.encoding]
    context["columns"] = list(zip(outline.header, chosen, samples, strict=False))
    return render(request, "friends/import_columns.html", context | {"meanings": columns.meanings()})


def _in_client(request: Request, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines are made after the response has begun, when the request's client and language are left."""
    with tenant_context(request.tenant), translation.override(request.LANGUAGE_CODE):
        yield from lines
