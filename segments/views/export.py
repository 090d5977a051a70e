"""The people of a segment as a file."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.models import Activity
from segments import services
from segments.errors import InvalidTree
from segments.facts import exports
from segments.forms.pages import ExportForm
from segments.models import Segment

LATEST = 20


@permission_required(["segments.view_segment", "friends.export_friend"], raise_exception=True)
@require_GET
def segment_export(request: Request, pk: int) -> HttpResponse:
    """Which columns, in which encoding; and what was exported of it before, by whom."""
    found = get_object_or_404(Segment, pk=pk)
    return render(request, "segments/export.html", _page(request, found, ExportForm()))


@permission_required(["segments.view_segment", "friends.export_friend"], raise_exception=True)
@require_GET
def segment_export_file(request: Request, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The file, written while it is sent."""
    found = get_object_or_404(Segment, pk=pk)
    form = ExportForm(request.GET)
    if form.is_valid():
        try:
            return download(exports.begin(found, **form.cleaned_data, by=request.user))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "segments/export.html", _page(request, found, form), status=400)


def download(export: exports.Export) -> StreamingHttpResponse:
    charset = {"cp932": "Shift_JIS"}.get(export.encoding, "utf-8")
    response = StreamingHttpResponse(export, content_type=f"text/csv; charset={charset}")
    now = timezone.localtime()
    name = f"segment-{export.segment.pk}-{export.tenant.slug}-{now:%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(request: Request, found: Segment, form: ExportForm) -> dict:
    done = Activity.objects.filter(
        tenant=request.tenant.pk,
        subject=activity.name(found),
        verb__in=["segment.exported", "segment.export_finished"],
    )
    return {
        "segment": found,
        "form": form,
        "done": done.select_related("user")[:LATEST],
        "is_exact": _is_exact(found),
    }


def _is_exact(found: Segment) -> bool:
    """Whether all of the conditions can be judged here; of those that cannot be read, the form says why."""
    try:
        return services.count(found.tree).is_exact
    except InvalidTree:
        return True
