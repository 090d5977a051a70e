"""Files of any kind on their way in: what can be imported, one import at its step, what came of it."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tenants.utils import tenant_context

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from imports import access, columns, kinds, progress, services, sheets
from imports.forms import UploadForm
from imports.kinds import Kind
from imports.models import ImportRun, SavedColumns

SHOWN_FAULTS = 10
State = ImportRun.State


@require_GET
def import_list(request: Request) -> HttpResponse:
    """What can be imported, and what was."""
    allowed = access.kinds_for(request.user)
    runs = access.runs_for(request.user)
    chosen = kinds.of(request.GET.get("kind", ""))
    if chosen:
        runs = runs.filter(kind=chosen.name)
    found = page(runs, key(request.GET.get("before", "")), size=20)
    rows = [(run, kinds.of(run.kind)) for run in found.rows]
    offered = [kind for kind in allowed if chosen in (None, kind)]
    context = {"kinds": allowed, "chosen": chosen, "offered": offered, "page": found, "rows": rows}
    return render(request, "imports/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request, kind_name: str) -> HttpResponse:
    """A file of a kind to upload, with the columns that it can have."""
    kind = _kind(request, kind_name)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.upload(kind, file, name=file.name, by=request.user)
            return redirect("import_run", run.pk)
        except AppError as error:
            form.add_error("file", error.message)
    saved = SavedColumns.objects.filter(kind=kind.name)
    context = {"kind": kind, "form": form, "columns": kind.columns(), "saved": saved}
    return render(request, "imports/new.html", context)


@require_GET
def sample(request: Request, kind_name: str) -> StreamingHttpResponse:
    """A file as it should be, to begin with: the columns by their names, and an example."""
    kind = _kind(request, kind_name)
    named = kind.columns()
    rows = [[str(column.label) for column in named]]
    if any(column.example for column in named):
        rows.append([column.example for column in named])
    return _download(sheets.written(rows, sheets.UTF8), f"{kind.name}.csv")


@require_http_methods(["GET", "POST"])
def import_run(request: Request, pk: int) -> HttpResponse:
    """One import at its step: what the columns mean, what it would do, how far it is, what it did."""
    run = _run(request, pk)
    context = _context(run)
    if request.method == "POST":
        try:
            chosen = request.POST.getlist("column")
            services.begin(run, chosen, by=request.user, save_as=request.POST.get("save_as", ""))
            return redirect("import_run", run.pk)
        except AppError as error:
            context["problem"] = error.message
    if run.state == State.UPLOADED or (run.state == State.CHECKED and "columns" in request.GET):
        return _ask_columns(request, context)
    return render(request, "imports/run.html", context)


@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """How far it is, for the page that shows it."""
    return render(request, "imports/live.html", _context(_run(request, pk)))


@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Confirm or cancel."""
    run = _run(request, pk)
    do = services.confirm if request.POST.get("do") == "confirm" else services.cancel
    try:
        do(run, by=request.user)
    except AppError as error:
        messages.warning(request, error.message)
    return redirect("import_run", run.pk)


@require_GET
def refused(request: Request, pk: int) -> StreamingHttpResponse:
    """The refused rows with their reasons, as a file to correct and upload again."""
    run = _run(request, pk)
    lines = sheets.written(services.refused_rows(run), run.encoding)
    return _download(_in_client(request, lines), f"refused-{run.pk}.csv")


@require_POST
def forget_columns(request: Request, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedColumns, pk=pk)
    access.require(request.user, kinds.of(saved.kind))
    services.forget_columns(saved, by=request.user)
    return redirect("import_new", saved.kind)


def _kind(request: Request, name: str) -> Kind:
    kind = kinds.of(name)
    if kind is None:
        raise Http404
    access.require(request.user, kind)
    return kind


def _run(request: Request, pk: int) -> ImportRun:
    run = get_object_or_404(ImportRun, pk=pk)
    access.require(request.user, kinds.of(run.kind))
    return run


def _context(run: ImportRun) -> dict:
    kind = services.kind_of(run)
    return {
        "run": run,
        "kind": kind,
        "progress": progress.of(run),
        "waits": run.state == State.WRITING and not ImportRun.objects.at_work().filter(pk=run.pk).exists(),
        "outcomes": [(label, run.counts.get(name, 0)) for name, label in kind.outcomes],
        "faults": run.faults.all()[:SHOWN_FAULTS] if run.refused else [],
        "deleted_at": run.created_at + services.KEPT,
    }


def _ask_columns(request: Request, context: dict) -> HttpResponse:
    run, kind = context["run"], context["kind"]
    try:
        outline = services.look(run)
    except AppError as error:
        return render(request, "imports/run.html", context | {"problem": error.message})
    chosen = request.POST.getlist("column") or run.columns or columns.remembered(kind, outline.header)
    rows = [[*row, *[""] * len(chosen)] for row in outline.preview]  # a row may be short
    samples = [[row[place] for row in rows if row[place].strip()] for place in range(len(chosen))]
    context["encoding"] = sheets.ENCODINGS[run.encoding]
    context["columns"] = list(zip(outline.header, chosen, samples, strict=False))
    context["meanings"] = kind.columns()
    saved = SavedColumns.objects.filter(kind=kind.name, header=run.header).first()
    context["saved"] = saved
    context["save_as"] = request.POST.get("save_as", saved.name if saved else "")
    return render(request, "imports/columns.html", context)


def _download(lines: Iterator[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _in_client(request: Request, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines are made after the response has begun, when the request's client and language are left."""
    with tenant_context(request.tenant), translation.override(request.LANGUAGE_CODE):
        yield from lines
