"""Sends that budgets have stopped, as a part of the pages of budgets."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from billing.budgeting import standing
from broadcasts.models import Broadcast

MOST = 50


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def sends(request: Request) -> HttpResponse:
    """Those that would go on if budgets let them, the oldest first."""
    month = standing.month_of(request.tenant.pk, timezone.now())
    held = Broadcast.objects.stopped_by_budgets().filter(stopped_in=month).order_by("send_at", "pk")
    found = list(held.defer("audience", "body", "messages")[: MOST + 1])
    context = {"sends": found[:MOST], "has_more": len(found) > MOST}
    return render(request, "broadcasts/stopped_sends.html", context)
