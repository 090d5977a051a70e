"""Who moved from one class to another: some of them, and a segment of all."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from friends.models import Friend
from touchpoints import movement
from touchpoints.errors import NothingToMoveFrom
from touchpoints.models import Period
from touchpoints.movement import Cell
from touchpoints.views import found as rows

SHOWN = 50


@permission_required(["touchpoints.view_plan", "friends.view_friend"], raise_exception=True)
@require_GET
def people(request: Request, pk: int) -> HttpResponse:
    """`?period=2&from=unopened&to=clicked`: the first of them."""
    plan = rows.plan(pk)
    period = rows.period(plan, request)
    cell = _cell(period, request.GET.get("from", ""), request.GET.get("to", ""))
    both = cell.origin.people & cell.into.people
    numbers = list(both[:SHOWN])
    context = {
        "plan": plan,
        "period": period,
        "cell": cell,
        "count": cell.count,
        "friends": Friend.objects.filter(pk__in=numbers).order_by("pk"),
        "shown": len(numbers),
    }
    return render(request, "touchpoints/people.html", context)


@permission_required(["touchpoints.view_plan", "segments.add_segment"], raise_exception=True)
@require_POST
def segment(request: Request, pk: int) -> HttpResponse:
    """Save them as a segment; with `write` go on to a broadcast to it."""
    plan = rows.plan(pk)
    period = rows.period(plan, request)
    origin, into = request.POST.get("from", ""), request.POST.get("to", "")
    try:
        made = movement.segment_of(period, origin, into, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect(period)
    if "write" in request.POST and request.user.has_perm("broadcasts.add_broadcast"):
        campaign = f"&campaign={plan.campaign_id}" if plan.campaign_id else ""
        return redirect(f"{reverse('broadcast_new')}?segment={made.pk}{campaign}")
    messages.success(request, _("They are the segment “%(name)s” now.") % {"name": made.name})
    return redirect("segment", made.pk)


def _cell(period: Period, origin: str, into: str) -> Cell:
    """Raises Http404."""
    try:
        cell = movement.of(period).cell(origin, into)
    except NothingToMoveFrom as error:
        raise Http404 from error
    if cell is None:
        raise Http404
    return cell
