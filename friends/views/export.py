from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.models import Activity
from friends import exports
from friends.forms import ExportForm, FriendFilter

LATEST = 20


@permission_required("friends.export_friend", raise_exception=True)
@require_GET
def friend_export(request: Request) -> HttpResponse:
    """Which columns of which friends, in which encoding; and what was exported before, by whom."""
    form, narrowing = ExportForm(), FriendFilter(request.GET)
    narrowing.friends()
    done = Activity.objects.filter(
        tenant=request.tenant.pk, verb__in=["friends.exported", "friends.export_finished"]
    )
    context = {"form": form, "narrowing": narrowing, "done": done.select_related("user")[:LATEST]}
    return render(request, "friends/export.html", context)


@permission_required("friends.export_friend", raise_exception=True)
@require_GET
def friend_export_file(request: Request) -> HttpResponse | StreamingHttpResponse:
    """The file, written while it is sent."""
    form, narrowing = ExportForm(request.GET), FriendFilter(request.GET)
    friends = narrowing.friends()
    if not form.is_valid():
        return render(request, "friends/export.html", {"form": form, "narrowing": narrowing}, status=400)
    export = exports.begin(friends, **form.chosen(), by=request.user)
    charset = {"cp932": "Shift_JIS"}.get(export.encoding, "utf-8")
    response = StreamingHttpResponse(export, content_type=f"text/csv; charset={charset}")
    name = f"friends-{request.tenant.slug}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
