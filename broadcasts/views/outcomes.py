"""Pages of what did not arrive, and of what nobody knows."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, words
from broadcasts.models import Broadcast
from broadcasts.results import progress, reached
from broadcasts.sending import failures, settling
from broadcasts.sending.failures import Cause
from broadcasts.sending.forms import SettleForm
from broadcasts.views import found as shared
from friends import exports
from friends.models import Friend

LOOK = ["broadcasts.view_broadcast", "friends.view_friend"]
AT_ONCE = 100  # requests of unknown outcome on one page
COLUMNS = ["line_user_id", "display_name", "own_name", "status", "followed_at", "blocked_at", "tags"]
NUMBERS = "SELECT unnest(%s::int[])"


@permission_required(LOOK, raise_exception=True)
@require_GET
def failure(request: Request, pk: int, cause: str) -> HttpResponse:
    """The people whom one cause kept from getting it, with a search by name."""
    found = shared.get(pk)
    shown = _cause(found, cause)
    concerned = failures.people(found, shown)
    sought = words(request.GET.get("q", ""))
    context = {
        "broadcast": found,
        "cause": shown,
        "count": len(concerned),
        "q": sought,
        "page": reached.page(concerned, sought=sought, before=key(request.GET.get("before", ""))),
    }
    return render(request, "broadcasts/failure.html", context)


@permission_required([*LOOK, "friends.export_friend"], raise_exception=True)
@require_GET
def failure_file(request: Request, pk: int, cause: str) -> StreamingHttpResponse:
    """Those people as CSV; that it was asked for is on the log."""
    found = shared.get(pk)
    concerned = failures.people(found, _cause(found, cause))
    friends = Friend.objects.filter(pk__in=RawSQL(NUMBERS, [list(concerned)]))  # noqa: S611  our constant
    export = exports.begin(friends, columns=COLUMNS, fields=[], encoding=exports.UTF8, by=request.user)
    response = StreamingHttpResponse(export, content_type="text/csv; charset=utf-8")
    name = f"broadcast-{found.pk}-{cause}-{request.tenant.slug}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def check(request: Request, pk: int) -> HttpResponse:
    """What nobody knows of a send, how to find out, and what somebody has found out: in two steps."""
    found = shared.get(pk)
    if request.method == "GET":
        return render(request, "broadcasts/check.html", _unsettled(found))
    if not request.user.has_perm("broadcasts.settle_batch"):
        raise PermissionDenied
    form = SettleForm(found, request.POST)
    if not form.is_valid():
        return render(request, "broadcasts/check.html", _unsettled(found) | {"form": form}, status=400)
    if not form.cleaned_data["confirmed"]:
        return render(request, "broadcasts/check_confirm.html", _confirming(found, form))
    try:
        _settle(request, found, form)
    except AppError as error:
        form.add_error(None, error.message)
        return render(request, "broadcasts/check.html", _unsettled(found) | {"form": form}, status=409)
    return redirect("broadcast_check" if settling.batches(found).exists() else "broadcast", found.pk)


def _settle(request: Request, found: Broadcast, form: SettleForm) -> None:
    asked = form.cleaned_data
    numbers = {name: [each.pk for each in asked[name]] for name in ("batches", "sends")}
    settling.settle(found, as_sent=form.as_sent, by=request.user, **numbers)
    messages.success(request, _("It is written down. Nothing was sent again."))


def _cause(broadcast: Broadcast, wanted: str) -> Cause:
    for cause in failures.causes(broadcast, progress.of(broadcast)):
        if cause.key == wanted:
            return cause
    raise Http404


def _unsettled(found: Broadcast) -> dict:
    waiting = settling.batches(found)
    result = progress.of(found)
    return {
        "broadcast": found,
        "progress": result,
        "requests": settling.with_friends([*settling.sends(found), *waiting[:AT_ONCE]]),
        "more_count": max(0, waiting.count() - AT_ONCE),
        "settled": settling.settled(found)[:20],
    }


def _confirming(found: Broadcast, form: SettleForm) -> dict:
    chosen = form.chosen
    return {
        "broadcast": found,
        "form": form,
        "requests": chosen,
        "people": sum(each.friend_count for each in chosen),
    }
